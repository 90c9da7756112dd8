/*
 * Giving up the turn: yields and sleeps, and who comes when.
 */
#include "outside.h"

static int
set_up(void **state)
{
    (void)state;
    story_begin();
    return 0;
}

/* ---- yields ---- */

static int
three_turns(void *name)
{
    for (unsigned i = 1; i <= 3; i++) {
        tell("%s%u", (const char *)name, i);
        HD_TRY(hd_yield());
    }
    return HD_OK;
}

static int
take_turns(void *arg)
{
    (void)arg;
    struct hd_task *a = hd_task_spawn(three_turns, NAME("a"));
    struct hd_task *b = hd_task_spawn(three_turns, NAME("b"));
    HD_TRY(hd_await(a));
    return hd_await(b);
}

static void
tasks_that_yield_take_turns(void **state)
{
    (void)state;

    sim_run(take_turns, NULL);

    assert_string_equal(story, "a1 b1 a2 b2 a3 b3");
}

static int
yield_alone(void *arg)
{
    (void)arg;
    return tell_status("yield", hd_yield());
}

static void
who_is_alone_goes_on_after_a_yield(void **state)
{
    (void)state;

    sim_run(yield_alone, NULL);

    assert_string_equal(story, "yield:ok");
    assert_int_equal(sim_count(HD_LOG_YIELD), 1);
}

static int
sleep_for_nothing(void *arg)
{
    (void)arg;
    hd_task_spawn(speak, NAME("other"));
    HD_TRY(hd_sleep(0));
    tell("main");
    tell_time();
    return HD_OK;
}

static void
sleeping_for_nothing_is_a_yield(void **state)
{
    (void)state;

    sim_run(sleep_for_nothing, NULL);

    assert_string_equal(story, "other main 0ms");
    assert_int_equal(sim_count(HD_LOG_YIELD), 1);
    assert_int_equal(sim_count(HD_LOG_SUSPEND), 0);
}

/* ---- sleeps ---- */

struct sleeper {
    const char *name;
    uint64_t ns;
};

static int
sleep_and_tell(void *arg)
{
    const struct sleeper *sleeper = arg;
    HD_TRY(hd_sleep(sleeper->ns));
    tell("%s", sleeper->name);
    tell_time();
    return HD_OK;
}

static int
three_sleepers(void *arg)
{
    static struct sleeper three[] = {
        {"long", HD_MS(30)}, {"short", HD_MS(10)}, {"middle", HD_MS(20)}};
    (void)arg;
    for (size_t i = 0; i < 3; i++) {
        hd_task_spawn(sleep_and_tell, &three[i]);
    }
    settle();
    return HD_OK;
}

static void
sleepers_wake_in_the_order_of_their_deadlines(void **state)
{
    (void)state;

    sim_run(three_sleepers, NULL);

    assert_string_equal(story, "short 10ms middle 20ms long 30ms");
}

static int
equal_sleepers(void *arg)
{
    static struct sleeper equal[] = {
        {"a", HD_MS(7)}, {"b", HD_MS(7)}, {"c", HD_MS(7)}, {"d", HD_MS(7)}};
    (void)arg;
    for (size_t i = 0; i < 4; i++) {
        hd_task_spawn(sleep_and_tell, &equal[i]);
    }
    settle();
    return HD_OK;
}

static void
equal_deadlines_wake_in_the_order_of_their_start(void **state)
{
    (void)state;

    sim_run(equal_sleepers, NULL);

    assert_string_equal(story, "a 7ms b 7ms c 7ms d 7ms");
}

static int
sleep_until_times(void *arg)
{
    (void)arg;
    HD_TRY(hd_sleep_until(HD_MS(15)));
    tell_time();
    HD_TRY(hd_sleep_until(HD_MS(40)));
    tell_time();
    return HD_OK;
}

static void
sleeping_until_a_time_ends_at_that_time(void **state)
{
    (void)state;

    sim_run(sleep_until_times, NULL);

    assert_string_equal(story, "15ms 40ms");
}

static int
sleep_until_the_past(void *arg)
{
    (void)arg;
    HD_TRY(hd_sleep(HD_MS(10)));
    hd_task_spawn(speak, NAME("other"));
    HD_TRY(hd_sleep_until(HD_MS(3)));
    tell_time();
    return HD_OK;
}

static void
sleeping_until_the_past_suspends_and_takes_no_time(void **state)
{
    (void)state;

    sim_run(sleep_until_the_past, NULL);

    assert_string_equal(story, "other 10ms");
}

static int
sleep_one_nanosecond(void *arg)
{
    (void)arg;
    HD_TRY(hd_sleep(1));
    tell("%u", (unsigned)hd_loop_now(hd_loop_running()));
    return HD_OK;
}

static void
virtual_time_is_exact_to_the_nanosecond(void **state)
{
    (void)state;

    sim_run(sleep_one_nanosecond, NULL);

    assert_string_equal(story, "1");
}

static int
sleep_very_long(void *arg)
{
    (void)arg;
    HD_TRY(hd_sleep(HD_MS(5)));
    struct hd_task *task = hd_task_spawn(wait_for_ever, NULL);
    static struct sleeper late = {"late", HD_FOREVER - 1};
    struct hd_task *other = hd_task_spawn(sleep_and_tell, &late);
    HD_TRY(hd_sleep(HD_S(1000000)));
    tell("%d%d", hd_task_is_done(task), hd_task_is_done(other));
    hd_task_cancel(task);
    hd_task_cancel(other);
    tell_status("ever", hd_await(task));
    tell_status("late", hd_await(other));
    return HD_OK;
}

