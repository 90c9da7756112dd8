/*
 * Cancellations that are dropped on their way out, and those that are not.
 */
#include "judged.h"

static int
drop_it(void *arg)
{
    (void)arg;
    (void)hd_sleep(HD_MS(10));
    HD_TRY(hd_yield());
    return HD_OK;
}

/* Cancel a task of this function in its wait; its status comes back. */
static int
cancel_one(void *fn)
{
    hd_fn *const *victim = fn;
    struct hd_task *task = hd_task_spawn(*victim, NULL);
    HD_TRY(hd_sleep(HD_MS(1)));
    hd_task_cancel(task);
    (void)hd_await(task);
    return HD_OK;
}

static void
run_cancelled(hd_fn *victim)
{
    assert_int_equal(sim_run(cancel_one, &victim), HD_OK);
}

static void
a_dropped_cancellation_names_the_wait_and_the_call_after(void **state)
{
    (void)state;

    run_cancelled(drop_it);

    const struct hd_finding *finding = assert_found(
        "swallowed-cancel", "task 0.1 was cancelled and returned 0");
    const uint64_t function = (uint64_t)(uintptr_t)drop_it;
    assert_in_range(finding->place, function, function + 256);
    assert_in_range(finding->also[0].place, finding->place + 1, function + 256);
    assert_int_equal(finding->actor, 2);
    assert_int_equal(judge(bit_of("swallowed-cancel")), 0);
}

static int
drop_a_yield(void *arg)
{
    (void)arg;
    (void)hd_yield();
    return HD_OK;
}

static int
cancel_at_a_yield(void *arg)
{
    (void)arg;
    struct hd_task *task = hd_task_spawn(drop_a_yield, NULL);
    HD_TRY(hd_yield());
    hd_task_cancel(task);
    (void)hd_await(task);
    return HD_OK;
}

static void
a_yield_is_a_wait_too(void **state)
{
    (void)state;

    assert_int_equal(sim_run(cancel_at_a_yield, NULL), HD_OK);

    assert_found("swallowed-cancel", "returned 0");
}

static int
inner_wait(void *arg)
{
    (void)arg;
    return hd_sleep(HD_MS(10));
}

static int
drop_anothers(void *arg)
{
    (void)hd_await(hd_coro_create(inner_wait, arg));
    return HD_OK;
}

static void
it_is_followed_through_the_coroutines_that_pass_it_on(void **state)
{
    (void)state;

    run_cancelled(drop_anothers);

    const uint64_t function = (uint64_t)(uintptr_t)drop_anothers;
    assert_in_range(assert_found("swallowed-cancel", "")->place, function,
                    function + 256);
}

/* ---- timeout scopes ---- */

static int
drop_in_a_scope(void *arg)
{
    struct hd_timeout timeout;
    (void)arg;
    HD_TRY(hd_timeout_begin(&timeout, HD_MS(1)));
    (void)hd_sleep(HD_MS(10));
    return hd_timeout_end(&timeout, HD_OK);
}

static void
a_time_out_that_is_dropped_in_its_scope_is_lost(void **state)
{
    (void)state;

    assert_int_equal(sim_run(drop_in_a_scope, NULL), HD_OK);

    const struct hd_finding *finding = assert_found(
        "swallowed-cancel", "the time-out of a scope in 0 is lost");
    assert_true(finding->also[0].place > finding->place);
}

static int
pass_in_a_scope(void *arg)
{
    struct hd_timeout timeout;
    (void)arg;
    HD_TRY(hd_timeout_begin(&timeout, HD_MS(1)));
    const int status = hd_sleep(HD_MS(10));
    return hd_timeout_end(&timeout, status) == HD_E_TIMEDOUT ? HD_OK
                                                             : HD_E_USER;
}

static int
ask_in_a_scope(void *arg)
{
    struct hd_timeout timeout;
    (void)arg;
    HD_TRY(hd_timeout_begin(&timeout, HD_MS(1)));
    int status = hd_sleep(HD_MS(10));
    if (hd_timeout_is_expired(&timeout)) {
        status = HD_OK; /* late is fine */
    }
    return hd_timeout_end(&timeout, status);
}

static int
end_in_time(void *arg)
{
    struct hd_timeout timeout;
    (void)arg;
    HD_TRY(hd_timeout_begin(&timeout, HD_MS(1)));
    HD_TRY(hd_sleep(HD_MS(1) / 2));
    return hd_timeout_end(&timeout, HD_OK);
}

static int
nested_scopes(void *arg)
{
    struct hd_timeout outer, inner;
    (void)arg;
    HD_TRY(hd_timeout_begin(&outer, HD_MS(5)));
    HD_TRY(hd_timeout_begin(&inner, HD_MS(1)));
    int status = hd_timeout_end(&inner, hd_sleep(HD_MS(10)));
    status = status == HD_E_TIMEDOUT ? HD_OK : status;
    return hd_timeout_end(&outer, status);
}

/* Expires while the task stands before a call that does not wait. */
static int
expire_unseen(void *arg)
{
    struct hd_timeout timeout;
    (void)arg;
    HD_TRY(hd_timeout_begin(&timeout, 0));
    HD_TRY(hd_timeout_end(&timeout, HD_OK));
    return hd_yield();
}

static int
wait_limited(void *arg)
{
    return hd_wait_for_call(inner_wait, arg, HD_MS(1)) == HD_E_TIMEDOUT
               ? HD_OK
               : HD_E_USER;
}

