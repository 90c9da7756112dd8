/*
 * The life of a task: spawned, stepped, done; its value, its name.
 */
#include "outside.h"

static int
set_up(void **state)
{
    (void)state;
    story_begin();
    return 0;
}

/* ---- spawning ---- */

static int
spawn_and_go_on(void *arg)
{
    (void)arg;
    struct hd_task *task = hd_task_spawn(speak, NAME("task"));
    tell("main");
    return hd_await(task);
}

static void
a_task_never_runs_before_its_spawner_suspends(void **state)
{
    (void)state;

    sim_run(spawn_and_go_on, NULL);

    assert_string_equal(story, "main task");
}

static int
spawn_three(void *arg)
{
    (void)arg;
    hd_task_spawn(speak, NAME("a"));
    hd_task_spawn(speak, NAME("b"));
    struct hd_task *c = hd_task_spawn(speak, NAME("c"));
    return hd_await(c);
}

static void
tasks_start_in_the_order_of_spawning(void **state)
{
    (void)state;

    sim_run(spawn_three, NULL);

    assert_string_equal(story, "a b c");
}

static int
spawn_on_the_running_loop(void *arg)
{
    (void)arg;
    struct hd_task *task =
        hd_loop_spawn(hd_loop_running(), speak, NAME("task"));
    return hd_await(task);
}

static void
a_task_can_be_spawned_on_a_named_loop(void **state)
{
    (void)state;

    sim_run(spawn_on_the_running_loop, NULL);

    assert_string_equal(story, "task");
}

static void
spawn_outside(void *arg)
{
    (void)arg;
    tell("%s", hd_task_spawn(speak, NAME("task")) == NULL ? "null" : "task");
}

static void
spawning_without_a_running_loop_is_null_and_no_loop(void **state)
{
    (void)state;

    run_outside(spawn_outside, NULL);

    assert_string_equal(story, "null");
    assert_int_equal(sim_count(HD_LOG_NO_LOOP), 1);
}

static void
spawn_on_a_closed_loop(void *arg)
{
    struct hd_loop *loop = hd_loop_create();
    (void)arg;
    hd_loop_close(loop);
    tell("%s", hd_loop_spawn(loop, speak, NULL) == NULL ? "null" : "task");
    hd_loop_destroy(loop);
}

static void
spawning_on_a_closed_loop_is_null_and_loop_closed(void **state)
{
    (void)state;

    run_outside(spawn_on_a_closed_loop, NULL);

    assert_string_equal(story, "null");
    assert_int_equal(sim_count(HD_LOG_CLOSED), 1);
}

/* ---- state ---- */

static void
tell_state(struct hd_task *task)
{
    void *value = NULL;
    tell("%d%d", hd_task_is_done(task), hd_task_is_cancelled(task));
    tell_status("result", hd_task_result(task, &value));
}

static int
follow_a_life(void *arg)
{
    (void)arg;
    struct hd_task *task = hd_task_spawn(succeed, NULL);
    tell_state(task);
    HD_TRY(hd_yield());
    tell_state(task);
    return HD_OK;
}

static void
a_task_is_pending_until_its_function_returns(void **state)
{
    (void)state;

    sim_run(follow_a_life, NULL);

    assert_string_equal(story, "00 result:PENDING 10 result:ok");
    assert_int_equal(sim_count(HD_LOG_MISUSE), 0);
}

static int
follow_a_cancelled_life(void *arg)
{
    (void)arg;
    struct hd_task *task = start(wait_for_ever, NULL);
    hd_task_cancel(task);
    HD_TRY(hd_yield());
    HD_TRY(hd_yield());
    tell_state(task);
    tell("%s", hd_task_error(task) == NULL ? "no-error" : "error");
    return HD_OK;
}

static void
a_cancelled_task_is_done_and_cancelled_and_has_no_error(void **state)
{
    (void)state;

    sim_run(follow_a_cancelled_life, NULL);

    assert_string_equal(story, "11 result:CANCELLED no-error");
}

static int
follow_a_failed_life(void *arg)
{
    (void)arg;
    struct hd_task *task = start(fail_plainly, NULL);
    tell("%d%d", hd_task_is_done(task), hd_task_is_cancelled(task));
    tell("%d", hd_task_result(task, NULL));
    tell("%d", hd_task_error(task)->code);
    return HD_OK;
}

static void
a_failed_task_has_its_status_as_result_and_as_error(void **state)
{
    (void)state;

    sim_run(follow_a_failed_life, NULL);

    assert_string_equal(story, "10 -10000 -10000");
}

static int
return_cancelled(void *arg)
{
    (void)arg;
    return HD_E_CANCELLED;
}

static int
follow_who_returns_cancelled(void *arg)
{
    (void)arg;
    tell_state(start(return_cancelled, NULL));
    return HD_OK;
}

static void
a_task_that_returns_cancelled_is_cancelled(void **state)
{
    (void)state;

    sim_run(follow_who_returns_cancelled, NULL);

    assert_string_equal(story, "11 result:CANCELLED");
}