static void
a_sleep_that_never_ends_waits_until_cancelled(void **state)
{
    (void)state;

    sim_run(sleep_very_long, NULL);

    assert_string_equal(story, "00 ever:CANCELLED late:CANCELLED");
}

static int
cancel_a_sleep(void *arg)
{
    static struct sleeper sleeper = {"sleeper", HD_S(100)};
    (void)arg;
    struct hd_task *task = hd_task_spawn(sleep_and_tell, &sleeper);
    HD_TRY(hd_sleep(HD_MS(1)));
    hd_task_cancel(task);
    tell_status("end", hd_await(task));
    tell_time();
    return HD_OK;
}

static void
a_cancelled_sleep_ends_at_once_and_leaves_no_timer(void **state)
{
    (void)state;

    sim_run(cancel_a_sleep, NULL);

    assert_string_equal(story, "end:CANCELLED 1ms");
    assert_int_equal(sim_world()->now_ns, HD_MS(1));
}

/* ---- outside of tasks ---- */

static void
wait_in_a_callback(void *arg)
{
    (void)arg;
    tell_status("yield", hd_yield());
    tell_status("sleep", hd_sleep(HD_MS(1)));
    tell_status("until", hd_sleep_until(HD_MS(1)));
    tell_status("nothing", hd_sleep(0));
}

static int
call_who_waits(void *arg)
{
    hd_loop_call_soon(hd_loop_running(), wait_in_a_callback, arg);
    return hd_yield();
}

static void
only_a_task_may_yield_or_sleep(void **state)
{
    (void)state;

    sim_run(call_who_waits, NULL);

    assert_string_equal(
        story, "yield:NO_TASK sleep:NO_TASK until:NO_TASK nothing:NO_TASK");
    assert_int_equal(misuses(HD_E_NO_TASK), 4);
}

static void
outside_of_loops_nobody_may_wait(void **state)
{
    (void)state;

    run_outside(wait_in_a_callback, NULL);

    assert_int_equal(misuses(HD_E_NO_TASK), 4);
}

/* ---- points ---- */

static size_t
points_of(hd_fn *fn)
{
    return count_points(fn);
}

static int
sleep_twice(void *arg)
{
    (void)arg;
    HD_TRY(hd_sleep(HD_MS(1)));
    return hd_sleep_until(HD_MS(5));
}

static int
await_the_done(void *arg)
{
    (void)arg;
    struct hd_task *task = start(succeed, NULL);
    HD_TRY(hd_await(task));
    return hd_await(task);
}

static int
do_without_awaiting(void *arg)
{
    (void)arg;
    struct hd_task *task = hd_task_spawn(succeed, NULL);
    struct hd_future *future = hd_future_create();
    HD_TRY(hd_future_set(future, NULL));
    hd_task_cancel(task);
    hd_task_release(task);
    return HD_OK;
}

static void
where_awaits_are_points_every_sleep_and_await_is_one(void **state)
{
    (void)state;

    assert_int_equal(points_of(sleep_twice), 2);
    assert_int_equal(points_of(await_the_done), 2);
    assert_int_equal(points_of(yield_alone), 0); /* it suspends anyway */
}

static void
spawning_setting_and_cancelling_are_no_points(void **state)
{
    (void)state;

    assert_int_equal(points_of(do_without_awaiting), 0);
}

static void
without_the_rule_no_await_is_a_point(void **state)
{
    (void)state;

    sim_run(await_the_done, NULL);

    assert_int_equal(sim_count(HD_LOG_POINT), 0);
}

static struct hd_actor *
pick_eldest(void *self, const struct hd_view *view)
{
    (void)self;
    return view->ready[0];
}

static int
await_what_is_done_beside_another(void *arg)
{
    (void)arg;
    struct hd_future *future = hd_future_create();
    HD_TRY(hd_future_set(future, NULL));
    struct hd_task *other = hd_task_spawn(speak, NAME("other"));
    HD_TRY(hd_await(future));
    tell("main");
    return hd_await(other);
}

static enum hd_outcome
run_with_points(enum hd_points points)
{
    static const struct hd_strategy eldest = {
        .name = "eldest", .abi = HD_STRATEGY_ABI, .pick = pick_eldest};
    struct hd_rules rules = HD_RULES_DEFAULT;
    rules.points = points;
    return sim_explore(await_what_is_done_beside_another, NULL, &rules, &eldest,
                       NULL);
}

static void
at_a_point_another_task_may_come_first(void **state)
{
    (void)state;

    assert_int_equal(run_with_points(HD_POINTS_SUSPEND), HD_OUTCOME_OK);
    tell("/");
    assert_int_equal(run_with_points(HD_POINTS_AWAIT), HD_OUTCOME_OK);

    assert_string_equal(story, "main other / other main");
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(tasks_that_yield_take_turns),
        TEST(who_is_alone_goes_on_after_a_yield),
        TEST(sleeping_for_nothing_is_a_yield),
        TEST(sleepers_wake_in_the_order_of_their_deadlines),
        TEST(equal_deadlines_wake_in_the_order_of_their_start),
        TEST(sleeping_until_a_time_ends_at_that_time),
        TEST(sleeping_until_the_past_suspends_and_takes_no_time),
        TEST(virtual_time_is_exact_to_the_nanosecond),
        TEST(a_sleep_that_never_ends_waits_until_cancelled),
        TEST(a_cancelled_sleep_ends_at_once_and_leaves_no_timer),
        TEST(only_a_task_may_yield_or_sleep),
        TEST(outside_of_loops_nobody_may_wait),
        TEST(where_awaits_are_points_every_sleep_and_await_is_one),
        TEST(spawning_setting_and_cancelling_are_no_points),
        TEST(without_the_rule_no_await_is_a_point),
        TEST(at_a_point_another_task_may_come_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
