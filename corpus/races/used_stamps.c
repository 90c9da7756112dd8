/*
 * A cache that knows which entry was used last: each use takes the next number.
 *
 * Near miss: numbers that no serial order of the tasks gives. They only have to
 * grow.
 */
#include <heddle/test.h>

#define ENTRIES 2

static struct {
    unsigned clock;
    unsigned used[ENTRIES];
} cache;

static int
use_both(void *arg)
{
    const int first = *(const int *)arg;

    cache.used[first] = ++cache.clock;
    HD_TRY(hd_yield());
    cache.used[1 - first] = ++cache.clock;
    HD_TRY(hd_yield());
    cache.used[first] = ++cache.clock;
    return 0;
}

HD_TEST(used_stamps_near)
{
    int zero = 0;
    int one = 1;

    struct hd_task *a = hd_task_spawn(use_both, &zero);
    struct hd_task *b = hd_task_spawn(use_both, &one);
    HD_CHECK(hd_gather(a, b) == 0);
}
