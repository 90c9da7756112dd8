/*
 * Who holds a task: handles and their generations, release, retain, detach,
 * the owner's end, and the error that nobody looked at.
 */
#include "outside.h"

static struct hd_task *kept;

static int
set_up(void **state)
{
    (void)state;
    story_begin();
    kept = NULL;
    return 0;
}

/* ---- stale handles ---- */

/* A task that has ended and was released: its slot comes again soon. */
static struct hd_task *
used_up(void)
{
    struct hd_task *task = start(succeed, NULL);
    hd_task_release(task);
    return task;
}

static int
use_a_stale_handle(void *arg)
{
    void *value = NULL;
    (void)arg;
    struct hd_task *task = used_up();
    tell_status("await", hd_await(task));
    tell_status("result", hd_task_result(task, &value));
    tell("%d", hd_task_error(task) == NULL);
    tell("%d", hd_task_retain(task) == NULL);
    tell("%d%d", hd_task_is_done(task), hd_task_is_cancelled(task));
    tell("%d", hd_task_cancel(task));
    tell("%u%u", hd_task_cancelling(task), hd_task_uncancel(task));
    tell("%d", hd_future_loop(HD_FUTURE(task)) == NULL);
    hd_task_set_name(task, "ghost");
    hd_task_release(task);
    hd_task_detach(task);
    return HD_OK;
}

static void
every_use_of_a_stale_handle_is_a_defined_error(void **state)
{
    (void)state;

    sim_run(use_a_stale_handle, NULL);

    assert_string_equal(story, "await:STALE result:STALE 1 1 00 0 00 1");
    assert_int_equal(misuses(HD_E_STALE), 13);
}

static int
use_null(void *arg)
{
    struct hd_task *none = NULL;
    (void)arg;
    tell_status("await", hd_await(none));
    tell("%d", hd_task_cancel(none));
    hd_task_release(none);
    hd_future_release(NULL);
    return HD_OK;
}

static void
a_null_handle_is_stale_and_releasing_it_is_nothing(void **state)
{
    (void)state;

    sim_run(use_null, NULL);

    assert_string_equal(story, "await:STALE 0");
    assert_int_equal(misuses(HD_E_STALE), 2);
}

static int
outlive_generations(void *arg)
{
    (void)arg;
    struct hd_task *old = used_up();
    unsigned stale = 0;
    for (unsigned i = 0; i < 63; i++) {
        struct hd_task *task = start(succeed, NULL);
        stale += hd_await(old) == HD_E_STALE;
        hd_task_release(task);
    }
    tell("%u", stale);
    return HD_OK;
}

static void
a_stale_handle_stays_so_while_its_slot_is_used_63_times(void **state)
{
    (void)state;

    sim_run(outlive_generations, NULL);

    assert_string_equal(story, "63");
}

/* Not inlined, so that the place lies in it. */
__attribute__((noinline)) static int
cancel_it(struct hd_task *task)
{
    const bool asked = hd_task_cancel(task);
    tell("%d", asked);
    return HD_OK;
}

static int
misuse_in_a_function(void *arg)
{
    (void)arg;
    return cancel_it(used_up());
}

static void
the_place_of_a_misuse_is_the_callers(void **state)
{
    (void)state;

    sim_run(misuse_in_a_function, NULL);

    const uint64_t place = find_record(HD_LOG_STALE)->value;
    const uint64_t function = (uint64_t)(uintptr_t)cancel_it;
    assert_in_range(place, function, function + 256);
}

/* ---- release, retain, detach ---- */

static int
sleep_a_little(void *name)
{
    HD_TRY(hd_sleep(HD_MS(5)));
    tell("%s", (const char *)name);
    return HD_OK;
}

static int
release_a_running_task(void *arg)
{
    (void)arg;
    struct hd_task *task = start(sleep_a_little, "ran");
    hd_task_release(task);
    tell("%d", hd_task_is_done(task));
    settle();
    tell_status("result", hd_task_result(task, NULL));
    return HD_OK;
}

static void
a_released_task_runs_on_and_is_dropped_when_it_is_done(void **state)
{
    (void)state;

    sim_run(release_a_running_task, NULL);

    assert_string_equal(story, "0 ran result:STALE");
}

static int
detach_a_running_task(void *arg)
{
    (void)arg;
    struct hd_task *task = start(sleep_a_little, "ran");
    hd_task_detach(task);
    settle();
    tell_status("result", hd_task_result(task, NULL));
    return HD_OK;
}

static void
a_detached_task_is_dropped_when_it_is_done(void **state)
{
    (void)state;

    sim_run(detach_a_running_task, NULL);

    assert_string_equal(story, "ran result:STALE");
}

static int
spawn_and_keep(void *arg)
{
    (void)arg;
    kept = start(succeed, NULL);
    tell_status("before", hd_task_result(kept, NULL));
    return HD_OK;
}

static int
outlive_the_owner(void *arg)
{
    (void)arg;
    start(spawn_and_keep, NULL);
    settle();
    tell_status("after", hd_task_result(kept, NULL));
    return HD_OK;
}

