/*
 * Faults: where they are asked for, and that they are what they say.
 */
#include "task/fault.h"

#include "faults.h"
#include "story.h"

static int
set_up(void **state)
{
    (void)state;
    story_begin();
    return 0;
}

static void
run_with(hd_fn *program, uint64_t nth, uint64_t value)
{
    struct one_fault fault = {
        .kind = HD_VALUE_CANCEL, .nth = nth, .value = value};
    assert_int_equal(sim_run_with_fault(program, NULL, &fault), HD_OUTCOME_OK);
}

/* ---- cancel ---- */

static int
sleep_and_tell(void *arg)
{
    const int status = tell_status(arg, hd_sleep(HD_MS(5)));
    tell_time();
    tell("%u", hd_task_cancelling(hd_task_current()));
    return status;
}

static int
await_a_sleeper(void *arg)
{
    (void)arg;
    struct hd_task *task = hd_task_spawn(sleep_and_tell, NAME("a"));
    tell_status("main", hd_await(task));
    tell(hd_task_is_cancelled(task) ? "cancelled" : "done");
    return HD_OK;
}

static void
the_first_value_cancels_as_soon_as_it_waits(void **state)
{
    (void)state;

    run_with(await_a_sleeper, 1, 1);

    assert_string_equal(story, "a:CANCELLED 0ms 1 main:CANCELLED cancelled");
    assert_int_equal(sim_count(HD_LOG_FAULT), 1);
}

static void
the_second_value_cancels_after_it_was_woken(void **state)
{
    (void)state;

    run_with(await_a_sleeper, 1, 2);

    assert_string_equal(story, "a:CANCELLED 5ms 1 main:CANCELLED cancelled");
    assert_int_equal(sim_count(HD_LOG_FAULT), 1);
}

static void
the_default_is_no_fault(void **state)
{
    (void)state;

    run_with(await_a_sleeper, 1, 0);

    assert_string_equal(story, "a:ok 5ms 0 main:ok done");
    assert_int_equal(sim_count(HD_LOG_FAULT), 0);
    assert_int_equal(sim_count(HD_LOG_CHOOSE), 1); /* not of main's wait */
}

static int
yield_and_tell(void *arg)
{
    return tell_status(arg, hd_yield());
}

static int
await_a_yielder(void *arg)
{
    (void)arg;
    struct hd_task *task = hd_task_spawn(yield_and_tell, NAME("a"));
    tell_status("main", hd_await(task));
    return HD_OK;
}

static void
a_yield_can_be_cut_too(void **state)
{
    (void)state;

    run_with(await_a_yielder, 1, 1);

    assert_string_equal(story, "a:CANCELLED main:CANCELLED");
}

static int
get_and_tell(void *arg)
{
    void *item;
    return tell_status("get", hd_queue_get(arg, &item));
}

static int
put_for_a_getter(void *arg)
{
    struct hd_queue queue;
    (void)arg;
    hd_queue_init(&queue, 0);
    struct hd_task *task = hd_task_spawn(get_and_tell, &queue);
    HD_TRY(hd_sleep(HD_MS(1)));
    HD_TRY(hd_queue_put(&queue, &queue));
    tell_status("main", hd_await(task));
    tell("%zu", hd_queue_size(&queue));
    hd_queue_finish(&queue);
    return HD_OK;
}

static void
a_getter_cancelled_after_it_was_woken_leaves_the_item(void **state)
{
    (void)state;

    run_with(put_for_a_getter, 1, 2);

    assert_string_equal(story, "get:CANCELLED main:CANCELLED 1");
}

static int
await_a_child(void *arg)
{
    return hd_await((struct hd_task *)arg);
}

static int
await_a_parent(void *arg)
{
    (void)arg;
    struct hd_task *child = hd_task_spawn(sleep_and_tell, NAME("child"));
    struct hd_task *parent = hd_task_spawn(await_a_child, child);
    tell_status("main", hd_await(parent));
    return HD_OK;
}

/* As asyncio: who is cancelled while it awaits a task cancels that. */
static void
the_cancellation_is_passed_on_to_what_is_awaited(void **state)
{
    (void)state;

    run_with(await_a_parent, 2, 1);

    assert_string_equal(story, "child:CANCELLED 0ms 1 main:CANCELLED");
}

