/*
 * A request waits for its answer, and a watchdog gives up on it after a while.
 * If both come at the same time the second one sets a future that is done.
 *
 * Shows: invalid-call. Fixed: who comes second looks first. Near miss: the
 * watchdog cancels, which may come too late.
 */
#include <heddle/test.h>

static char the_answer[] = "42";

static int
answer(void *arg)
{
    struct hd_future *reply = arg;

    HD_TRY(hd_sleep(HD_MS(50)));
    return hd_future_set(reply, the_answer);
}

static int
answer_if_waited_for(void *arg)
{
    struct hd_future *reply = arg;

    HD_TRY(hd_sleep(HD_MS(50)));
    if (!hd_future_is_done(reply)) {
        HD_TRY(hd_future_set(reply, the_answer));
    }
    return 0;
}

static int
give_up(void *arg)
{
    struct hd_future *reply = arg;

    HD_TRY(hd_sleep(HD_MS(50)));
    if (!hd_future_is_done(reply)) {
        HD_TRY(hd_future_fail(reply, HD_E_TIMEDOUT, "no answer"));
    }
    return 0;
}

static int
give_up_by_cancel(void *arg)
{
    HD_TRY(hd_sleep(HD_MS(50)));
    hd_future_cancel(arg);
    return 0;
}

static void
ask(hd_fn *answering, hd_fn *giving_up)
{
    struct hd_future *reply = hd_future_create();
    struct hd_task *server = hd_task_spawn(answering, reply);
    struct hd_task *watchdog = hd_task_spawn(giving_up, reply);

    const int status = hd_await(reply);
    HD_CHECK(status == 0 || status == HD_E_TIMEDOUT ||
             status == HD_E_CANCELLED);
    hd_task_cancel(watchdog);
    struct hd_future *both[] = {HD_FUTURE(server), HD_FUTURE(watchdog)};
    HD_CHECK(hd_gather_array(both, 2, HD_GATHER_KEEP_ERRORS) == 0);
    hd_future_release(reply);
}

HD_TEST(invalid_call_bad)
{
    ask(answer, give_up);
}

HD_TEST(invalid_call_fixed)
{
    ask(answer_if_waited_for, give_up);
}

HD_TEST(invalid_call_near)
{
    ask(answer_if_waited_for, give_up_by_cancel);
}