static void
a_handle_is_good_until_its_owner_ends(void **state)
{
    (void)state;

    sim_run(outlive_the_owner, NULL);

    assert_string_equal(story, "before:ok after:STALE");
}

static int
spawn_retain_and_end(void *arg)
{
    (void)arg;
    kept = hd_task_spawn(sleep_a_little, NAME("ran"));
    tell("%d", hd_task_retain(kept) == kept);
    return HD_OK;
}

static int
outlive_the_owner_with_a_reference(void *arg)
{
    (void)arg;
    start(spawn_retain_and_end, NULL);
    settle();
    tell_status("result", hd_task_result(kept, NULL));
    hd_task_release(kept);
    tell_status("result", hd_task_result(kept, NULL));
    return HD_OK;
}

static void
a_retained_handle_outlives_its_owner(void **state)
{
    (void)state;

    sim_run(outlive_the_owner_with_a_reference, NULL);

    assert_string_equal(story, "1 ran result:ok result:STALE");
}

static int
hold_for_a_while(void *task)
{
    hd_task_retain(task);
    HD_TRY(hd_yield());
    hd_task_release(task);
    return HD_OK;
}

static int
lend_to_another(void *arg)
{
    (void)arg;
    struct hd_task *task = start(sleep_a_little, "ran");
    HD_TRY(hd_await(hd_task_spawn(hold_for_a_while, task)));
    settle();
    tell_status("result", hd_task_result(task, NULL));
    return HD_OK;
}

static void
what_another_retains_and_releases_leaves_the_owner_its_handle(void **state)
{
    (void)state;

    sim_run(lend_to_another, NULL);

    assert_string_equal(story, "ran result:ok");
}

static int
release_twice(void *arg)
{
    (void)arg;
    struct hd_task *task = start(sleep_a_little, "ran");
    hd_task_release(task);
    hd_task_release(task);
    hd_task_release(task);
    settle();
    tell_status("result", hd_task_result(task, NULL));
    return HD_OK;
}

static void
releasing_more_often_than_holding_is_overrun_and_no_harm(void **state)
{
    (void)state;

    sim_run(release_twice, NULL);

    assert_string_equal(story, "ran result:STALE");
    assert_int_equal(misuses(HD_E_OVERRUN), 2);
}

static int
release_oneself(void *arg)
{
    hd_task_release(hd_task_current());
    hd_task_release(hd_task_current());
    HD_TRY(hd_yield());
    return speak(arg);
}

static void
a_main_that_releases_itself_still_ends_in_order(void **state)
{
    (void)state;

    const int status = sim_run(release_oneself, NAME("ran"));

    assert_int_equal(status, HD_OK);
    assert_string_equal(story, "ran");
    assert_int_equal(misuses(HD_E_OVERRUN), 2);
}

static int
wait_for_the_future(void *future)
{
    return tell_status("wait", hd_await((struct hd_future *)future));
}

static int
release_a_future_twice(void *arg)
{
    (void)arg;
    struct hd_future *future = hd_future_create();
    struct hd_task *task = hd_task_spawn(wait_for_the_future, future);
    HD_TRY(hd_yield());
    hd_future_release(future);
    hd_future_release(future);
    tell_status("set", hd_future_set(future, NULL));
    HD_TRY(hd_await(task));
    tell_status("set", hd_future_set(future, NULL));
    return HD_OK;
}

static void
a_released_future_lives_as_long_as_somebody_waits_for_it(void **state)
{
    (void)state;

    sim_run(release_a_future_twice, NULL);

    assert_string_equal(story, "set:ok wait:ok set:STALE");
    assert_int_equal(misuses(HD_E_OVERRUN), 1);
}

/* ---- errors that nobody looked at ---- */

static int
fail_with_a_message(void *arg)
{
    (void)arg;
    return hd_fail(HD_E_USER - 3, "out of %s", "coffee");
}

static int
fail_and_drop(void *arg)
{
    (void)arg;
    struct hd_task *task = start(fail_with_a_message, NULL);
    tell("%zu", sim_count(HD_LOG_UNRETRIEVED));
    hd_task_release(task);
    tell("%zu", sim_count(HD_LOG_UNRETRIEVED));
    return HD_OK;
}

static void
an_error_nobody_looked_at_is_said_once_at_the_drop(void **state)
{
    (void)state;

    sim_run(fail_and_drop, NULL);

    assert_string_equal(story, "0 1");
    assert_int_equal(sim_count(HD_LOG_UNRETRIEVED), 1);
    assert_int_equal((int64_t)find_record(HD_LOG_UNRETRIEVED)->value,
                     HD_E_USER - 3);
}

static int
fail_and_end(void *arg)
{
    (void)arg;
    start(fail_with_a_message, NULL);
    return HD_OK;
}

static void
an_error_is_said_once_where_its_owner_just_ends(void **state)
{
    (void)state;

    sim_run(fail_and_end, NULL);

    assert_int_equal(sim_count(HD_LOG_UNRETRIEVED), 1);
}

