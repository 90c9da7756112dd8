#include "memory.h"
#include "story.h"

/* ---- results ---- */

static int
gather_nothing(void *arg)
{
    (void)arg;
    hd_task_spawn(speak, say("other"));
    tell_status("gather", hd_gather_array(NULL, 0, 0));
    return hd_yield();
}

static void
gather_of_nothing_is_done_at_once(void **state)
{
    (void)state;

    sim_run(gather_nothing, NULL);

    assert_string_equal(story, "gather:ok other");
}

static int
gather_three(void *arg)
{
    (void)arg;
    struct hd_future *c = start(WORKER("c", 3));
    struct hd_future *a = start(WORKER("a", 1));
    struct hd_future *b = start(WORKER("b", 2));
    return tell_status("gather", hd_gather(a, b, c));
}

static void
gather_waits_for_all(void **state)
{
    (void)state;

    const int status = sim_run(gather_three, NULL);

    assert_int_equal(status, HD_OK);
    assert_string_equal(story, "a b c gather:ok");
}

static int
gather_a_failure(void *arg)
{
    (void)arg;
    struct hd_future *a = start(WORKER("a", 3));
    struct hd_future *b = start(FAILER("b", 1, BROKEN));
    struct hd_future *c = start(FAILER("c", 2, WORSE));
    tell_status("gather", hd_gather(a, b, c));
    tell("%s", hd_error_current()->message);
    (void)hd_sleep(HD_MS(5));
    return HD_OK;
}

static void
gather_gives_the_first_error_and_lets_the_others_go_on(void **state)
{
    (void)state;

    sim_run(gather_a_failure, NULL);

    assert_string_equal(story, "b gather:USER-1 b broke c a");
}

static void
errors_after_the_first_count_as_looked_at(void **state)
{
    (void)state;

    sim_run(gather_a_failure, NULL);

    assert_int_equal(unretrieved(), 0);
}

static int
gather_keeping_errors(void *arg)
{
    (void)arg;
    struct hd_future *children[] = {start(FAILER("a", 1, BROKEN)),
                                    start(WORKER("b", 2))};
    const int status = hd_gather_array(children, 2, HD_GATHER_KEEP_ERRORS);
    tell_status("gather", status);
    void *value = NULL;
    tell_status("a", hd_future_result(children[0], NULL));
    tell_status("b", hd_future_result(children[1], &value));
    tell("%s", ((struct worker *)value)->name);
    return status;
}

static void
gather_that_keeps_errors_succeeds(void **state)
{
    (void)state;

    sim_run(gather_keeping_errors, NULL);

    assert_string_equal(story, "a b gather:ok a:USER-1 b:ok b");
}

static int
gather_keeping_and_not_looking(void *arg)
{
    (void)arg;
    struct hd_future *child = start(FAILER("a", 1, BROKEN));
    return hd_gather_array(&child, 1, HD_GATHER_KEEP_ERRORS);
}

static void
kept_errors_count_as_looked_at(void **state)
{
    (void)state;

    const int status = sim_run(gather_keeping_and_not_looking, NULL);

    assert_int_equal(status, HD_OK);
    assert_int_equal(unretrieved(), 0);
}

static int
gather_twice_the_same(void *arg)
{
    (void)arg;
    struct hd_future *a = start(WORKER("a", 1));
    struct hd_future *b = start(WORKER("b", 2));
    return tell_status("gather", hd_gather(a, b, a));
}

static void
a_child_given_twice_is_one_child(void **state)
{
    (void)state;

    sim_run(gather_twice_the_same, NULL);

    assert_string_equal(story, "a b gather:ok");
}

static int
gather_what_is_done(void *arg)
{
    (void)arg;
    struct hd_future *a = hd_future_create();
    hd_future_set(a, NULL);
    hd_task_spawn(work, WORKER("x", 0));
    tell_status("gather", hd_gather(a));
    hd_future_release(a);
    return HD_OK;
}

/* x's first step, the child's callback, x again, and only then who gathers. */
static void
gathering_what_is_done_takes_two_hops(void **state)
{
    (void)state;

    sim_run(gather_what_is_done, NULL);

    assert_string_equal(story, "x gather:ok");
}

/* ---- cancellation ---- */

static int
gather_two(void *arg)
{
    const unsigned *flags = arg;
    struct hd_future *children[] = {start(WORKER("a", 9)),
                                    start(WORKER("b", 9))};
    return tell_status("gather", hd_gather_array(children, 2, *flags));
}

static int
cancel_who_gathers(void *arg)
{
    struct hd_task *task = hd_task_spawn(gather_two, arg);
    (void)hd_sleep(HD_MS(1));
    hd_task_cancel(task);
    tell_status("await", hd_await(task));
    tell_time();
    return HD_OK;
}

static void
cancelling_the_caller_cancels_the_children(void **state)
{
    (void)state;
    unsigned flags = 0;

    sim_run(cancel_who_gathers, &flags);

    assert_string_equal(
        story, "a:CANCELLED b:CANCELLED gather:CANCELLED await:CANCELLED 1ms");
}

