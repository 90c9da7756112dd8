/*
 * A growing array of results. A task finds the next free place, downloads, and
 * stores there; two find the same.
 *
 * Shows: lost-update of the count and of the element. Fixed: the place is taken
 * in the step that finds it.
 */
#include <heddle/test.h>

#include <stdlib.h>

#define CAPACITY 8

struct vector {
    size_t count;
    int *items;
};

static struct vector results;

static int
download(const int *url, int *out_size)
{
    HD_TRY(hd_yield());
    *out_size = *url * 100;
    return 0;
}

static int
fetch(void *arg)
{
    const size_t place = results.count;
    int size = 0;

    HD_TRY(download(arg, &size));
    results.items[place] = size;
    results.count = place + 1;
    return 0;
}

static int
fetch_into_own_place(void *arg)
{
    const size_t place = results.count++;
    int size = 0;

    HD_TRY(download(arg, &size));
    results.items[place] = size;
    return 0;
}

static void
fetch_both(hd_fn *how)
{
    int urls[] = {1, 2};

    results.items = calloc(CAPACITY, sizeof(*results.items));
    HD_CHECK(results.items != NULL);
    struct hd_task *a = hd_task_spawn(how, &urls[0]);
    struct hd_task *b = hd_task_spawn(how, &urls[1]);
    HD_CHECK(hd_gather(a, b) == 0);
    free(results.items);
}

HD_TEST(vector_push_bad)
{
    fetch_both(fetch);
}

HD_TEST(vector_push_fixed)
{
    fetch_both(fetch_into_own_place);
}