static int
fail_retained(void *arg)
{
    (void)arg;
    hd_task_retain(start(fail_with_a_message, NULL));
    return HD_OK;
}

static void
an_error_that_is_held_to_the_end_is_said_when_the_loop_closes(void **state)
{
    (void)state;

    sim_run(fail_retained, NULL);

    assert_int_equal(sim_count(HD_LOG_UNRETRIEVED), 1);
}

typedef void look_fn(struct hd_task *task);

static void
look_by_await(struct hd_task *task)
{
    (void)hd_await(task);
}

static void
look_by_result(struct hd_task *task)
{
    (void)hd_task_result(task, NULL);
}

static void
look_by_error(struct hd_task *task)
{
    (void)hd_task_error(task);
}

static int
fail_and_look(void *arg)
{
    look_fn **look = arg;
    struct hd_task *task = start(fail_with_a_message, NULL);
    (*look)(task);
    return HD_OK;
}

static void
looking_in_any_way_keeps_it_quiet(void **state)
{
    static look_fn *ways[] = {look_by_await, look_by_result, look_by_error};
    (void)state;

    for (size_t i = 0; i < 3; i++) {
        sim_run(fail_and_look, &ways[i]);

        assert_int_equal(sim_count(HD_LOG_UNRETRIEVED), 0);
    }
}

static int
peek_only(void *arg)
{
    (void)arg;
    struct hd_task *task = start(fail_with_a_message, NULL);
    tell("%d", hd_task_is_done(task));
    return HD_OK;
}

static void
asking_whether_it_is_done_is_not_looking(void **state)
{
    (void)state;

    sim_run(peek_only, NULL);

    assert_int_equal(sim_count(HD_LOG_UNRETRIEVED), 1);
}

static int
drop_a_cancelled_task(void *arg)
{
    (void)arg;
    struct hd_task *task = start(wait_for_ever, NULL);
    hd_task_cancel(task);
    settle();
    hd_task_release(task);
    return HD_OK;
}

static void
a_cancelled_task_may_be_dropped_unseen(void **state)
{
    (void)state;

    sim_run(drop_a_cancelled_task, NULL);

    assert_int_equal(sim_count(HD_LOG_UNRETRIEVED), 0);
}

static int
drop_a_failed_future(void *arg)
{
    (void)arg;
    struct hd_future *future = hd_future_create();
    HD_TRY(hd_future_fail(future, HD_E_USER, "no luck"));
    hd_future_release(future);
    return HD_OK;
}

static void
a_failed_future_is_said_too(void **state)
{
    (void)state;

    sim_run(drop_a_failed_future, NULL);

    assert_int_equal(sim_count(HD_LOG_UNRETRIEVED), 1);
    assert_int_equal(find_record(HD_LOG_UNRETRIEVED)->op, 1);
}

static void
tell_error(struct hd_loop *loop, const char *what, const struct hd_error *error,
           void *context)
{
    assert_ptr_equal(loop, hd_loop_running());
    tell("%s/%s/%d/%s", (const char *)context, what, error->code,
         error->message);
}

static int
drop_with_a_handler(void *arg)
{
    hd_loop_set_error_handler(hd_loop_running(), tell_error, arg);
    hd_task_release(start(fail_with_a_message, NULL));
    struct hd_future *future = hd_future_create();
    HD_TRY(hd_future_fail(future, HD_E_USER, "no luck"));
    hd_future_release(future);
    return HD_OK;
}

static void
the_error_handler_hears_who_failed_and_why(void **state)
{
    (void)state;

    sim_run(drop_with_a_handler, NAME("handler"));

    assert_string_equal(story, "handler/0.1/-10003/out of coffee "
                               "handler/a future/-10000/no luck");
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_use_of_a_stale_handle_is_a_defined_error),
        TEST(a_null_handle_is_stale_and_releasing_it_is_nothing),
        TEST(a_stale_handle_stays_so_while_its_slot_is_used_63_times),
        TEST(the_place_of_a_misuse_is_the_callers),
        TEST(a_released_task_runs_on_and_is_dropped_when_it_is_done),
        TEST(a_detached_task_is_dropped_when_it_is_done),
        TEST(a_handle_is_good_until_its_owner_ends),
        TEST(a_retained_handle_outlives_its_owner),
        TEST(what_another_retains_and_releases_leaves_the_owner_its_handle),
        TEST(releasing_more_often_than_holding_is_overrun_and_no_harm),
        TEST(a_main_that_releases_itself_still_ends_in_order),
        TEST(a_released_future_lives_as_long_as_somebody_waits_for_it),
        TEST(an_error_nobody_looked_at_is_said_once_at_the_drop),
        TEST(an_error_is_said_once_where_its_owner_just_ends),
        TEST(an_error_that_is_held_to_the_end_is_said_when_the_loop_closes),
        TEST(looking_in_any_way_keeps_it_quiet),
        TEST(asking_whether_it_is_done_is_not_looking),
        TEST(a_cancelled_task_may_be_dropped_unseen),
        TEST(a_failed_future_is_said_too),
        TEST(the_error_handler_hears_who_failed_and_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