static int
sleep_twice(void *arg)
{
    tell_status(arg, hd_sleep(HD_MS(1)));
    tell_status(arg, hd_sleep(HD_MS(1)));
    return HD_OK;
}

static int
await_one_who_goes_on(void *arg)
{
    (void)arg;
    return hd_await(hd_task_spawn(sleep_twice, NAME("a")));
}

/* The second wait has its choice, with one value. */
static void
nobody_is_asked_once_the_budget_is_spent(void **state)
{
    struct one_fault fault = {.kind = HD_VALUE_CANCEL, .nth = 1, .value = 1};
    (void)state;

    sim_run_with_fault(await_one_who_goes_on, NULL, &fault);

    assert_string_equal(story, "a:CANCELLED a:ok");
    assert_int_equal(fault.chances, 1);
    assert_int_equal(sim_count(HD_LOG_CHOOSE), 2);
}

static int
clean_up_and_tell(void *arg)
{
    const int status = hd_sleep(HD_S(1));
    tell_status(arg, status);
    tell_status(arg, hd_sleep(HD_MS(1)));
    return status;
}

static int
leave_one_behind(void *arg)
{
    (void)arg;
    hd_task_spawn(clean_up_and_tell, NAME("a"));
    return hd_sleep(HD_MS(1));
}

/* Asked for when it waits first, to be cut when it is woken: by the end. */
static void
nothing_is_injected_once_main_has_ended(void **state)
{
    struct one_fault fault = {.kind = HD_VALUE_CANCEL, .nth = 1, .value = 2};
    (void)state;

    sim_run_with_fault(leave_one_behind, NULL, &fault);

    assert_string_equal(story, "a:CANCELLED a:ok");
    assert_int_equal(fault.chances, 1);
    assert_int_equal(sim_count(HD_LOG_FAULT), 0);
}

static void
without_a_budget_there_are_no_choices(void **state)
{
    (void)state;

    sim_run(await_a_sleeper, NULL);

    assert_int_equal(sim_count(HD_LOG_CHOOSE), 0);
}

/* ---- alloc ---- */

static int
spawn_two(void *arg)
{
    (void)arg;
    struct hd_task *a = hd_task_spawn(yield_and_tell, NAME("a"));
    struct hd_task *b = hd_task_spawn(yield_and_tell, NAME("b"));
    tell(a != NULL ? "a" : "NULL");
    tell(b != NULL ? "b" : "NULL");
    HD_TRY(a != NULL ? hd_await(a) : HD_OK);
    return b != NULL ? hd_await(b) : HD_OK;
}

static void
an_allocation_fails_at_its_chance(void **state)
{
    struct one_fault fault = {.kind = HD_VALUE_ALLOC, .nth = 2, .value = 1};
    (void)state;

    sim_run_with_fault(spawn_two, NULL, &fault);

    assert_string_equal(story, "a NULL a:ok");
    assert_int_equal(sim_count(HD_LOG_FAULT), 1);
}

static void
what_is_allocated_again_may_fail_as_well(void **state)
{
    struct one_fault fault = {.kind = HD_VALUE_ALLOC, .nth = 9, .value = 1};
    (void)state;

    sim_run_with_fault(spawn_two, NULL, &fault);

    assert_int_equal(fault.chances, 2);
    assert_int_equal(sim_count(HD_LOG_FAULT), 0);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_first_value_cancels_as_soon_as_it_waits),
        TEST(the_second_value_cancels_after_it_was_woken),
        TEST(the_default_is_no_fault),
        TEST(a_yield_can_be_cut_too),
        TEST(a_getter_cancelled_after_it_was_woken_leaves_the_item),
        TEST(the_cancellation_is_passed_on_to_what_is_awaited),
        TEST(nobody_is_asked_once_the_budget_is_spent),
        TEST(nothing_is_injected_once_main_has_ended),
        TEST(without_a_budget_there_are_no_choices),
        TEST(an_allocation_fails_at_its_chance),
        TEST(what_is_allocated_again_may_fail_as_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
