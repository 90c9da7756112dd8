/*
 * Coroutine objects: sequential-await, never-awaited where there is no end,
 * stale-handle; and what looks like them.
 */
#include "judged.h"

#include <stdlib.h>

static int
take(void *arg)
{
    const uint64_t *ns = arg;
    return *ns > 0 ? hd_sleep(*ns) : HD_OK;
}

static int
yield(void *arg)
{
    (void)arg;
    return hd_yield();
}

static int
fail_late(void *arg)
{
    (void)arg;
    HD_TRY(hd_sleep(HD_MS(3)));
    return HD_E_USER;
}

static uint64_t long_ns = HD_MS(20), short_ns = HD_MS(5), no_ns;

/* ---- sequential-await ---- */

static int
in_turn(void *arg)
{
    (void)arg;
    struct hd_coro *first = hd_coro_create(take, &long_ns);
    struct hd_coro *second = hd_coro_create(take, &short_ns);
    HD_TRY(hd_await(first));
    return hd_await(second);
}

static void
two_objects_that_wait_in_turn_are_told_with_their_times(void **state)
{
    (void)state;

    sim_run(in_turn, NULL);

    const struct hd_finding *finding =
        assert_found("sequential-await", "20 ms and then 5 ms");
    assert_int_not_equal(finding->also[0].place, 0);
    assert_int_not_equal(finding->also[0].place, finding->place);
    assert_int_equal(judge(bit_of("sequential-await")), 0);
}

static int
in_turn_by_wait_for(void *arg)
{
    (void)arg;
    struct hd_coro *first = hd_coro_create(take, &long_ns);
    struct hd_coro *second = hd_coro_create(take, &short_ns);
    HD_TRY(hd_wait_for(first, HD_S(1)));
    return hd_wait_for(second, HD_S(1));
}

static void
waiting_in_turn_with_a_limit_is_the_same(void **state)
{
    (void)state;

    sim_run(in_turn_by_wait_for, NULL);

    assert_found("sequential-await", "20 ms and then 5 ms");
}

/* Coroutines in coroutines: the inner ones make and await in order. */
static int
outer(void *arg)
{
    HD_TRY(hd_await(hd_coro_create(take, arg)));
    return hd_await(hd_coro_create(take, arg));
}

static int
nested_in_turn(void *arg)
{
    (void)arg;
    struct hd_coro *first = hd_coro_create(outer, &long_ns);
    struct hd_coro *second = hd_coro_create(outer, &short_ns);
    HD_TRY(hd_await(first));
    return hd_await(second);
}

static void
awaits_inside_of_awaits_are_one_finding(void **state)
{
    (void)state;

    sim_run(nested_in_turn, NULL);

    assert_found("sequential-await", "40 ms and then 10 ms");
}

static int
each_just_before(void *arg)
{
    (void)arg;
    HD_TRY(hd_await(hd_coro_create(outer, &long_ns)));
    return hd_await(hd_coro_create(outer, &short_ns));
}

static int
second_takes_no_time(void *arg)
{
    (void)arg;
    struct hd_coro *first = hd_coro_create(take, &long_ns);
    struct hd_coro *second = hd_coro_create(take, &no_ns);
    struct hd_coro *third = hd_coro_create(yield, NULL);
    HD_TRY(hd_await(first));
    HD_TRY(hd_await(second));
    return hd_await(third);
}

static int
first_takes_no_time(void *arg)
{
    (void)arg;
    struct hd_coro *first = hd_coro_create(take, &no_ns);
    struct hd_coro *second = hd_coro_create(take, &long_ns);
    HD_TRY(hd_await(first));
    return hd_await(second);
}

static int
as_tasks(void *arg)
{
    (void)arg;
    struct hd_coro *first = hd_coro_create(take, &long_ns);
    struct hd_coro *second = hd_coro_create(take, &short_ns);
    struct hd_task *a = hd_task_from_coro(first);
    struct hd_task *b = hd_task_from_coro(second);
    HD_TRY(hd_await(a));
    return hd_await(b);
}

static int
second_if_the_first_fails(void *arg)
{
    (void)arg;
    struct hd_coro *first = hd_coro_create(fail_late, NULL);
    struct hd_coro *second = hd_coro_create(take, &long_ns);
    return hd_await(first) < 0 ? hd_await(second) : HD_OK;
}

static int
await_given(void *coro)
{
    HD_TRY(hd_sleep(HD_MS(1)));
    return hd_await((struct hd_coro *)coro);
}

static int
two_tasks_await(void *arg)
{
    (void)arg;
    struct hd_coro *first = hd_coro_create(take, &long_ns);
    struct hd_coro *second = hd_coro_create(take, &short_ns);
    struct hd_task *a = hd_task_spawn(await_given, first);
    struct hd_task *b = hd_task_spawn(await_given, second);
    return hd_gather(a, b);
}

