/*
 * A buffer goes round: one task fills it, says so by a future, and the other
 * one empties it; then the first one fills it again.
 *
 * Near miss: two tasks read and write one buffer, across awaits; futures say
 * whose turn it is.
 */
#include <heddle/test.h>

#include <string.h>

struct hand_over {
    struct hd_future *filled, *emptied;
    char bytes[16];
    size_t used, total;
};

static int
fill(void *arg)
{
    struct hand_over *both = arg;

    strcpy(both->bytes, "first");
    both->used = strlen(both->bytes);
    HD_TRY(hd_future_set(both->filled, NULL));
    HD_TRY(hd_await(both->emptied));
    strcpy(both->bytes, "second one");
    both->used = strlen(both->bytes);
    return 0;
}

static int
drain(void *arg)
{
    struct hand_over *both = arg;

    HD_TRY(hd_await(both->filled));
    const size_t used = both->used;
    HD_TRY(hd_yield());
    both->total += used;
    memset(both->bytes, 0, sizeof(both->bytes));
    both->used = 0;
    return hd_future_set(both->emptied, NULL);
}

HD_TEST(handed_on_near)
{
    struct hand_over both = {.used = 0};

    both.filled = hd_future_create();
    both.emptied = hd_future_create();
    struct hd_task *a = hd_task_spawn(fill, &both);
    struct hd_task *b = hd_task_spawn(drain, &both);
    HD_CHECK(hd_gather(a, b) == 0);
    hd_future_release(both.filled);
    hd_future_release(both.emptied);
}
