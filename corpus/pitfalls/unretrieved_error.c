/*
 * A job queue starts each job and forgets it. One of them fails, and nobody
 * ever hears of it.
 *
 * Shows: unretrieved-error. Fixed: a callback looks at each. Near miss: two
 * fail under one gather, which tells of the first; the other is looked at, too.
 */
#include <heddle/test.h>

#define JOBS 3

static int
run_job(void *arg)
{
    const int number = *(int *)arg;

    HD_TRY(hd_sleep(HD_MS(number)));
    return number == 2 ? hd_fail(HD_E_USER, "job %d failed", number) : 0;
}

static int
fail_job(void *arg)
{
    HD_TRY(hd_sleep(HD_MS(*(int *)arg)));
    return hd_fail(HD_E_USER, "job %d failed", *(int *)arg);
}

static void
note_failure(struct hd_future *job, void *arg)
{
    int *failures = arg;

    *failures += hd_future_error(job) != NULL;
}

HD_TEST(unretrieved_error_bad)
{
    int numbers[JOBS] = {1, 2, 3};

    for (int i = 0; i < JOBS; i++) {
        hd_task_detach(hd_task_spawn(run_job, &numbers[i]));
    }
    HD_CHECK(hd_sleep(HD_MS(10)) == 0);
}

HD_TEST(unretrieved_error_fixed)
{
    int numbers[JOBS] = {1, 2, 3};
    int failures = 0;

    for (int i = 0; i < JOBS; i++) {
        struct hd_task *job = hd_task_spawn(run_job, &numbers[i]);
        HD_CHECK(hd_future_on_done(HD_FUTURE(job), note_failure, &failures) ==
                 0);
        hd_task_detach(job);
    }
    HD_CHECK(hd_sleep(HD_MS(10)) == 0);
    HD_CHECK(failures == 1);
}

HD_TEST(unretrieved_error_near)
{
    int numbers[JOBS] = {1, 2, 3};
    struct hd_task *good = hd_task_spawn(run_job, &numbers[0]);
    struct hd_task *bad = hd_task_spawn(fail_job, &numbers[1]);
    struct hd_task *worse = hd_task_spawn(fail_job, &numbers[1]);

    HD_CHECK(hd_gather(good, bad, worse) == HD_E_USER);
    HD_CHECK(hd_sleep(HD_MS(10)) == 0);
}