static int
gather_a_failure_and_another(void *arg)
{
    (void)arg;
    struct hd_future *a = start(FAILER("a", 1, BROKEN));
    struct hd_future *b = start(WORKER("b", 9));
    return tell_status("gather", hd_gather(a, b));
}

/* At 1 ms the child fails, the gatherer is cancelled, the gather hears of it */
static int
cancel_who_is_about_to_hear(void *arg)
{
    struct hd_task *task = hd_task_spawn(gather_a_failure_and_another, arg);
    (void)hd_yield();
    (void)hd_yield();
    (void)hd_sleep(HD_MS(1));
    hd_task_cancel(task);
    tell_status("await", hd_await(task));
    return HD_OK;
}

static void
a_cancellation_is_not_lost_to_a_failure_that_comes_first(void **state)
{
    (void)state;

    sim_run(cancel_who_is_about_to_hear, NULL);

    assert_string_equal(story,
                        "a b:CANCELLED gather:CANCELLED await:CANCELLED");
}

static void
a_cancelled_gather_ends_so_even_if_it_keeps_errors(void **state)
{
    (void)state;
    unsigned flags = HD_GATHER_KEEP_ERRORS;

    sim_run(cancel_who_gathers, &flags);

    assert_string_equal(
        story, "a:CANCELLED b:CANCELLED gather:CANCELLED await:CANCELLED 1ms");
}

static int
gather_a_cancelled_child(void *arg)
{
    (void)arg;
    struct hd_future *a = start(WORKER("a", 9));
    struct hd_future *b = start(WORKER("b", 2));
    struct hd_future *gather =
        hd_gather_future((struct hd_future *[]){a, b}, 2, 0);
    (void)hd_sleep(HD_MS(1));
    hd_future_cancel(a);
    tell_status("gather", hd_await(gather));
    tell("%d", hd_future_is_cancelled(gather));
    hd_future_release(gather);
    return hd_await(b);
}

static void
a_cancelled_child_fails_the_gather_but_does_not_cancel_it(void **state)
{
    (void)state;

    const int status = sim_run(gather_a_cancelled_child, NULL);

    assert_int_equal(status, HD_OK);
    assert_string_equal(story, "a:CANCELLED gather:CANCELLED 0 b");
    assert_int_equal(unretrieved(), 0);
}

static int
cancel_a_gather_future(void *arg)
{
    (void)arg;
    struct hd_future *children[] = {start(WORKER("a", 9)), hd_future_create()};
    struct hd_future *gather = hd_gather_future(children, 2, 0);
    (void)hd_yield();
    tell("%d", hd_future_cancel(gather));
    tell("%d", hd_future_is_done(gather));
    tell_status("gather", hd_await(gather));
    tell("%d", hd_future_is_cancelled(children[1]));
    tell("%d", hd_future_cancel(gather));
    hd_future_release(gather);
    return HD_OK;
}

static void
cancelling_a_gather_future_cancels_its_children(void **state)
{
    (void)state;

    sim_run(cancel_a_gather_future, NULL);

    assert_string_equal(story, "1 0 a:CANCELLED gather:CANCELLED 1 0");
}

static struct hd_task *ring[2];

static int
gather_the_other(void *name)
{
    const int other = strcmp(name, "a") == 0;
    return tell_status(name, hd_gather(ring[other]));
}

static int
make_a_ring(void *arg)
{
    (void)arg;
    ring[0] = hd_task_spawn(gather_the_other, (void *)(uintptr_t) "a");
    ring[1] = hd_task_spawn(gather_the_other, (void *)(uintptr_t) "b");
    (void)hd_yield();
    hd_task_cancel(ring[0]);
    (void)hd_await(ring[1]);
    return HD_OK;
}

static void
tasks_that_gather_each_other_can_be_cancelled(void **state)
{
    (void)state;

    sim_run(make_a_ring, NULL);

    assert_string_equal(story, "a:CANCELLED b:CANCELLED");
}

/* ---- as a future ---- */

static int
drop_a_gather(void *arg)
{
    (void)arg;
    struct hd_future *a = start(FAILER("a", 1, BROKEN));
    hd_future_release(hd_gather_future(&a, 1, 0));
    return hd_sleep(HD_MS(2));
}

static void
a_failed_gather_that_is_dropped_is_said(void **state)
{
    (void)state;

    sim_run(drop_a_gather, NULL);

    assert_int_equal(unretrieved(), 1);
}

static int
release_the_children(void *arg)
{
    (void)arg;
    struct hd_future *a = hd_future_create();
    struct hd_future *gather = hd_gather_future(&a, 1, 0);
    hd_future_set(a, NULL);
    hd_future_release(a);
    return tell_status("gather", hd_await(gather));
}

static void
children_may_be_released_while_they_are_gathered(void **state)
{
    (void)state;

    sim_run(release_the_children, NULL);

    assert_string_equal(story, "gather:ok");
    assert_int_equal(misuses(), 0);
}

