/*
 * A cache with a coroutine to fill it. The object is made before it is known
 * whether it is needed, and where it is not it is forgotten.
 *
 * Shows: never-awaited, on the way that only some schedules take. Fixed: it is
 * made where it is needed. Near miss: made early, and destroyed if not needed.
 */
#include <heddle/test.h>

struct cache {
    bool is_full;
};

static int
fill(void *arg)
{
    struct cache *cache = arg;

    HD_TRY(hd_yield()); /* the disk */
    cache->is_full = true;
    return 0;
}

static int
look_up_forgetful(void *arg)
{
    struct cache *cache = arg;
    struct hd_coro *filling = hd_coro_create(fill, cache);

    if (cache->is_full) {
        return 0;
    }
    return hd_await(filling);
}

static int
look_up(void *arg)
{
    struct cache *cache = arg;

    if (cache->is_full) {
        return 0;
    }
    return hd_await(hd_coro_create(fill, cache));
}

static int
look_up_tidy(void *arg)
{
    struct cache *cache = arg;
    struct hd_coro *filling = hd_coro_create(fill, cache);

    if (cache->is_full) {
        hd_coro_destroy(filling);
        return 0;
    }
    return hd_await(filling);
}

static void
two_requests(hd_fn *looking_up)
{
    struct cache cache = {0};
    struct hd_task *first = hd_task_spawn(looking_up, &cache);
    struct hd_task *second = hd_task_spawn(looking_up, &cache);

    HD_CHECK(hd_gather(first, second) == 0);
}

HD_TEST(never_awaited_bad)
{
    two_requests(look_up_forgetful);
}

HD_TEST(never_awaited_fixed)
{
    two_requests(look_up);
}

HD_TEST(never_awaited_near)
{
    two_requests(look_up_tidy);
}
