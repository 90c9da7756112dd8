/*
 * A connection pool of two. What was checked before an await need not hold
 * after it: while the first caller dials, the others look at the old count.
 *
 * Shows: assertion. Fixed: the place is taken before the await. Near miss: the
 * condition is asked again after it.
 */
#include <heddle/test.h>

#define OPEN_MAX 2
#define CALLERS 3

struct pool {
    int open, refused;
};

static int
dial(void)
{
    return hd_sleep(HD_MS(20));
}

static int
connect_late(void *arg)
{
    struct pool *pool = arg;

    if (pool->open == OPEN_MAX) {
        pool->refused++;
        return 0;
    }
    HD_TRY(dial());
    pool->open++;
    return 0;
}

static int
connect_first(void *arg)
{
    struct pool *pool = arg;

    if (pool->open == OPEN_MAX) {
        pool->refused++;
        return 0;
    }
    pool->open++;
    const int status = dial();
    if (status < 0) {
        pool->open--;
    }
    return status;
}

static int
connect_twice_checked(void *arg)
{
    struct pool *pool = arg;

    if (pool->open < OPEN_MAX) {
        HD_TRY(dial());
    }
    if (pool->open == OPEN_MAX) {
        pool->refused++;
        return 0;
    }
    pool->open++;
    return 0;
}

static void
use_pool(hd_fn *connect)
{
    struct pool pool = {0};
    struct hd_task *callers[CALLERS];

    for (int i = 0; i < CALLERS; i++) {
        callers[i] = hd_task_spawn(connect, &pool);
    }
    HD_CHECK(hd_gather(callers[0], callers[1], callers[2]) == 0);
    HD_CHECK(pool.open <= OPEN_MAX);
    HD_CHECK(pool.open + pool.refused == CALLERS);
}

HD_TEST(assertion_bad)
{
    use_pool(connect_late);
}

HD_TEST(assertion_fixed)
{
    use_pool(connect_first);
}

HD_TEST(assertion_near)
{
    use_pool(connect_twice_checked);
}