static int
return_positive(void *arg)
{
    (void)arg;
    return 7;
}

static int
await_a_positive(void *arg)
{
    (void)arg;
    return hd_await(hd_task_spawn(return_positive, NULL));
}

static void
a_positive_return_is_an_incident_and_counts_as_success(void **state)
{
    (void)state;

    const int status = sim_run(await_a_positive, NULL);

    assert_int_equal(status, HD_OK);
    assert_int_equal(sim_count(HD_LOG_POSITIVE), 1);
    assert_int_equal(find_record(HD_LOG_POSITIVE)->value, 7);
}

/* ---- values ---- */

static int answer = 42, other = 1;

static int
return_the_answer(void *arg)
{
    (void)arg;
    hd_return(&other);
    hd_return(&answer);
    return HD_OK;
}

static int
fetch_the_answer(void *arg)
{
    void *value = NULL;
    (void)arg;
    struct hd_task *task = hd_task_spawn(return_the_answer, NULL);
    HD_TRY(hd_await_value(task, &value));
    tell("%d", *(int *)value);
    value = NULL;
    HD_TRY(hd_task_result(task, &value));
    tell("%d", *(int *)value);
    return HD_OK;
}

static void
the_value_returned_last_is_what_an_await_gives(void **state)
{
    (void)state;

    sim_run(fetch_the_answer, NULL);

    assert_string_equal(story, "42 42");
}

static int
return_a_value_and_fail(void *arg)
{
    (void)arg;
    hd_return(&answer);
    return HD_E_USER;
}

static int
fetch_from_a_failure(void *arg)
{
    void *value = &other;
    (void)arg;
    hd_await_value(hd_task_spawn(return_a_value_and_fail, NULL), &value);
    tell("%s", value == &other ? "untouched" : "touched");
    return HD_OK;
}

static void
an_out_value_stays_untouched_on_failure(void **state)
{
    (void)state;

    sim_run(fetch_from_a_failure, NULL);

    assert_string_equal(story, "untouched");
}

static int
fetch_nothing(void *arg)
{
    void *value = &other;
    (void)arg;
    HD_TRY(hd_await_value(hd_task_spawn(succeed, NULL), &value));
    tell("%s", value == NULL ? "null" : "something");
    return HD_OK;
}

static void
a_task_that_returns_no_value_gives_null(void **state)
{
    (void)state;

    sim_run(fetch_nothing, NULL);

    assert_string_equal(story, "null");
}

static void
return_outside(void *arg)
{
    hd_return(arg);
    tell("alive");
}

static void
returning_a_value_outside_of_tasks_does_nothing(void **state)
{
    (void)state;

    run_outside(return_outside, &answer);

    assert_string_equal(story, "alive");
}

/* ---- who am I ---- */

static void
tell_current(void *arg)
{
    (void)arg;
    tell("%s", hd_task_current() == NULL ? "nobody" : "somebody");
}

static int
note_self(void *arg)
{
    struct hd_task **self = arg;
    *self = hd_task_current();
    return HD_OK;
}

static int
ask_who_i_am(void *arg)
{
    struct hd_task *self = NULL;
    (void)arg;
    struct hd_task *task = hd_task_spawn(note_self, &self);
    HD_TRY(hd_await(task));
    tell("%s", self == task ? "itself" : "another");
    hd_loop_call_soon(hd_loop_running(), tell_current, NULL);
    return hd_yield();
}

static void
the_current_task_is_the_one_that_runs(void **state)
{
    (void)state;

    sim_run(ask_who_i_am, NULL);

    assert_string_equal(story, "itself nobody");
}

static void
outside_of_loops_there_is_no_current_task(void **state)
{
    (void)state;

    run_outside(tell_current, NULL);

    assert_string_equal(story, "nobody");
}

/* ---- names ---- */

static int
tell_my_name(void *arg)
{
    (void)arg;
    tell("%s", hd_task_name(hd_task_current()));
    return HD_OK;
}

static int
branch(void *arg)
{
    HD_TRY(hd_await(hd_task_spawn(tell_my_name, arg)));
    HD_TRY(hd_await(hd_task_spawn(tell_my_name, arg)));
    return tell_my_name(arg);
}

static int
tree_of_names(void *arg)
{
    HD_TRY(tell_my_name(arg));
    struct hd_task *first = hd_task_spawn(branch, arg);
    HD_TRY(hd_await(first));
    struct hd_task *second = hd_task_spawn(branch, arg);
    return hd_await(second);
}

static void
a_task_is_called_by_its_birth_path(void **state)
{
    (void)state;

    sim_run(tree_of_names, NULL);

    assert_string_equal(story, "0 0.1.1 0.1.2 0.1 0.2.1 0.2.2 0.2");
}

