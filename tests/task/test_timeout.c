#include "story.h"

/* Sleep for work_ms in a scope of limit_ms. */
struct stretch {
    uint64_t limit_ms, work_ms;
};

static int
sleep_in_a_scope(void *arg)
{
    const struct stretch *stretch = arg;
    struct hd_timeout timeout;
    HD_TRY(hd_timeout_begin(&timeout, HD_MS(stretch->limit_ms)));
    int status = tell_status("sleep", hd_sleep(HD_MS(stretch->work_ms)));
    status = tell_status("scope", hd_timeout_end(&timeout, status));
    tell("%d", hd_timeout_is_expired(&timeout));
    tell("%u", hd_task_cancelling(hd_task_current()));
    tell_time();
    return status;
}

/* ---- the end of a scope ---- */

static void
a_scope_in_time_changes_nothing(void **state)
{
    (void)state;
    struct stretch stretch = {2, 1};

    const int status = sim_run(sleep_in_a_scope, &stretch);

    assert_int_equal(status, HD_OK);
    assert_string_equal(story, "sleep:ok scope:ok 0 0 1ms");
}

static void
a_late_scope_is_cancelled_and_times_out(void **state)
{
    (void)state;
    struct stretch stretch = {2, 9};

    const int status = sim_run(sleep_in_a_scope, &stretch);

    assert_int_equal(status, HD_E_TIMEDOUT);
    assert_string_equal(story, "sleep:CANCELLED scope:TIMEDOUT 1 0 2ms");
}

static void
no_time_at_all_still_cancels_at_a_wait(void **state)
{
    (void)state;
    struct stretch stretch = {0, 9};

    sim_run(sleep_in_a_scope, &stretch);

    assert_string_equal(story, "sleep:CANCELLED scope:TIMEDOUT 1 0 0ms");
}

static int
begin_for_ever(void *arg)
{
    (void)arg;
    struct hd_timeout timeout;
    HD_TRY(hd_timeout_begin(&timeout, HD_FOREVER));
    tell("%d", hd_timeout_when(&timeout) == HD_FOREVER);
    return tell_status("scope", hd_timeout_end(&timeout, hd_sleep(HD_S(1000))));
}

static void
for_ever_arms_nothing(void **state)
{
    (void)state;

    sim_run(begin_for_ever, NULL);

    assert_string_equal(story, "1 scope:ok");
}

static int
fail_when_late(void *arg)
{
    (void)arg;
    struct hd_timeout timeout;
    HD_TRY(hd_timeout_begin(&timeout, HD_MS(1)));
    int status = hd_sleep(HD_MS(9));
    status = hd_fail(BROKEN, "while cleaning up");
    return tell_status("scope", hd_timeout_end(&timeout, status));
}

static void
an_error_wins_over_the_timeout(void **state)
{
    (void)state;

    sim_run(fail_when_late, NULL);

    assert_string_equal(story, "scope:USER-1");
}

/* ---- nesting ---- */

static int
nest_scopes(void *arg)
{
    const struct stretch *stretch = arg;
    struct hd_timeout outer, inner;
    HD_TRY(hd_timeout_begin(&outer, HD_MS(stretch->limit_ms)));
    HD_TRY(hd_timeout_begin(&inner, HD_MS(stretch->work_ms)));
    int status = hd_sleep(HD_MS(9));
    status = tell_status("inner", hd_timeout_end(&inner, status));
    return tell_status("outer", hd_timeout_end(&outer, status));
}

static void
the_inner_scope_times_out_for_itself(void **state)
{
    (void)state;
    struct stretch stretch = {.limit_ms = 3, .work_ms = 2};

    sim_run(nest_scopes, &stretch);

    assert_string_equal(story, "inner:TIMEDOUT outer:TIMEDOUT");
}

static void
the_outer_scope_passes_through_the_inner(void **state)
{
    (void)state;
    struct stretch stretch = {.limit_ms = 2, .work_ms = 3};

    sim_run(nest_scopes, &stretch);

    assert_string_equal(story, "inner:CANCELLED outer:TIMEDOUT");
}

/* ---- other requests ---- */

static int
cancel_who_is_in_a_scope(void *arg)
{
    struct hd_task *task = hd_task_spawn(sleep_in_a_scope, arg);
    hd_task_spawn(cancel_later, CANCELLER(task, 1));
    (void)hd_await(task);
    return HD_OK;
}

