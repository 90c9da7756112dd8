/*
 * A worker that is asked to stop by a flag, which it polls between two pieces
 * of work; the one who asks waits until the worker says that it has stopped.
 *
 * Near miss: two flags that one task writes and another one reads, with nothing
 * between them. Each is written once, and read until it is.
 */
#include <heddle/test.h>

struct worker {
    bool is_asked_to_stop, has_stopped;
};

static int
work(void *arg)
{
    struct worker *worker = arg;

    while (!worker->is_asked_to_stop) {
        HD_TRY(hd_sleep(HD_MS(10)));
    }
    worker->has_stopped = true;
    return 0;
}

static int
stop(void *arg)
{
    struct worker *worker = arg;

    HD_TRY(hd_sleep(HD_MS(15)));
    worker->is_asked_to_stop = true;
    while (!worker->has_stopped) {
        HD_TRY(hd_sleep(HD_MS(10)));
    }
    return 0;
}

HD_TEST(polled_flag_near)
{
    struct worker worker = {false, false};

    struct hd_task *a = hd_task_spawn(work, &worker);
    struct hd_task *b = hd_task_spawn(stop, &worker);
    HD_CHECK(hd_gather(a, b) == 0);
}
