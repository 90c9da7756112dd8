/*
 * A request has a deadline. Its timer frees the request, while the task that
 * answers it may still be at work.
 *
 * Shows: use-after-free by a timer. Fixed: the timer only marks; whoever works
 * on the request frees it.
 */
#include <heddle/test.h>

#include <stdlib.h>

struct request {
    bool is_late;
    int answer;
};

static void
too_late(void *arg)
{
    free(arg);
}

static void
mark_late(void *arg)
{
    struct request *request = arg;

    request->is_late = true;
}

static int
compute(void)
{
    return hd_sleep(HD_MS(50));
}

static int
answer(void *arg)
{
    struct request *request = arg;

    HD_TRY(compute());
    request->answer = 42;
    return 0;
}

static int
answer_and_free(void *arg)
{
    struct request *request = arg;

    HD_TRY(compute());
    if (!request->is_late) {
        request->answer = 42;
    }
    HD_TRY(hd_sleep(HD_MS(20)));
    free(request);
    return 0;
}

static void
answer_in_time(hd_fn *how, hd_callback_fn *late)
{
    struct request *request = calloc(1, sizeof(*request));

    HD_CHECK(request != NULL);
    hd_loop_call_later(hd_loop_running(), HD_MS(40), late, request);
    HD_CHECK(hd_await(hd_task_spawn(how, request)) == 0);
}

HD_TEST(deadline_frees_bad)
{
    answer_in_time(answer, too_late);
}

HD_TEST(deadline_frees_fixed)
{
    answer_in_time(answer_and_free, mark_late);
}