static int
lock_limited(void *arg)
{
    struct hd_lock lock = {0};
    (void)arg;
    HD_TRY(hd_lock_acquire(&lock));
    return hd_lock_acquire_for(&lock, HD_MS(1)) == HD_E_TIMEDOUT ? HD_OK
                                                                 : HD_E_USER;
}

static int
fail_late(void *arg)
{
    (void)arg;
    HD_TRY(hd_sleep(HD_MS(1)));
    return HD_E_USER;
}

static int
survive_a_group(void *arg)
{
    struct hd_group group;
    HD_TRY(hd_group_begin(&group));
    hd_group_spawn(&group, fail_late, arg);
    hd_group_spawn(&group, inner_wait, arg);
    const int status = hd_sleep(HD_MS(10));
    return hd_group_end(&group, status) == HD_E_GROUP ? HD_OK : HD_E_USER;
}

static int
someone_elses(void *arg)
{
    struct hd_task *task = hd_task_spawn(inner_wait, arg);
    HD_TRY(hd_yield());
    hd_task_cancel(task);
    return hd_await(task) == HD_E_CANCELLED ? HD_OK : HD_E_USER;
}

static int
not_yet_delivered(void *arg)
{
    (void)arg;
    hd_task_cancel(hd_task_current());
    return HD_OK;
}

static int
spawn_not_yet_delivered(void *arg)
{
    return hd_await(hd_task_spawn(not_yet_delivered, arg)) == HD_E_CANCELLED
               ? HD_OK
               : HD_E_USER;
}

static int
cancel_the_outer_of_a_shield(void *arg)
{
    struct hd_task *task = hd_task_spawn(inner_wait, arg);
    struct hd_future *outer = hd_shield(task);
    hd_future_cancel(outer);
    (void)hd_await(outer);
    hd_future_release(outer);
    return hd_await(task);
}

static void
scopes_groups_and_others_cancellations_are_clean(void **state)
{
    static hd_fn *const programs[] = {
        pass_in_a_scope,
        ask_in_a_scope,
        end_in_time,
        nested_scopes,
        expire_unseen,
        wait_limited,
        lock_limited,
        survive_a_group,
        someone_elses,
        spawn_not_yet_delivered,
        cancel_the_outer_of_a_shield,
    };
    (void)state;

    for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++) {
        assert_int_equal(sim_run(programs[i], NULL), HD_OK);

        assert_int_equal(judge(0), 0);
    }
}

/* ---- tasks that know what they do ---- */

static int
take_it_back(void *arg)
{
    (void)arg;
    if (hd_sleep(HD_MS(10)) == HD_E_CANCELLED) {
        hd_task_uncancel(hd_task_current());
    }
    return HD_OK;
}

static int
make_another_error(void *arg)
{
    (void)arg;
    return hd_sleep(HD_MS(10)) < 0 ? HD_E_USER : HD_OK;
}

static int
clean_up(void *arg)
{
    (void)arg;
    const int status = hd_sleep(HD_MS(10));
    HD_TRY(hd_yield());
    return status;
}

static int
swallow_below(void *arg)
{
    return hd_await(hd_task_spawn(take_it_back, arg));
}

static int
gather_some(void *arg)
{
    struct hd_task *one = hd_task_spawn(inner_wait, arg);
    struct hd_task *other = hd_task_spawn(inner_wait, arg);
    return hd_gather(one, other);
}

static void
tasks_that_pass_it_on_or_take_it_back_are_clean(void **state)
{
    static hd_fn *const victims[] = {inner_wait,         take_it_back,
                                     make_another_error, clean_up,
                                     swallow_below,      gather_some};
    (void)state;

    for (size_t i = 0; i < sizeof(victims) / sizeof(*victims); i++) {
        run_cancelled(victims[i]);

        assert_int_equal(judge(0), 0);
    }
}

/* Done at the moment in which the task that waits for it is cancelled. */
static int
wait_until_the_last_moment(void *arg)
{
    return hd_wait_for_call(inner_wait, arg, HD_MS(20));
}

static int
cancel_at_the_last_moment(void *arg)
{
    struct hd_task *task = hd_task_spawn(wait_until_the_last_moment, arg);
    HD_TRY(hd_sleep(HD_MS(10)));
    hd_task_cancel(task);
    return hd_await(task) == HD_E_CANCELLED ? HD_OK : HD_OK;
}

static void
what_wait_for_drops_itself_is_not_its_callers_fault(void **state)
{
    (void)state;

    assert_int_equal(sim_run(cancel_at_the_last_moment, NULL), HD_OK);

    assert_int_equal(judge(bit_of("left-early")), 0);
}

static int
leave_a_dropper(void *arg)
{
    hd_task_detach(hd_task_spawn(drop_it, arg));
    return hd_yield();
}

static void
what_is_cancelled_at_the_end_of_main_may_drop_it(void **state)
{
    (void)state;

    assert_int_equal(sim_run(leave_a_dropper, NULL), HD_OK);

    assert_found("left-early", "the test ended while task 0.1");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_dropped_cancellation_names_the_wait_and_the_call_after),
        cmocka_unit_test(a_yield_is_a_wait_too),
        cmocka_unit_test(it_is_followed_through_the_coroutines_that_pass_it_on),
        cmocka_unit_test(a_time_out_that_is_dropped_in_its_scope_is_lost),
        cmocka_unit_test(scopes_groups_and_others_cancellations_are_clean),
        cmocka_unit_test(tasks_that_pass_it_on_or_take_it_back_are_clean),
        cmocka_unit_test(what_wait_for_drops_itself_is_not_its_callers_fault),
        cmocka_unit_test(what_is_cancelled_at_the_end_of_main_may_drop_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