static void
what_only_looks_like_it_is_clean(void **state)
{
    static hd_fn *const programs[] = {
        each_just_before, second_takes_no_time,      first_takes_no_time,
        as_tasks,         second_if_the_first_fails, two_tasks_await,
    };
    (void)state;

    for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++) {
        sim_run(programs[i], NULL);

        assert_int_equal(judge(0), 0);
    }
}

static int
sleep_side_by_side(void *arg)
{
    (void)arg;
    struct hd_task *other = hd_task_spawn(take, &long_ns);
    HD_TRY(second_takes_no_time(NULL));
    return hd_await(other);
}

static void
a_slow_machine_is_not_what_a_coroutine_waits_for(void **state)
{
    struct hd_rules rules = HD_RULES_DEFAULT;
    (void)state;
    rules.clock = HD_CLOCK_JUMP;
    rules.order = HD_ORDER_LOOP;

    sim_explore(sleep_side_by_side, NULL, &rules, NULL, NULL);

    assert_int_equal(judge(0), 0);
}

/* ---- never-awaited without end ---- */

static struct hd_coro *kept[4096];
static size_t kept_count;

static int
forget_for_ever(void *arg)
{
    (void)arg;
    while (hd_coro_create(take, &no_ns) != NULL) {
    }
    return HD_E_NO_MEMORY;
}

static enum hd_outcome
run_limited(hd_fn *fn)
{
    struct hd_rules rules = HD_RULES_DEFAULT;
    rules.made_max = 1000;
    rules.steps_max = 5000;
    kept_count = 0;
    return sim_explore(fn, NULL, &rules, NULL, NULL);
}

/* Both, in the order of the registry. */
static void
assert_livelock_and_never_awaited(const char *why)
{
    assert_int_equal(judge(0), 2);
    assert_string_equal(found.items[0].kind, "livelock");
    assert_non_null(strstr(found.items[0].message, why));
    assert_string_equal(found.items[1].kind, "never-awaited");
}

static void
a_step_that_makes_objects_without_end_is_both(void **state)
{
    (void)state;

    assert_int_equal(run_limited(forget_for_ever), HD_OUTCOME_LIMIT);

    assert_livelock_and_never_awaited("one step has made 1001");
    assert_int_equal(judge(bit_of("never-awaited")), 1);
}

static int
forget_and_yield(void *arg)
{
    (void)arg;
    while (hd_coro_create(take, &no_ns) != NULL) {
        HD_TRY(hd_yield());
    }
    return HD_E_NO_MEMORY;
}

static void
so_are_steps_that_make_one_object_each(void **state)
{
    (void)state;

    assert_int_equal(run_limited(forget_and_yield), HD_OUTCOME_LIMIT);

    assert_livelock_and_never_awaited("no end after 5000 steps");
}

static int
use_and_yield(void *arg)
{
    (void)arg;
    for (unsigned i = 0;; i++) {
        struct hd_coro *coro = hd_coro_create(take, &no_ns);
        if (i % 3 == 0) {
            HD_TRY(hd_await(coro));
        } else if (i % 3 == 1) {
            hd_coro_destroy(coro);
        } else {
            HD_TRY(hd_await(hd_task_from_coro(coro)));
        }
        HD_TRY(hd_yield());
    }
}

static int
keep_some_and_yield(void *arg)
{
    (void)arg;
    while (kept_count < 900) {
        kept[kept_count++] = hd_coro_create(take, &no_ns);
    }
    for (;;) {
        HD_TRY(hd_yield());
    }
}

static void
objects_that_are_used_or_wait_in_a_list_are_not_reported(void **state)
{
    static hd_fn *const programs[] = {use_and_yield, keep_some_and_yield};
    (void)state;

    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(run_limited(programs[i]), HD_OUTCOME_LIMIT);

        assert_found("livelock", "no end after 5000 steps");
    }
}

/* A log in which main hangs after it has made so many objects. */
static void
hang_after(unsigned objects, uint8_t blocked)
{
    struct hd_log *log = sim_world()->log;
    hd_log_clear(log);
    hd_log_put(log, HD_LOG_BORN, HD_ACTOR_TASK, 1, 0);
    hd_log_put(log, HD_LOG_STEP, 0, 1, 0);
    for (unsigned i = 1; i <= objects; i++) {
        hd_log_put(log, HD_LOG_CORO, HD_CORO_MADE, i, 0x1000);
    }
    hd_log_incident(log, (struct hd_record){
                             .kind = HD_LOG_HANG, .op = blocked, .value = 9});
}

static void
a_step_that_hangs_shows_what_it_made_again_and_again(void **state)
{
    (void)state;

    hang_after(500, 0);

    assert_livelock_and_never_awaited("it never yields");
    assert_int_equal(found.items[1].place, 0x1000);
}

static void
a_few_objects_before_a_hang_may_be_meant_for_later(void **state)
{
    (void)state;

    hang_after(20, 0);

    assert_found("livelock", "it never yields");
}

