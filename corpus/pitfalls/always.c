/*
 * A job queue counts its jobs: each one waits, runs, or is done, so the three
 * numbers always add up. A job that is taken is no longer waiting, and does not
 * run until its worker has a connection.
 *
 * Shows: always. Fixed: it runs from when it is taken. Near miss: the numbers
 * do not add up for a moment, in which nobody else can look.
 */
#include <heddle/test.h>

#define JOBS 3

struct jobs {
    int waiting, running, done;
};

static bool
add_up(void *arg)
{
    const struct jobs *jobs = arg;
    return jobs->waiting + jobs->running + jobs->done == JOBS;
}

static int
dial(void)
{
    return hd_sleep(HD_MS(1));
}

static int
run_job(void)
{
    return hd_sleep(HD_MS(2));
}

static int
work_late(void *arg)
{
    struct jobs *jobs = arg;

    while (jobs->waiting > 0) {
        jobs->waiting--;
        HD_TRY(dial());
        jobs->running++;
        HD_TRY(run_job());
        jobs->running--;
        jobs->done++;
    }
    return 0;
}

static int
work(void *arg)
{
    struct jobs *jobs = arg;

    while (jobs->waiting > 0) {
        jobs->waiting--;
        jobs->running++;
        HD_TRY(dial());
        HD_TRY(run_job());
        jobs->running--;
        jobs->done++;
    }
    return 0;
}

static int
work_on_the_first(void *arg)
{
    struct jobs *jobs = arg;

    HD_TRY(dial());
    while (jobs->waiting > 0) {
        jobs->waiting--;
        jobs->running++;
        HD_TRY(run_job());
        jobs->running--;
        hd_task_set_name(hd_task_current(), "between two numbers");
        jobs->done++;
    }
    return 0;
}

static void
finish_jobs(hd_fn *worker)
{
    struct jobs jobs = {.waiting = JOBS};
    hd_always(add_up, &jobs);
    struct hd_task *a = hd_task_spawn(worker, &jobs);
    struct hd_task *b = hd_task_spawn(worker, &jobs);

    HD_CHECK(hd_gather(a, b) == 0);
    HD_CHECK(jobs.done == JOBS);
}

HD_TEST(always_bad)
{
    finish_jobs(work_late);
}

HD_TEST(always_fixed)
{
    finish_jobs(work);
}

HD_TEST(always_near)
{
    finish_jobs(work_on_the_first);
}
