/*
 * Loops: run, stop, close; the default one; asyncio.run.
 */
#include "outside.h"

static int
set_up(void **state)
{
    (void)state;
    story_begin();
    return 0;
}

static void
say(void *word)
{
    tell("%s", (const char *)word);
}

static void
stop(void *loop)
{
    tell("stop");
    hd_loop_stop(loop);
}

/* ---- until something is done ---- */

static int answer = 42;

static int
return_the_answer(void *arg)
{
    (void)arg;
    HD_TRY(hd_sleep(HD_MS(5)));
    hd_return(&answer);
    return HD_OK;
}

static void
run_until_a_task(void *arg)
{
    void *value = NULL;
    struct hd_loop *loop = hd_loop_create();
    (void)arg;
    struct hd_task *task = hd_loop_spawn(loop, return_the_answer, NULL);
    const int status = hd_loop_run_until_value(loop, HD_FUTURE(task), &value);
    tell_status("run", status);
    tell("%d", *(int *)value);
    tell_status("again", hd_loop_run_until(loop, task));
    hd_loop_destroy(loop);
}

static void
a_run_until_a_task_gives_its_result(void **state)
{
    (void)state;

    run_outside(run_until_a_task, NULL);

    assert_string_equal(story, "run:ok 42 again:ok");
}

static void
run_a_function(void *arg)
{
    struct hd_loop *loop = hd_loop_create();
    (void)arg;
    tell("%d", hd_loop_run_fn(loop, fail_plainly, NULL));
    tell_status("run", hd_loop_run_fn(loop, succeed, NULL));
    hd_loop_destroy(loop);
}

static void
a_loop_runs_one_function_after_another(void **state)
{
    (void)state;

    run_outside(run_a_function, NULL);

    assert_string_equal(story, "-10000 run:ok");
    assert_int_equal(sim_count(HD_LOG_UNRETRIEVED), 0);
}

static void
stop_before_the_end(void *arg)
{
    struct hd_loop *loop = hd_loop_create();
    (void)arg;
    struct hd_future *future = hd_loop_future(loop);
    hd_loop_call_later(loop, HD_MS(1), stop, loop);
    tell_status("run", hd_loop_run_until(loop, future));
    hd_loop_call_later(loop, HD_MS(1), stop, loop);
    tell_status("fn", hd_loop_run_fn(loop, wait_for_ever, NULL));
    hd_loop_destroy(loop);
}

static void
a_run_that_is_stopped_before_its_future_is_done_says_so(void **state)
{
    (void)state;

    run_outside(stop_before_the_end, NULL);

    assert_string_equal(story, "stop run:LOOP_STOPPED stop fn:LOOP_STOPPED");
    assert_int_equal(misuses(HD_E_LOOP_STOPPED), 2);
}

static void
run_until_the_wrong(void *arg)
{
    struct hd_loop *loop = hd_loop_create();
    struct hd_loop *other = hd_loop_create();
    (void)arg;
    struct hd_future *foreign = hd_loop_future(other);
    tell_status("foreign", hd_loop_run_until(loop, foreign));
    hd_future_release(foreign);
    tell_status("stale", hd_loop_run_until(loop, foreign));
    struct hd_future *mine = hd_loop_future(loop);
    hd_loop_close(loop);
    tell_status("closed", hd_loop_run_until(loop, mine));
    tell_status("closed", hd_loop_run_fn(loop, succeed, NULL));
    tell_status("closed", hd_loop_run_forever(loop));
    hd_loop_destroy(loop);
    hd_loop_destroy(other);
}

static void
a_run_of_the_wrong_thing_is_a_defined_error(void **state)
{
    (void)state;

    run_outside(run_until_the_wrong, NULL);

    assert_string_equal(story, "foreign:FOREIGN_LOOP stale:STALE "
                               "closed:LOOP_CLOSED closed:LOOP_CLOSED "
                               "closed:LOOP_CLOSED");
    assert_int_equal(sim_count(HD_LOG_CLOSED), 3);
}

/* ---- for ever ---- */

