/*
 * A connection is kept for the next request in a thread-local variable, which
 * outlives the test: its first execution dials, the second one does not.
 *
 * Shows: uncontrolled. Fixed: who asks brings the connection. Near miss: a
 * plain global, which Heddle restores before each execution.
 */
#include <heddle/test.h>

static _Thread_local bool thread_connected;
static bool connected;

static int
dial(bool *is_connected)
{
    if (!*is_connected) {
        HD_TRY(hd_sleep(HD_MS(40)));
        *is_connected = true;
    }
    return 0;
}

static int
request_by_thread(void *arg)
{
    (void)arg;
    return dial(&thread_connected);
}

static int
request_by_caller(void *arg)
{
    return dial(arg);
}

static int
request(void *arg)
{
    (void)arg;
    return dial(&connected);
}

static void
request_twice(hd_fn *how)
{
    bool is_connected = false;
    struct hd_task *a = hd_task_spawn(how, &is_connected);
    struct hd_task *b = hd_task_spawn(how, &is_connected);

    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(uncontrolled_bad)
{
    request_twice(request_by_thread);
}

HD_TEST(uncontrolled_fixed)
{
    request_twice(request_by_caller);
}

HD_TEST(uncontrolled_near)
{
    request_twice(request);
}
