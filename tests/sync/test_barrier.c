#include "story.h"

static struct hd_barrier barrier;

static int
set_up(void **state)
{
    (void)state;
    hd_barrier_init(&barrier, 3);
    story_begin();
    return 0;
}

static int
meet(void *name)
{
    const int index = hd_barrier_wait(&barrier);
    if (index >= 0) {
        tell("%s:%d", (const char *)name, index);
    } else {
        tell_status(name, index);
    }
    return HD_OK;
}

static void
tell_state(void)
{
    tell("%u%s", hd_barrier_waiting(&barrier),
         hd_barrier_is_broken(&barrier) ? "-broken" : "");
}

/* ---- rounds ---- */

static int
three_meet(void *arg)
{
    (void)arg;
    start(meet, "a");
    start(meet, "b");
    tell_state();
    start(meet, "c");
    settle();
    tell_state();
    return HD_OK;
}

static void
all_go_on_when_the_last_has_come(void **state)
{
    (void)state;

    sim_run(three_meet, NULL);

    assert_string_equal(story, "2 c:2 a:0 b:1 0");
}

static int
five_meet(void *arg)
{
    (void)arg;
    hd_task_spawn(meet, NAME("a"));
    hd_task_spawn(meet, NAME("b"));
    hd_task_spawn(meet, NAME("c"));
    hd_task_spawn(meet,
                  NAME("d")); /* comes while a and b still have to leave */
    hd_task_spawn(meet, NAME("e"));
    settle();
    tell_state();
    meet(NAME("main"));
    settle();
    return HD_OK;
}

static void
comers_wait_until_the_last_round_has_left(void **state)
{
    (void)state;

    sim_run(five_meet, NULL);

    assert_string_equal(story, "c:2 a:0 b:1 2 main:2 d:0 e:1");
}

static void
a_barrier_for_one_does_not_suspend(void **state)
{
    (void)state;
    hd_barrier_init(&barrier, 1);

    sim_run(meet, NAME("main"));

    assert_string_equal(story, "main:0");
    assert_int_equal(sim_count(HD_LOG_SUSPEND), 0);
}

/* ---- cancellation ---- */

static int
cancel_a_waiter(void *arg)
{
    (void)arg;
    struct hd_task *a = start(meet, "a");
    start(meet, "b");
    hd_task_cancel(a);
    (void)hd_yield();
    tell_state();
    start(meet, "c");
    tell_state();
    meet(NAME("main"));
    settle();
    return HD_OK;
}

static void
a_cancelled_waiter_has_no_place(void **state)
{
    (void)state;

    sim_run(cancel_a_waiter, NULL);

    assert_string_equal(story, "a:CANCELLED 1 2 main:2 b:0 c:1");
}

static int
cancel_at_the_start(void *arg)
{
    (void)arg;
    struct hd_task *a = start(meet, "a");
    start(meet, "b");
    meet(NAME("main"));
    hd_task_cancel(a);
    settle();
    tell_state();
    return HD_OK;
}

static void
a_waiter_cancelled_just_after_its_wake_up_lets_the_others_go(void **state)
{
    (void)state;

    sim_run(cancel_at_the_start, NULL);

    assert_string_equal(story, "main:2 a:CANCELLED b:1 0");
}

/* ---- breaking ---- */

static int
abort_it(void *arg)
{
    (void)arg;
    start(meet, "a");
    start(meet, "b");
    tell_status("abort", hd_barrier_abort(&barrier));
    tell_state();
    settle();
    meet(NAME("main"));
    tell_status("reset", hd_barrier_reset(&barrier));
    tell_state();
    three_meet(NULL);
    return HD_OK;
}

static void
aborting_breaks_it_until_it_is_reset(void **state)
{
    (void)state;

    sim_run(abort_it, NULL);

    assert_string_equal(story, "abort:ok 0-broken a:BROKEN b:BROKEN "
                               "main:BROKEN reset:ok 0 2 c:2 a:0 b:1 0");
}

static int
reset_it(void *arg)
{
    (void)arg;
    start(meet, "a");
    start(meet, "b");
    hd_task_spawn(meet,
                  NAME("c")); /* comes while a and b still have to leave */
    tell_status("reset", hd_barrier_reset(&barrier));
    tell_state();
    settle();
    tell_state();
    start(meet, "d");
    meet(NAME("main"));
    settle();
    return HD_OK;
}

static void
resetting_sends_the_waiters_away(void **state)
{
    (void)state;

    sim_run(reset_it, NULL);

    assert_string_equal(story, "reset:ok 0 a:BROKEN b:BROKEN 1 "
                               "main:2 c:0 d:1");
}

static int
reset_while_draining(void *arg)
{
    (void)arg;
    start(meet, "a");
    start(meet, "b");
    meet(NAME("main"));
    hd_barrier_reset(&barrier);
    settle();
    return HD_OK;
}

static void
resetting_also_reaches_a_round_that_has_not_left(void **state)
{
    (void)state;

    sim_run(reset_while_draining, NULL);

    assert_string_equal(story, "main:2 a:BROKEN b:BROKEN");
}

/* ---- misuse ---- */

static void
meet_from_callback(void *arg)
{
    (void)arg;
    meet(NAME("callback"));
}

static int
call_meet(void *arg)
{
    (void)arg;
    hd_loop_call_soon(hd_loop_running(), meet_from_callback, NULL);
    settle();
    tell_state();
    return HD_OK;
}

static void
waiting_outside_of_a_task_is_no_task(void **state)
{
    (void)state;

    sim_run(call_meet, NULL);

    assert_string_equal(story, "callback:NO_TASK 0");
}

static int
only_meet(void *arg)
{
    (void)arg;
    return hd_barrier_wait(&barrier);
}

static int
only_abort(void *arg)
{
    (void)arg;
    tell_state();
    return hd_barrier_abort(&barrier);
}

static void
waiting_behind_another_loop_is_foreign_loop(void **state)
{
    (void)state;

    const int status = status_on_another_loop(meet, only_meet, only_abort);

    assert_int_equal(status, HD_E_FOREIGN_LOOP);
    assert_string_equal(story, "1 waiter:BROKEN");
}

/* ---- points ---- */

static void
where_awaits_are_points_waiting_is_one(void **state)
{
    (void)state;
    hd_barrier_init(&barrier, 1);

    const size_t points = count_points(only_meet);

    assert_int_equal(points, 1);
    assert_int_equal(sim_count(HD_LOG_ACT), 2);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_go_on_when_the_last_has_come),
        TEST(comers_wait_until_the_last_round_has_left),
        TEST(a_barrier_for_one_does_not_suspend),
        TEST(a_cancelled_waiter_has_no_place),
        TEST(a_waiter_cancelled_just_after_its_wake_up_lets_the_others_go),
        TEST(aborting_breaks_it_until_it_is_reset),
        TEST(resetting_sends_the_waiters_away),
        TEST(resetting_also_reaches_a_round_that_has_not_left),
        TEST(waiting_outside_of_a_task_is_no_task),
        TEST(waiting_behind_another_loop_is_foreign_loop),
        TEST(where_awaits_are_points_waiting_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
