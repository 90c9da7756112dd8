/*
 * Two may download at a time. One that fails leaves by the first way out and
 * takes its place along; after two of them nobody gets in.
 *
 * Shows: deadlock. Fixed: every way out gives the place back. Near miss: no
 * release either, but a semaphore that only counts what may be begun at all.
 */
#include <heddle/test.h>

#define FILES 3

struct pool {
    struct hd_semaphore places;
    int done;
};

static int
fetch(struct pool *pool)
{
    HD_TRY(hd_sleep(HD_MS(1)));
    pool->done++;
    return pool->done <= 2 ? hd_fail(HD_E_USER, "no such file") : 0;
}

static int
download_and_leave(void *arg)
{
    struct pool *pool = arg;

    HD_TRY(hd_semaphore_acquire(&pool->places));
    HD_TRY(fetch(pool));
    return hd_semaphore_release(&pool->places);
}

static int
download(void *arg)
{
    struct pool *pool = arg;

    HD_TRY(hd_semaphore_acquire(&pool->places));
    const int status = fetch(pool);
    HD_TRY(hd_semaphore_release(&pool->places));
    return status;
}

static int
download_one_of_all(void *arg)
{
    struct pool *pool = arg;

    HD_TRY(hd_semaphore_acquire(&pool->places));
    return fetch(pool);
}

static void
download_all(hd_fn *downloading, uint32_t places)
{
    struct pool pool = {0};
    struct hd_future *tasks[FILES];

    hd_semaphore_init(&pool.places, places);
    for (int i = 0; i < FILES; i++) {
        tasks[i] = HD_FUTURE(hd_task_spawn(downloading, &pool));
    }
    HD_CHECK(hd_gather_array(tasks, FILES, HD_GATHER_KEEP_ERRORS) == 0);
    HD_CHECK(pool.done == FILES);
}

HD_TEST(lost_unit_bad)
{
    download_all(download_and_leave, 2);
}

HD_TEST(lost_unit_fixed)
{
    download_all(download, 2);
}

HD_TEST(lost_unit_near)
{
    download_all(download_one_of_all, FILES);
}