static void
run_forever_and_stop(void *arg)
{
    struct hd_loop *loop = hd_loop_create();
    (void)arg;
    hd_loop_call_later(loop, HD_MS(10), stop, loop);
    hd_loop_call_later(loop, HD_MS(20), say, NAME("late"));
    tell_status("run", hd_loop_run_forever(loop));
    hd_loop_call_later(loop, HD_MS(20), stop, loop);
    tell_status("run", hd_loop_run_forever(loop));
    hd_loop_destroy(loop);
}

static void
a_loop_runs_until_it_is_stopped_and_can_run_again(void **state)
{
    (void)state;

    run_outside(run_forever_and_stop, NULL);

    assert_string_equal(story, "stop run:ok late stop run:ok");
}

static void
stop_and_say(void *loop)
{
    stop(loop);
    hd_loop_call_soon(loop, say, NAME("next-turn"));
}

static void
stop_within_a_turn(void *arg)
{
    struct hd_loop *loop = hd_loop_create();
    (void)arg;
    hd_loop_call_soon(loop, stop_and_say, loop);
    hd_loop_call_soon(loop, say, NAME("same-turn"));
    hd_loop_run_forever(loop);
    tell("/");
    hd_loop_call_soon(loop, stop, loop);
    hd_loop_run_forever(loop);
    hd_loop_destroy(loop);
}

static void
a_stop_ends_the_turn_first(void **state)
{
    (void)state;

    run_outside(stop_within_a_turn, NULL);

    assert_string_equal(story, "stop same-turn / next-turn stop");
}

static void
say_first_then_second(void *loop)
{
    tell("first");
    hd_loop_call_soon(loop, say, NAME("second"));
}

static void
stop_before_the_run(void *arg)
{
    struct hd_loop *loop = hd_loop_create();
    (void)arg;
    hd_loop_stop(loop);
    hd_loop_call_soon(loop, say_first_then_second, loop);
    hd_loop_run_forever(loop);
    tell("/");
    hd_loop_stop(loop);
    hd_loop_run_forever(loop);
    hd_loop_destroy(loop);
}

static void
a_stop_before_a_run_lets_it_do_one_turn(void **state)
{
    (void)state;

    run_outside(stop_before_the_run, NULL);

    assert_string_equal(story, "first / second");
}

/* ---- state ---- */

static int
tell_loop_state(void *loop)
{
    tell("%d%d", hd_loop_is_running(loop), hd_loop_is_closed(loop));
    tell("%d", hd_loop_running() == loop);
    return HD_OK;
}

static void
follow_a_loop(void *arg)
{
    struct hd_loop *loop = hd_loop_create();
    (void)arg;
    tell("%d%d", hd_loop_is_running(loop), hd_loop_is_closed(loop));
    hd_loop_run_fn(loop, tell_loop_state, loop);
    tell_status("close", hd_loop_close(loop));
    tell_status("close", hd_loop_close(loop));
    tell("%d%d", hd_loop_is_running(loop), hd_loop_is_closed(loop));
    tell("%d", hd_loop_running() == NULL);
    hd_loop_stop(loop);
    hd_loop_destroy(loop);
    hd_loop_destroy(NULL);
}

static void
a_loop_is_running_only_while_it_runs_and_closed_once_closed(void **state)
{
    (void)state;

    run_outside(follow_a_loop, NULL);

    assert_string_equal(story, "00 10 1 close:ok close:ok 01 1");
    assert_int_equal(sim_count(HD_LOG_NO_LOOP), 1);
}

static int
close_the_running_loop(void *arg)
{
    (void)arg;
    tell_status("close", hd_loop_close(hd_loop_running()));
    return HD_OK;
}

static void
a_running_loop_cannot_be_closed(void **state)
{
    (void)state;

    sim_run(close_the_running_loop, NULL);

    assert_string_equal(story, "close:LOOP_RUNNING");
}

static int
set_and_get_debug(void *arg)
{
    struct hd_loop *loop = hd_loop_running();
    (void)arg;
    tell("%d", hd_loop_debug(loop));
    hd_loop_set_debug(loop, true);
    hd_loop_set_slow_callback(loop, HD_S(1));
    tell("%d", hd_loop_debug(loop));
    return HD_OK;
}

