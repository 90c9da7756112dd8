/*
 * A store of concert tickets. Selling takes its time: the price is looked up
 * between reading how many are left and writing what is left then. Two sales at
 * the same time are one.
 *
 * Shows: lost-update. Fixed: a lock around the sale. Near miss: how many are
 * left is read once to see whether to begin at all, and read again when the
 * price is known.
 */
#include <heddle/access.h>
#include <heddle/test.h>

static struct {
    struct hd_lock lock;
    int left;
} store;

static int
look_up_price(void)
{
    return hd_yield();
}

static int
sell(void *arg)
{
    const int count = *(int *)arg;

    HD_READ(&store.left);
    const int left = store.left;
    if (left < count) {
        return 0;
    }
    HD_TRY(look_up_price());
    HD_WRITE(&store.left);
    store.left = left - count;
    return 0;
}

static int
sell_locked(void *arg)
{
    HD_TRY(hd_lock_acquire(&store.lock));
    const int status = sell(arg);
    hd_lock_release(&store.lock);
    return status;
}

static int
sell_looking_again(void *arg)
{
    const int count = *(int *)arg;

    HD_READ(&store.left);
    if (store.left < count) {
        return 0;
    }
    HD_TRY(look_up_price());
    HD_READ(&store.left);
    if (store.left >= count) {
        HD_WRITE(&store.left);
        store.left -= count;
    }
    return 0;
}

static void
open_store(hd_fn *how)
{
    int counts[] = {2, 4};

    hd_lock_init(&store.lock);
    HD_WRITE(&store.left);
    store.left = 10;
    struct hd_task *a = hd_task_spawn(how, &counts[0]);
    struct hd_task *b = hd_task_spawn(how, &counts[1]);
    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(lost_update_bad)
{
    open_store(sell);
}

HD_TEST(lost_update_fixed)
{
    open_store(sell_locked);
}

HD_TEST(lost_update_near)
{
    open_store(sell_looking_again);
}
