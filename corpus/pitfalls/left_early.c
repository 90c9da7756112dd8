/*
 * A cache answers first and writes to disk behind the caller's back. The
 * program ends while the last write is still under way.
 *
 * Shows: left-early. Fixed: writes are kept and awaited. Near miss: a task that
 * never ends by itself, cancelled and awaited before the end.
 */
#include <heddle/test.h>

struct cache {
    struct hd_task *writing;
    int value, written;
};

static int
write_behind(void *arg)
{
    struct cache *cache = arg;

    HD_TRY(hd_sleep(HD_MS(8)));
    cache->written = cache->value;
    return 0;
}

static void
cache_put(struct cache *cache, int value)
{
    cache->value = value;
    cache->writing = hd_task_spawn(write_behind, cache);
}

static int
refresh(void *arg)
{
    struct cache *cache = arg;

    while (true) {
        HD_TRY(hd_sleep(HD_S(60)));
        cache->value++;
    }
}

HD_TEST(left_early_bad)
{
    struct cache cache = {0};

    cache_put(&cache, 7);
    HD_CHECK(hd_sleep(HD_MS(2)) == 0);
    HD_CHECK(cache.value == 7);
}

HD_TEST(left_early_fixed)
{
    struct cache cache = {0};

    cache_put(&cache, 7);
    HD_CHECK(hd_sleep(HD_MS(2)) == 0);
    HD_CHECK(hd_await(cache.writing) == 0);
    HD_CHECK(cache.written == 7);
}

HD_TEST(left_early_near)
{
    struct cache cache = {0};
    struct hd_task *refreshing = hd_task_spawn(refresh, &cache);

    HD_CHECK(hd_sleep(HD_S(90)) == 0);
    hd_task_cancel(refreshing);
    HD_CHECK(hd_await(refreshing) == HD_E_CANCELLED);
    HD_CHECK(cache.value >= 0);
}