static void
debug_mode_is_off_until_it_is_set(void **state)
{
    (void)state;

    sim_run(set_and_get_debug, NULL);

    assert_string_equal(story, "0 1");
}

/* ---- loops in loops ---- */

static int
run_inside(void *arg)
{
    struct hd_loop *other = hd_loop_create();
    (void)arg;
    tell_status("run", hd_run(succeed, NULL));
    tell_status("other", hd_loop_run_fn(other, succeed, NULL));
    tell_status("forever", hd_loop_run_forever(other));
    tell_status("itself", hd_loop_run_forever(hd_loop_running()));
    hd_loop_destroy(other);
    return tell_status("yield", hd_yield());
}

static void
no_loop_runs_inside_a_running_one(void **state)
{
    (void)state;

    const int status = sim_run(run_inside, NULL);

    /* As asyncio: while another loop is running. */
    assert_int_equal(status, HD_OK);
    assert_string_equal(story, "run:LOOP_RUNNING other:LOOP_RUNNING "
                               "forever:LOOP_RUNNING itself:LOOP_RUNNING "
                               "yield:ok");
    assert_int_equal(misuses(HD_E_LOOP_RUNNING), 4);
}

/* ---- close ---- */

static void
close_with_work_left(void *arg)
{
    struct hd_loop *loop = hd_loop_create();
    (void)arg;
    hd_loop_spawn(loop, speak, NAME("never"));
    hd_loop_call_soon(loop, say, NAME("never"));
    hd_loop_call_later(loop, HD_MS(1), say, NAME("never"));
    hd_loop_close(loop);
    hd_loop_destroy(loop);
}

static void
closing_drops_what_is_left_and_says_which_tasks(void **state)
{
    (void)state;

    run_outside(close_with_work_left, NULL);

    assert_string_equal(story, "");
    assert_int_equal(sim_count(HD_LOG_PENDING), 1);
}

static void
destroy_without_closing(void *arg)
{
    struct hd_loop *loop = hd_loop_create();
    (void)arg;
    hd_loop_spawn(loop, speak, NAME("never"));
    hd_loop_destroy(loop);
}

static void
destroying_closes_what_was_left_open(void **state)
{
    (void)state;

    run_outside(destroy_without_closing, NULL);

    assert_int_equal(sim_count(HD_LOG_PENDING), 1);
}

/* ---- the default loop ---- */

static int
default_inside(void *arg)
{
    (void)arg;
    tell("%d", hd_loop_default() == hd_loop_running());
    return HD_OK;
}

static void
use_the_default(void *arg)
{
    struct hd_loop *first = hd_loop_default();
    struct hd_loop *other = hd_loop_create();
    (void)arg;
    tell("%d", hd_loop_default() == first);
    hd_loop_run_fn(other, default_inside, NULL);
    hd_loop_set_default(other);
    tell("%d", hd_loop_default() == other);
    hd_loop_set_default(NULL);
    struct hd_loop *fresh = hd_loop_default();
    tell("%d%d", fresh != first, fresh != other);
    hd_loop_destroy(fresh);
    hd_loop_destroy(other);
    hd_loop_destroy(first);
}

static void
the_default_loop_is_made_once_and_is_the_running_one_inside(void **state)
{
    (void)state;

    run_outside(use_the_default, NULL);

    assert_string_equal(story, "1 1 1 11");
}

/* ---- asyncio.run ---- */

static int
linger(void *name)
{
    const int status = tell_status(name, hd_sleep(HD_S(100)));
    tell_status("clean", hd_sleep(HD_MS(5)));
    return status;
}

static int
leave_two(void *arg)
{
    (void)arg;
    start(linger, "a");
    start(linger, "b");
    tell("main");
    return HD_E_USER;
}

static void
a_run_cancels_what_main_has_left_and_lets_it_end(void **state)
{
    (void)state;

    const int status = sim_run(leave_two, NULL);

    assert_int_equal(status, HD_E_USER);
    assert_string_equal(story,
                        "main a:CANCELLED b:CANCELLED clean:ok clean:ok");
    assert_int_equal(sim_count(HD_LOG_LEFT), 2);
    assert_int_equal(sim_count(HD_LOG_PENDING), 0);
    assert_int_equal(sim_world()->now_ns, HD_MS(5));
}

