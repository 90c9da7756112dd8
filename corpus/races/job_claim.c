/*
 * Workers look for a job that is waiting, fetch its input, and mark it as
 * running. Two fetch the same.
 *
 * Shows: lost-update of the job's state: it runs twice. Fixed: marked in the
 * step that finds it.
 */
#include <heddle/test.h>

#include <stdlib.h>

enum job_state {
    JOB_WAITING,
    JOB_RUNNING,
    JOB_DONE,
};

struct job {
    enum job_state state;
    int runs;
};

struct jobs {
    struct job items[2];
};

static struct job *
find_waiting(struct jobs *jobs)
{
    for (int i = 0; i < 2; i++) {
        if (jobs->items[i].state == JOB_WAITING) {
            return &jobs->items[i];
        }
    }
    return NULL;
}

static int
fetch_input(void)
{
    return hd_yield();
}

static int
work(void *arg)
{
    struct job *job = find_waiting(arg);

    if (job == NULL) {
        return 0;
    }
    HD_TRY(fetch_input());
    job->state = JOB_RUNNING;
    job->runs += 1;
    job->state = JOB_DONE;
    return 0;
}

static int
work_claimed(void *arg)
{
    struct job *job = find_waiting(arg);

    if (job == NULL) {
        return 0;
    }
    job->state = JOB_RUNNING;
    HD_TRY(fetch_input());
    job->runs += 1;
    job->state = JOB_DONE;
    return 0;
}

static void
two_workers(hd_fn *how)
{
    struct jobs *jobs = calloc(1, sizeof(*jobs));

    HD_CHECK(jobs != NULL);
    struct hd_task *a = hd_task_spawn(how, jobs);
    struct hd_task *b = hd_task_spawn(how, jobs);
    HD_CHECK(hd_gather(a, b) == 0);
    free(jobs);
}

HD_TEST(job_claim_bad)
{
    two_workers(work);
}

HD_TEST(job_claim_fixed)
{
    two_workers(work_claimed);
}