static void
a_request_from_outside_is_not_a_timeout(void **state)
{
    (void)state;
    struct stretch stretch = {2, 9};

    sim_run(cancel_who_is_in_a_scope, &stretch);

    assert_string_equal(story,
                        "cancel sleep:CANCELLED scope:CANCELLED 0 1 1ms");
}

/* Who cancels sleeps first, so he steps between the expiry and the task. */
static int
cancel_as_it_expires(void *arg)
{
    struct canceller canceller = {.ms = 1};
    hd_task_spawn(cancel_later, &canceller);
    canceller.task = hd_task_spawn(sleep_in_a_scope, arg);
    (void)hd_await(canceller.task);
    return HD_OK;
}

static void
a_request_that_comes_with_the_timeout_wins(void **state)
{
    (void)state;
    struct stretch stretch = {1, 9};

    sim_run(cancel_as_it_expires, &stretch);

    assert_string_equal(story,
                        "cancel sleep:CANCELLED scope:CANCELLED 1 1 1ms");
}

/* ---- another deadline ---- */

static int
reschedule(void *arg)
{
    (void)arg;
    struct hd_timeout timeout;
    HD_TRY(hd_timeout_begin_at(&timeout, HD_MS(2)));
    (void)hd_sleep(HD_MS(1));
    HD_TRY(hd_timeout_reschedule(&timeout, HD_MS(5)));
    tell("%u", (unsigned)(hd_timeout_when(&timeout) / HD_MS(1)));
    const int status = hd_timeout_end(&timeout, hd_sleep(HD_MS(9)));
    tell_time();
    tell_status("late", hd_timeout_reschedule(&timeout, HD_MS(9)));
    return tell_status("scope", status);
}

static void
an_entered_scope_can_be_given_another_deadline(void **state)
{
    (void)state;

    sim_run(reschedule, NULL);

    assert_string_equal(story, "5 5ms late:INVALID scope:TIMEDOUT");
    assert_int_equal(misuses(), 1);
}

static int
reschedule_to_the_past(void *arg)
{
    (void)arg;
    struct hd_timeout timeout;
    HD_TRY(hd_timeout_begin(&timeout, HD_FOREVER));
    (void)hd_sleep(HD_MS(2));
    HD_TRY(hd_timeout_reschedule(&timeout, HD_MS(1)));
    const int status = hd_timeout_end(&timeout, hd_yield());
    return tell_status("scope", status);
}

/* The expiry is called soon: it is before the yield in the queue. */
static void
a_deadline_in_the_past_expires_soon(void **state)
{
    (void)state;

    sim_run(reschedule_to_the_past, NULL);

    assert_string_equal(story, "scope:TIMEDOUT");
}

/* ---- misuse ---- */

static void
begin_from_callback(void *arg)
{
    struct hd_timeout timeout;
    (void)arg;
    tell_status("begin", hd_timeout_begin(&timeout, HD_MS(1)));
    tell_status("at", hd_timeout_begin_at(&timeout, HD_MS(1)));
    tell_status("end", hd_timeout_end(&timeout, BROKEN));
}

static int
misuse_timeouts(void *arg)
{
    (void)arg;
    hd_loop_call_soon(hd_loop_running(), begin_from_callback, NULL);
    return hd_yield();
}

static void
only_a_task_has_scopes(void **state)
{
    (void)state;

    sim_run(misuse_timeouts, NULL);

    assert_string_equal(story, "begin:NO_TASK at:NO_TASK end:USER-1");
    assert_int_equal(misuses(), 2);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_scope_in_time_changes_nothing),
        TEST(a_late_scope_is_cancelled_and_times_out),
        TEST(no_time_at_all_still_cancels_at_a_wait),
        TEST(for_ever_arms_nothing),
        TEST(an_error_wins_over_the_timeout),
        TEST(the_inner_scope_times_out_for_itself),
        TEST(the_outer_scope_passes_through_the_inner),
        TEST(a_request_from_outside_is_not_a_timeout),
        TEST(a_request_that_comes_with_the_timeout_wins),
        TEST(an_entered_scope_can_be_given_another_deadline),
        TEST(a_deadline_in_the_past_expires_soon),
        TEST(only_a_task_has_scopes),
    };
    return cmocka_run_group_tests_name("timeout", tests, NULL, NULL);
}
