/*
 * A starter starts a job and leaves its handle where others find it. The handle
 * is the starter's: once that has ended and the job too, it is nobody's.
 *
 * Shows: stale-handle. Fixed: the starter keeps it for the others. Near miss:
 * the handle of a job that is done, while the starter is there.
 */
#include <heddle/test.h>

struct desk {
    struct hd_task *job;
    bool keep;
};

static int
job(void *arg)
{
    (void)arg;
    return hd_sleep(HD_MS(5));
}

static int
start_job(void *arg)
{
    struct desk *desk = arg;

    desk->job = hd_task_spawn(job, NULL);
    if (desk->keep) {
        hd_task_retain(desk->job);
    }
    return 0;
}

static void
use_desk(struct desk *desk)
{
    HD_CHECK(hd_await(hd_task_spawn(start_job, desk)) == 0);
    HD_CHECK(hd_sleep(HD_MS(10)) == 0);
}

HD_TEST(stale_handle_bad)
{
    struct desk desk = {.keep = false};

    use_desk(&desk);
    HD_CHECK(hd_await(desk.job) == HD_E_STALE);
}

HD_TEST(stale_handle_fixed)
{
    struct desk desk = {.keep = true};

    use_desk(&desk);
    HD_CHECK(hd_await(desk.job) == 0);
    hd_task_release(desk.job);
}

HD_TEST(stale_handle_near)
{
    struct desk desk = {.keep = false};

    HD_CHECK(start_job(&desk) == 0);
    HD_CHECK(hd_await(desk.job) == 0);
    HD_CHECK(!hd_task_cancel(desk.job));
    HD_CHECK(hd_await(desk.job) == 0);
}
