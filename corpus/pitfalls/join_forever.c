/*
 * Workers take jobs from a queue; join waits until all are done. A job that
 * fails is never reported as done, so join waits for ever.
 *
 * Shows: deadlock. Fixed: done is done, well or not. Near miss: the job that
 * failed is put once more before it is done, so join never sees the gap.
 */
#include <heddle/test.h>

#define JOBS 3

struct shop {
    struct hd_queue jobs;
    int failures;
};

static int
do_job(intptr_t job)
{
    HD_TRY(hd_sleep(HD_MS(1)));
    return job == 2 ? hd_fail(HD_E_USER, "job 2 is impossible") : 0;
}

static int
work_carelessly(void *arg)
{
    struct shop *shop = arg;
    void *job;

    while (true) {
        HD_TRY(hd_queue_get(&shop->jobs, &job));
        const int status = do_job((intptr_t)job);
        if (status == HD_E_CANCELLED) {
            return status;
        }
        if (status < 0) {
            shop->failures++;
            continue;
        }
        hd_queue_task_done(&shop->jobs);
    }
}

static int
work(void *arg)
{
    struct shop *shop = arg;
    void *job;

    while (true) {
        HD_TRY(hd_queue_get(&shop->jobs, &job));
        const int status = do_job((intptr_t)job);
        hd_queue_task_done(&shop->jobs);
        if (status == HD_E_CANCELLED) {
            return status;
        }
        shop->failures += status < 0;
    }
}

static int
work_again(void *arg)
{
    struct shop *shop = arg;
    void *job;

    while (true) {
        HD_TRY(hd_queue_get(&shop->jobs, &job));
        const int status = do_job((intptr_t)job);
        if (status == HD_E_CANCELLED) {
            return status;
        }
        if (status < 0) {
            shop->failures++;
            HD_TRY(hd_queue_put_now(&shop->jobs, (void *)(intptr_t)9));
        }
        hd_queue_task_done(&shop->jobs);
    }
}

static void
open_shop(hd_fn *working)
{
    struct shop shop = {0};

    hd_queue_init(&shop.jobs, 0);
    for (intptr_t job = 1; job <= JOBS; job++) {
        HD_CHECK(hd_queue_put_now(&shop.jobs, (void *)job) == 0);
    }
    struct hd_task *one = hd_task_spawn(working, &shop);
    struct hd_task *other = hd_task_spawn(working, &shop);
    HD_CHECK(hd_queue_join(&shop.jobs) == 0);
    HD_CHECK(shop.failures == 1);
    hd_task_cancel(one);
    hd_task_cancel(other);
    HD_CHECK(hd_await(one) == HD_E_CANCELLED);
    HD_CHECK(hd_await(other) == HD_E_CANCELLED);
    hd_queue_finish(&shop.jobs);
}

HD_TEST(join_forever_bad)
{
    open_shop(work_carelessly);
}

HD_TEST(join_forever_fixed)
{
    open_shop(work);
}

HD_TEST(join_forever_near)
{
    open_shop(work_again);
}
