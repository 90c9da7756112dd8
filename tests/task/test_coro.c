/*
 * Coroutine objects: made, then awaited, spawned or destroyed, once.
 */
#include "outside.h"

static int
set_up(void **state)
{
    (void)state;
    story_begin();
    return 0;
}

static int answer = 42;

static int
inner(void *name)
{
    tell("%s", (const char *)name);
    HD_TRY(hd_yield());
    hd_return(&answer);
    return HD_OK;
}

static int
await_a_coro(void *arg)
{
    void *value = NULL;
    (void)arg;
    struct hd_coro *coro = hd_coro_create(inner, NAME("inner"));
    tell("made");
    HD_TRY(hd_await_value(coro, &value));
    tell("%d", *(int *)value);
    return HD_OK;
}

static void
an_object_runs_when_it_is_awaited(void **state)
{
    (void)state;

    sim_run(await_a_coro, NULL);

    assert_string_equal(story, "made inner 42");
    assert_int_equal(sim_count(HD_LOG_NEVER_AWAITED), 0);
}

static int
note_the_task(void *arg)
{
    *(struct hd_task **)arg = hd_task_current();
    return HD_OK;
}

static int
await_in_my_task(void *arg)
{
    struct hd_task *there = NULL;
    (void)arg;
    HD_TRY(hd_await(hd_coro_create(note_the_task, &there)));
    tell("%s", there == hd_task_current() ? "same" : "other");
    return HD_OK;
}

static void
an_awaited_object_runs_in_the_awaiting_task(void **state)
{
    (void)state;

    sim_run(await_in_my_task, NULL);

    assert_string_equal(story, "same");
}

static int
return_then_await(void *arg)
{
    static int mine = 1;
    (void)arg;
    hd_return(&mine);
    return hd_await(hd_coro_create(inner, NAME("inner")));
}

static int
await_the_outer_value(void *arg)
{
    void *value = NULL;
    (void)arg;
    HD_TRY(hd_await_value(hd_task_spawn(return_then_await, NULL), &value));
    tell("%d", *(int *)value);
    return HD_OK;
}

static void
an_inner_value_does_not_become_the_tasks(void **state)
{
    (void)state;

    sim_run(await_the_outer_value, NULL);

    assert_string_equal(story, "inner 1");
}

static int
spawn_a_coro(void *arg)
{
    void *value = NULL;
    (void)arg;
    struct hd_task *task =
        hd_task_from_coro(hd_coro_create(inner, NAME("inner")));
    tell("spawned");
    HD_TRY(hd_await_value(task, &value));
    tell("%d", *(int *)value);
    return HD_OK;
}

static void
an_object_can_become_a_task(void **state)
{
    (void)state;

    sim_run(spawn_a_coro, NULL);

    assert_string_equal(story, "spawned inner 42");
}

static int
use_twice(void *arg)
{
    (void)arg;
    struct hd_coro *coro = hd_coro_create(succeed, NULL);
    tell_status("first", hd_await(coro));
    tell_status("second", hd_await(coro));
    tell("%d", hd_task_from_coro(coro) == NULL);
    return HD_OK;
}

static void
an_object_is_used_up_by_its_first_use(void **state)
{
    (void)state;

    sim_run(use_twice, NULL);

    assert_string_equal(story, "first:ok second:REUSED 1");
    assert_int_equal(misuses(HD_E_REUSED), 2);
}

static int
use_null(void *arg)
{
    struct hd_coro *none = NULL;
    (void)arg;
    tell_status("await", hd_await(none));
    tell("%d", hd_task_from_coro(none) == NULL);
    hd_coro_destroy(none);
    return HD_OK;
}

static void
no_object_at_all_is_invalid(void **state)
{
    (void)state;

    sim_run(use_null, NULL);

    assert_string_equal(story, "await:INVALID 1");
}

static int
make_and_forget(void *arg)
{
    (void)arg;
    tell("%d", hd_coro_create(succeed, NULL) != NULL);
    return HD_OK;
}

static void
an_object_that_was_forgotten_is_never_awaited(void **state)
{
    (void)state;

    sim_run(make_and_forget, NULL);

    assert_int_equal(sim_count(HD_LOG_NEVER_AWAITED), 1);
    assert_int_equal(find_record(HD_LOG_NEVER_AWAITED)->subject, 1);
}

static int
make_and_destroy(void *arg)
{
    (void)arg;
    struct hd_coro *coro = hd_coro_create(succeed, NULL);
    hd_coro_destroy(coro);
    tell_status("await", hd_await(coro));
    return HD_OK;
}

static void
a_destroyed_object_is_not_missed_and_not_usable(void **state)
{
    (void)state;

    sim_run(make_and_destroy, NULL);

    assert_string_equal(story, "await:REUSED");
    assert_int_equal(sim_count(HD_LOG_NEVER_AWAITED), 0);
}

static int
fail_inside(void *arg)
{
    (void)arg;
    return hd_fail(HD_E_USER, "inside");
}

static int
await_a_failing_coro(void *arg)
{
    void *value = &answer;
    (void)arg;
    tell("%d", hd_await_value(hd_coro_create(fail_inside, NULL), &value));
    tell("%d", value == &answer);
    tell("%s", hd_error_current()->message);
    return HD_OK;
}

static void
a_failing_object_gives_its_status_and_leaves_the_value(void **state)
{
    (void)state;

    sim_run(await_a_failing_coro, NULL);

    assert_string_equal(story, "-10000 1 inside");
}

static void
use_outside(void *arg)
{
    (void)arg;
    struct hd_coro *coro = hd_coro_create(succeed, NULL);
    tell("%d", coro != NULL);
    tell_status("await", hd_await(coro));
    tell("%d", hd_task_from_coro(coro) == NULL);
    hd_loop_destroy(hd_loop_default());
}

static void
outside_of_loops_an_object_can_be_made_but_not_run(void **state)
{
    (void)state;

    run_outside(use_outside, NULL);

    assert_string_equal(story, "1 await:NO_TASK 1");
    assert_int_equal(sim_count(HD_LOG_NEVER_AWAITED), 1);
    assert_int_equal(sim_count(HD_LOG_NO_LOOP), 1);
}

static void
make_on_a_closed_default(void *arg)
{
    struct hd_loop *loop = hd_loop_default();
    (void)arg;
    hd_loop_close(loop);
    tell("%d", hd_coro_create(succeed, NULL) == NULL);
    hd_loop_destroy(loop);
}

static void
no_object_is_made_on_a_closed_loop(void **state)
{
    (void)state;

    run_outside(make_on_a_closed_default, NULL);

    assert_string_equal(story, "1");
    assert_int_equal(sim_count(HD_LOG_CLOSED), 1);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_object_runs_when_it_is_awaited),
        TEST(an_awaited_object_runs_in_the_awaiting_task),
        TEST(an_inner_value_does_not_become_the_tasks),
        TEST(an_object_can_become_a_task),
        TEST(an_object_is_used_up_by_its_first_use),
        TEST(no_object_at_all_is_invalid),
        TEST(an_object_that_was_forgotten_is_never_awaited),
        TEST(a_destroyed_object_is_not_missed_and_not_usable),
        TEST(a_failing_object_gives_its_status_and_leaves_the_value),
        TEST(outside_of_loops_an_object_can_be_made_but_not_run),
        TEST(no_object_is_made_on_a_closed_loop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
