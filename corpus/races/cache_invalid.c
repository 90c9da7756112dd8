/*
 * A cached result is stored only if the source has not changed while it was
 * computed; a change empties the cache.
 *
 * Near miss: read, a write of another task, read again, write: with a version
 * between that says whether it counts.
 */
#include <heddle/test.h>

struct cache {
    unsigned version;
    int source, result;
    bool has_result;
};

static int
fill(void *arg)
{
    struct cache *cache = arg;
    const unsigned version = cache->version;
    const int source = cache->source;

    HD_TRY(hd_yield());
    if (cache->version == version) {
        cache->result = source * source;
        cache->has_result = true;
    }
    return 0;
}

static int
change(void *arg)
{
    struct cache *cache = arg;

    HD_TRY(hd_yield());
    cache->source = 9;
    cache->version++;
    cache->has_result = false;
    return 0;
}

HD_TEST(cache_invalid_near)
{
    struct cache cache = {.source = 4};

    struct hd_task *a = hd_task_spawn(fill, &cache);
    struct hd_task *b = hd_task_spawn(change, &cache);
    HD_CHECK(hd_gather(a, b) == 0);
}