static void
a_step_that_is_blocked_makes_nothing(void **state)
{
    (void)state;

    hang_after(500, 1);

    assert_found("timeout", "blocked");
}

static int
make_a_crowd(void *arg)
{
    struct hd_task *tasks[900];
    (void)arg;
    for (size_t i = 0; i < 900; i++) {
        tasks[i] = hd_task_from_coro(hd_coro_create(take, &no_ns));
    }
    for (size_t i = 0; i < 900; i++) {
        HD_TRY(hd_await(tasks[i]));
    }
    return HD_OK;
}

static int
make_two_crowds(void *arg)
{
    HD_TRY(make_a_crowd(arg));
    return make_a_crowd(arg);
}

static void
the_limit_counts_within_one_step(void **state)
{
    (void)state;

    assert_int_equal(run_limited(make_two_crowds), HD_OUTCOME_OK);

    assert_int_equal(judge(0), 0);
}

/* ---- stale-handle ---- */

static int
await_twice(void *arg)
{
    (void)arg;
    struct hd_coro *coro = hd_coro_create(take, &no_ns);
    HD_TRY(hd_await(coro));
    return hd_await(coro) == HD_E_REUSED ? HD_OK : HD_E_USER;
}

static void
a_second_await_of_an_object_is_a_stale_handle(void **state)
{
    (void)state;

    assert_int_equal(sim_run(await_twice, NULL), HD_OK);

    assert_found("stale-handle", "a coroutine object is used a second time");
    assert_int_equal(judge(bit_of("stale-handle")), 0);
}

static int
use_released(void *arg)
{
    (void)arg;
    struct hd_future *future = hd_future_create();
    hd_future_release(future);
    return hd_future_is_done(future) ? HD_E_USER : HD_OK;
}

static void
a_released_future_is_named(void **state)
{
    (void)state;

    assert_int_equal(sim_run(use_released, NULL), HD_OK);

    assert_found("stale-handle", "the handle of future 1 of 0 is used");
}

static int
use_released_and_retaken(void *arg)
{
    (void)arg;
    struct hd_future *future = hd_future_create();
    hd_future_release(future);
    hd_future_set(hd_future_create(), NULL);
    return hd_future_is_done(future) ? HD_E_USER : HD_OK;
}

static void
one_whose_slot_has_another_owner_is_not(void **state)
{
    (void)state;

    assert_int_equal(sim_run(use_released_and_retaken, NULL), HD_OK);

    assert_found("stale-handle", "the handle of a future is used");
}

static int
use_null(void *arg)
{
    (void)arg;
    return hd_future_is_done(NULL) ? HD_E_USER : HD_OK;
}

static void
null_is_an_invalid_call(void **state)
{
    (void)state;

    assert_int_equal(sim_run(use_null, NULL), HD_OK);

    assert_found("invalid-call", "NULL is used as a handle");
}

static int
ask_the_done(void *arg)
{
    (void)arg;
    struct hd_task *task = hd_task_spawn(take, &no_ns);
    HD_TRY(hd_await(task));
    struct hd_handle *handle = hd_loop_call_soon(hd_loop_running(), free, NULL);
    HD_TRY(hd_yield());
    return hd_task_cancel(task) || hd_handle_cancel(handle) ? HD_E_USER
                                                            : hd_await(task);
}

static void
a_done_task_and_a_used_up_callback_may_be_asked(void **state)
{
    (void)state;

    assert_int_equal(sim_run(ask_the_done, NULL), HD_OK);

    assert_int_equal(judge(0), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            two_objects_that_wait_in_turn_are_told_with_their_times),
        cmocka_unit_test(waiting_in_turn_with_a_limit_is_the_same),
        cmocka_unit_test(awaits_inside_of_awaits_are_one_finding),
        cmocka_unit_test(what_only_looks_like_it_is_clean),
        cmocka_unit_test(a_slow_machine_is_not_what_a_coroutine_waits_for),
        cmocka_unit_test(a_step_that_makes_objects_without_end_is_both),
        cmocka_unit_test(so_are_steps_that_make_one_object_each),
        cmocka_unit_test(
            objects_that_are_used_or_wait_in_a_list_are_not_reported),
        cmocka_unit_test(a_step_that_hangs_shows_what_it_made_again_and_again),
        cmocka_unit_test(a_few_objects_before_a_hang_may_be_meant_for_later),
        cmocka_unit_test(a_step_that_is_blocked_makes_nothing),
        cmocka_unit_test(the_limit_counts_within_one_step),
        cmocka_unit_test(a_second_await_of_an_object_is_a_stale_handle),
        cmocka_unit_test(a_released_future_is_named),
        cmocka_unit_test(one_whose_slot_has_another_owner_is_not),
        cmocka_unit_test(null_is_an_invalid_call),
        cmocka_unit_test(a_done_task_and_a_used_up_callback_may_be_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
