/*
 * A page counter in a remote store: read, add one, write back. Two visits at
 * the same time count as one.
 *
 * Shows: nondeterministic-result. Fixed: a lock around the three. Near miss:
 * visits are logged in any order, and only their number is the result.
 */
#include <heddle/test.h>

#define VISITS 3

struct store {
    struct hd_lock lock;
    int count;
    int log[VISITS], logged;
};

struct visit {
    struct store *store;
    int page;
};

static int
store_read(struct store *store, int *out_count)
{
    HD_TRY(hd_yield());
    *out_count = store->count;
    return 0;
}

static int
store_write(struct store *store, int count)
{
    HD_TRY(hd_yield());
    store->count = count;
    return 0;
}

static int
visit(void *arg)
{
    const struct visit *visit = arg;
    int count = 0;

    HD_TRY(store_read(visit->store, &count));
    return store_write(visit->store, count + 1);
}

static int
visit_locked(void *arg)
{
    const struct visit *one = arg;

    HD_TRY(hd_lock_acquire(&one->store->lock));
    const int status = visit(arg);
    hd_lock_release(&one->store->lock);
    return status;
}

static int
visit_logged(void *arg)
{
    const struct visit *visit = arg;
    struct store *store = visit->store;

    HD_TRY(hd_yield());
    store->log[store->logged++] = visit->page;
    store->count++;
    return 0;
}

static void
visit_all(hd_fn *how)
{
    struct store store = {.count = 0};
    struct visit visits[VISITS];
    struct hd_task *tasks[VISITS];

    for (int i = 0; i < VISITS; i++) {
        visits[i] = (struct visit){&store, i};
        tasks[i] = hd_task_spawn(how, &visits[i]);
    }
    HD_CHECK(hd_gather(tasks[0], tasks[1], tasks[2]) == 0);
    HD_RESULT(store.count);
}

HD_TEST(nondeterministic_result_bad)
{
    visit_all(visit);
}

HD_TEST(nondeterministic_result_fixed)
{
    visit_all(visit_locked);
}

HD_TEST(nondeterministic_result_near)
{
    visit_all(visit_logged);
}