static int
gather_of_another_loop(void *arg)
{
    (void)arg;
    struct hd_loop *other = hd_loop_create();
    struct hd_future *child = hd_loop_future(other);
    struct hd_future *gather = hd_gather_future(&child, 1, 0);
    tell("%d", hd_future_loop(gather) == other);
    hd_loop_destroy(other);
    return HD_OK;
}

static void
a_gather_belongs_to_the_loop_of_its_children(void **state)
{
    (void)state;

    sim_run(gather_of_another_loop, NULL);

    assert_string_equal(story, "1");
}

/* ---- misuse ---- */

static void
gather_from_callback(void *arg)
{
    (void)arg;
    tell_status("gather", hd_gather_array(NULL, 0, 0));
}

static int
misuse_gather(void *arg)
{
    (void)arg;
    hd_loop_call_soon(hd_loop_running(), gather_from_callback, NULL);
    (void)hd_yield();
    struct hd_future *gone = stale();
    tell_status("stale", hd_gather(gone));
    tell("%d", hd_gather_future(&gone, 1, 0) == NULL);
    struct hd_loop *other = hd_loop_create();
    struct hd_future *foreign = hd_loop_future(other);
    tell_status("foreign", hd_gather(foreign));
    struct hd_future *mixed[] = {foreign, hd_future_create()};
    tell("%d", hd_gather_future(mixed, 2, 0) == NULL);
    hd_future_release(mixed[1]);
    hd_loop_destroy(other);
    return HD_OK;
}

static void
misuses_are_defined_errors(void **state)
{
    (void)state;

    sim_run(misuse_gather, NULL);

    assert_string_equal(story,
                        "gather:NO_TASK stale:STALE 1 foreign:FOREIGN_LOOP 1");
    assert_int_equal(misuses(), 5);
}

static void
without_a_loop_there_is_no_gather(void **state)
{
    (void)state;

    struct hd_future *gather = hd_gather_future(NULL, 0, 0);

    assert_null(gather);
}

/* ---- memory ---- */

static int
gather_many(void *arg)
{
    (void)arg;
    struct hd_future *children[20];
    for (int i = 0; i < 20; i++) {
        children[i] = hd_future_create();
        hd_future_set(children[i], NULL);
    }
    const int status = hd_gather_array(children, 20, 0);
    (void)hd_yield();
    for (int i = 0; i < 20; i++) {
        hd_future_release(children[i]);
    }
    return status;
}

static size_t held_before, held_after;

static int
gather_again_and_again(void *arg)
{
    HD_TRY(gather_many(arg));
    held_before = memory_held();
    for (int i = 0; i < 5; i++) {
        HD_TRY(gather_many(arg));
    }
    held_after = memory_held();
    return HD_OK;
}

static void
gather_gives_its_memory_back(void **state)
{
    (void)state;

    const int status = sim_run(gather_again_and_again, NULL);

    assert_int_equal(status, HD_OK);
    assert_int_equal(held_after, held_before);
}

static int
gather_without_memory(void *arg)
{
    (void)arg;
    struct hd_future *child = hd_future_create();
    hd_future_set(child, NULL);
    size_t nth = 0;
    int status;
    do {
        memory_fail_at(++nth);
        status = hd_gather(child);
        tell_status("gather", status);
    } while (memory_has_failed());
    memory_fail_at(0);
    (void)hd_yield();
    hd_future_release(child);
    return status;
}

static void
gather_survives_each_lack_of_memory(void **state)
{
    (void)state;

    sim_run(gather_without_memory, NULL);

    assert_string_equal(story, "gather:NO_MEMORY gather:NO_MEMORY gather:ok");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(gather_of_nothing_is_done_at_once),
        TEST(gather_waits_for_all),
        TEST(gather_gives_the_first_error_and_lets_the_others_go_on),
        TEST(errors_after_the_first_count_as_looked_at),
        TEST(gather_that_keeps_errors_succeeds),
        TEST(kept_errors_count_as_looked_at),
        TEST(a_child_given_twice_is_one_child),
        TEST(gathering_what_is_done_takes_two_hops),
        TEST(cancelling_the_caller_cancels_the_children),
        TEST(a_cancellation_is_not_lost_to_a_failure_that_comes_first),
        TEST(a_cancelled_gather_ends_so_even_if_it_keeps_errors),
        TEST(a_cancelled_child_fails_the_gather_but_does_not_cancel_it),
        TEST(cancelling_a_gather_future_cancels_its_children),
        TEST(tasks_that_gather_each_other_can_be_cancelled),
        TEST(a_failed_gather_that_is_dropped_is_said),
        TEST(children_may_be_released_while_they_are_gathered),
        TEST(a_gather_belongs_to_the_loop_of_its_children),
        TEST(misuses_are_defined_errors),
        TEST(without_a_loop_there_is_no_gather),
        TEST(gather_gives_its_memory_back),
        TEST(gather_survives_each_lack_of_memory),
    };
    return cmocka_run_group_tests_name("gather", tests, NULL, NULL);
}