static int
give_names(void *arg)
{
    char name[] = "ann";
    (void)arg;
    struct hd_task *task = hd_task_spawn(wait_for_ever, NULL);
    hd_task_set_name(task, name);
    name[0] = 'x';
    tell("%s", hd_task_name(task));
    hd_task_set_name(task, "a name of more than thirty-one bytes");
    tell("%s", hd_task_name(task));
    hd_task_cancel(task);
    return hd_yield();
}

static void
a_given_name_is_copied_and_cut_at_31_bytes(void **state)
{
    (void)state;

    sim_run(give_names, NULL);

    assert_string_equal(story, "ann a name of more than thirty-one ");
    assert_int_equal(sim_count(HD_LOG_NAME), 2);
}

static int
tell_a_stale_name(void *arg)
{
    (void)arg;
    struct hd_task *task = start(succeed, NULL);
    hd_task_release(task);
    tell("%s", hd_task_name(task));
    return HD_OK;
}

static void
the_name_of_a_stale_handle_is_a_question_mark(void **state)
{
    (void)state;

    sim_run(tell_a_stale_name, NULL);

    assert_string_equal(story, "?");
}

static int
name_many(void *arg)
{
    const char *first = NULL;
    (void)arg;
    for (unsigned i = 0; i < 1000; i++) {
        struct hd_task *task = hd_task_spawn(succeed, NULL);
        hd_task_set_name(task, "short-lived");
        const char *name = hd_task_name(task);
        first = first == NULL ? name : first;
        if (i >= 500 && name > first + 100000) {
            tell("leaks");
        }
        HD_TRY(hd_await(task));
        hd_task_release(task);
    }
    return HD_OK;
}

static void
a_name_is_given_back_with_its_task(void **state)
{
    (void)state;
#ifdef HD_ASAN
    skip(); /* the arena is the same, addresses are not */
#endif

    sim_run(name_many, NULL);

    assert_string_equal(story, "");
}

/* ---- all tasks ---- */

static int
list_tasks(void *arg)
{
    struct hd_task *tasks[2] = {NULL, NULL};
    struct hd_loop *loop = hd_loop_running();
    (void)arg;
    struct hd_task *a = hd_task_spawn(wait_for_ever, NULL);
    struct hd_task *b = hd_task_spawn(succeed, NULL);
    tell("%zu", hd_loop_tasks(loop, NULL, 0));
    HD_TRY(hd_yield());
    tell("%zu", hd_loop_tasks(loop, tasks, 2));
    tell("%d%d", tasks[0] == hd_task_current(), tasks[1] == a);
    tell("%d", hd_task_is_done(b));
    hd_task_cancel(a);
    HD_TRY(hd_yield());
    HD_TRY(hd_yield());
    tell("%zu", hd_loop_tasks(loop, tasks, 2));
    return HD_OK;
}

static void
a_loop_lists_its_pending_tasks_in_start_order(void **state)
{
    (void)state;

    sim_run(list_tasks, NULL);

    assert_string_equal(story, "3 2 11 1 1");
}

/* ---- many ---- */

static unsigned ended;

static int
count_down(void *arg)
{
    const uintptr_t depth = (uintptr_t)arg;
    if (depth > 0) {
        HD_TRY(hd_await(hd_task_spawn(count_down, (void *)(depth - 1))));
    }
    ended++;
    return HD_OK;
}

static void
a_chain_of_5000_tasks_waits_for_its_last_one(void **state)
{
    (void)state;
    ended = 0;

    const int status = sim_run(count_down, (void *)(uintptr_t)5000);

    assert_int_equal(status, HD_OK);
    assert_int_equal(ended, 5001);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_task_never_runs_before_its_spawner_suspends),
        TEST(tasks_start_in_the_order_of_spawning),
        TEST(a_task_can_be_spawned_on_a_named_loop),
        TEST(spawning_without_a_running_loop_is_null_and_no_loop),
        TEST(spawning_on_a_closed_loop_is_null_and_loop_closed),
        TEST(a_task_is_pending_until_its_function_returns),
        TEST(a_cancelled_task_is_done_and_cancelled_and_has_no_error),
        TEST(a_failed_task_has_its_status_as_result_and_as_error),
        TEST(a_task_that_returns_cancelled_is_cancelled),
        TEST(a_positive_return_is_an_incident_and_counts_as_success),
        TEST(the_value_returned_last_is_what_an_await_gives),
        TEST(an_out_value_stays_untouched_on_failure),
        TEST(a_task_that_returns_no_value_gives_null),
        TEST(returning_a_value_outside_of_tasks_does_nothing),
        TEST(the_current_task_is_the_one_that_runs),
        TEST(outside_of_loops_there_is_no_current_task),
        TEST(a_task_is_called_by_its_birth_path),
        TEST(a_given_name_is_copied_and_cut_at_31_bytes),
        TEST(the_name_of_a_stale_handle_is_a_question_mark),
        TEST(a_name_is_given_back_with_its_task),
        TEST(a_loop_lists_its_pending_tasks_in_start_order),
        TEST(a_chain_of_5000_tasks_waits_for_its_last_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