static int
leave_unstarted(void *arg)
{
    (void)arg;
    hd_task_spawn(speak, NAME("started"));
    return HD_OK;
}

static void
a_task_spawned_last_still_gets_its_turn(void **state)
{
    (void)state;

    sim_run(leave_unstarted, NULL);

    /* As in asyncio: the stop comes at the end of the turn after main's. */
    assert_string_equal(story, "started");
    assert_int_equal(sim_count(HD_LOG_LEFT), 0);
}

static void
run_main(void *arg)
{
    (void)arg;
    tell_status("first", hd_run(succeed, NULL));
    tell("%d", hd_run(fail_plainly, NULL));
    tell("%d", hd_loop_running() == NULL);
}

static void
every_run_has_a_fresh_loop(void **state)
{
    (void)state;

    run_outside(run_main, NULL);

    assert_string_equal(story, "first:ok -10000 1");
}

static int
stop_my_run(void *arg)
{
    (void)arg;
    hd_loop_stop(hd_loop_running());
    return hd_sleep(HD_S(1));
}

static void
a_main_whose_loop_is_stopped_did_not_finish(void **state)
{
    (void)state;

    const int status = sim_run(stop_my_run, NULL);

    assert_int_equal(status, HD_E_LOOP_STOPPED);
    assert_int_equal(sim_count(HD_LOG_LEFT), 1);
}

/* ---- values ---- */

static int
draw(void *arg)
{
    uint64_t *numbers = arg;
    for (size_t i = 0; i < 8; i++) {
        numbers[i] = hd_random(1000);
        assert_true(numbers[i] < 1000);
    }
    return HD_OK;
}

static void
the_data_stream_is_the_same_in_every_run_of_a_seed(void **state)
{
    uint64_t one[8], other[8], reseeded[8];
    struct hd_rules rules = HD_RULES_DEFAULT;
    (void)state;
    rules.data_seed = 77;

    sim_run(draw, one);
    sim_run(draw, other);
    sim_explore(draw, reseeded, &rules, NULL, NULL);

    assert_memory_equal(one, other, sizeof(one));
    assert_memory_not_equal(one, reseeded, sizeof(one));
}

static int
choose_some(void *arg)
{
    (void)arg;
    tell("%d%d%d", (int)hd_choose(5), (int)hd_choose(1), (int)hd_choose(0));
    return HD_OK;
}

static void
a_choice_is_0_where_nobody_chooses(void **state)
{
    (void)state;

    sim_run(choose_some, NULL);

    assert_string_equal(story, "000");
    assert_int_equal(sim_count(HD_LOG_CHOOSE), 1);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_run_until_a_task_gives_its_result),
        TEST(a_loop_runs_one_function_after_another),
        TEST(a_run_that_is_stopped_before_its_future_is_done_says_so),
        TEST(a_run_of_the_wrong_thing_is_a_defined_error),
        TEST(a_loop_runs_until_it_is_stopped_and_can_run_again),
        TEST(a_stop_ends_the_turn_first),
        TEST(a_stop_before_a_run_lets_it_do_one_turn),
        TEST(a_loop_is_running_only_while_it_runs_and_closed_once_closed),
        TEST(a_running_loop_cannot_be_closed),
        TEST(debug_mode_is_off_until_it_is_set),
        TEST(no_loop_runs_inside_a_running_one),
        TEST(closing_drops_what_is_left_and_says_which_tasks),
        TEST(destroying_closes_what_was_left_open),
        TEST(the_default_loop_is_made_once_and_is_the_running_one_inside),
        TEST(a_run_cancels_what_main_has_left_and_lets_it_end),
        TEST(a_task_spawned_last_still_gets_its_turn),
        TEST(every_run_has_a_fresh_loop),
        TEST(a_main_whose_loop_is_stopped_did_not_finish),
        TEST(the_data_stream_is_the_same_in_every_run_of_a_seed),
        TEST(a_choice_is_0_where_nobody_chooses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
