#include "memory.h"
#include "story.h"

/* Tell the next one's name, or what came instead of it. */
static int
tell_next(struct hd_as_completed *each)
{
    struct hd_future *future = NULL;
    int status = hd_as_completed_next(each, &future);
    if (status < 0) {
        return tell_status("next", status);
    }
    void *value = NULL;
    status = hd_future_result(future, &value);
    tell("->%s", status == HD_OK ? ((struct worker *)value)->name
                                 : hd_status_name(status));
    return HD_OK;
}

/* ---- order ---- */

static int
go_through_three(void *arg)
{
    (void)arg;
    struct hd_future *futures[] = {start(WORKER("c", 3)), start(WORKER("a", 1)),
                                   start(FAILER("b", 2, BROKEN))};
    struct hd_as_completed each;
    HD_TRY(hd_as_completed_init(&each, futures, 3, HD_FOREVER));
    while (tell_next(&each) == HD_OK) {
    }
    hd_as_completed_finish(&each);
    return HD_OK;
}

static void
they_come_as_they_complete(void **state)
{
    (void)state;

    sim_run(go_through_three, NULL);

    assert_string_equal(story, "a ->a b ->HD_E_USER-1 c ->c next:EMPTY");
}

static int
go_through_what_is_done(void *arg)
{
    (void)arg;
    struct hd_future *a = hd_future_create();
    struct hd_as_completed each;
    hd_future_set(a, WORKER("a", 0));
    HD_TRY(hd_as_completed_init(&each, &a, 1, HD_FOREVER));
    hd_task_spawn(speak, say("other"));
    tell_next(&each);
    hd_as_completed_finish(&each);
    hd_future_release(a);
    return HD_OK;
}

/* The queue is filled by callbacks: the first one is not there at once. */
static void
a_done_one_comes_in_the_next_turn(void **state)
{
    (void)state;

    sim_run(go_through_what_is_done, NULL);

    assert_string_equal(story, "other ->a");
}

static int
come_late(void *arg)
{
    (void)arg;
    struct hd_future *futures[] = {start(WORKER("a", 1)),
                                   start(WORKER("b", 2))};
    struct hd_as_completed each;
    HD_TRY(hd_as_completed_init(&each, futures, 2, HD_MS(3)));
    (void)hd_sleep(HD_MS(9));
    hd_task_spawn(speak, say("other"));
    tell_next(&each);
    tell_next(&each);
    hd_as_completed_finish(&each);
    return hd_yield();
}

static void
those_that_have_come_are_given_without_suspending(void **state)
{
    (void)state;

    sim_run(come_late, NULL);

    assert_string_equal(story, "a b ->a ->b other");
}

static int
go_through_one_twice(void *arg)
{
    (void)arg;
    struct hd_future *a = start(WORKER("a", 1));
    struct hd_as_completed each;
    HD_TRY(hd_as_completed_init(&each, (struct hd_future *[]){a, a}, 2,
                                HD_FOREVER));
    tell_next(&each);
    tell_next(&each);
    hd_as_completed_finish(&each);
    return HD_OK;
}

static void
a_future_given_twice_comes_once(void **state)
{
    (void)state;

    sim_run(go_through_one_twice, NULL);

    assert_string_equal(story, "a ->a next:EMPTY");
}

static int
go_through_none(void *arg)
{
    (void)arg;
    struct hd_as_completed each;
    HD_TRY(hd_as_completed_init(&each, NULL, 0, HD_MS(1)));
    tell_next(&each);
    hd_as_completed_finish(&each);
    hd_as_completed_finish(&each);
    return HD_OK;
}

static void
of_none_there_is_no_next(void **state)
{
    (void)state;

    sim_run(go_through_none, NULL);

    assert_string_equal(story, "next:EMPTY");
}

static int
do_not_look(void *arg)
{
    (void)arg;
    struct hd_future *a = start(FAILER("a", 1, BROKEN));
    struct hd_as_completed each;
    HD_TRY(hd_as_completed_init(&each, &a, 1, HD_FOREVER));
    struct hd_future *future;
    const int status = hd_as_completed_next(&each, &future);
    hd_as_completed_finish(&each);
    return status;
}

static void
being_given_one_is_not_looking(void **state)
{
    (void)state;

    const int status = sim_run(do_not_look, NULL);

    assert_int_equal(status, HD_OK);
    assert_int_equal(unretrieved(), 1);
}

/* ---- time ---- */

static int
run_out_of_time(void *arg)
{
    (void)arg;
    struct hd_future *futures[] = {start(WORKER("a", 1)), start(WORKER("b", 9)),
                                   start(WORKER("c", 9))};
    struct hd_as_completed each;
    HD_TRY(hd_as_completed_init(&each, futures, 3, HD_MS(2)));
    while (tell_next(&each) != HD_E_EMPTY) {
        tell_time();
    }
    hd_as_completed_finish(&each);
    return hd_gather(futures[1], futures[2]);
}

static void
each_late_one_is_a_timeout(void **state)
{
    (void)state;

    sim_run(run_out_of_time, NULL);

    assert_string_equal(
        story, "a ->a 1ms next:TIMEDOUT 2ms next:TIMEDOUT 2ms next:EMPTY b c");
}

/* ---- several that ask, and cancellation ---- */

static struct hd_as_completed shared;

static int
ask(void *name)
{
    tell("%s?", (const char *)name);
    const int status = tell_next(&shared);
    tell("%s", (const char *)name);
    return status;
}

static int
ask_by_two(void *arg)
{
    (void)arg;
    struct hd_future *futures[] = {start(WORKER("a", 1)),
                                   start(WORKER("b", 2))};
    HD_TRY(hd_as_completed_init(&shared, futures, 2, HD_FOREVER));
    struct hd_task *x = hd_task_spawn(ask, say("x"));
    struct hd_task *y = hd_task_spawn(ask, say("y"));
    const int status = hd_gather(x, y);
    hd_as_completed_finish(&shared);
    return status;
}

static void
several_may_ask_and_are_served_in_order(void **state)
{
    (void)state;

    sim_run(ask_by_two, NULL);

    assert_string_equal(story, "x? y? a ->a x b ->b y");
}

/* x is called for a's sake and cancelled before it can step. */
static int
cancel_who_was_called(void *arg)
{
    (void)arg;
    struct hd_future *a = hd_future_create(), *b = hd_future_create();
    struct hd_future *futures[] = {a, b};
    HD_TRY(hd_as_completed_init(&shared, futures, 2, HD_FOREVER));
    struct hd_task *x = hd_task_spawn(ask, say("x"));
    struct hd_task *y = hd_task_spawn(ask, say("y"));
    (void)hd_yield();
    hd_future_set(a, WORKER("a", 0));
    (void)hd_yield(); /* now x has been called */
    hd_task_cancel(x);
    (void)hd_await(x);
    tell_status("y", hd_await(y));
    hd_future_set(b, WORKER("b", 0));
    tell_next(&shared);
    hd_as_completed_finish(&shared);
    hd_future_release(a);
    hd_future_release(b);
    return HD_OK;
}

static void
a_call_is_passed_on_and_a_claim_is_free_again(void **state)
{
    (void)state;

    sim_run(cancel_who_was_called, NULL);

    assert_string_equal(story, "x? y? next:CANCELLED x ->a y y:ok ->b");
}

static int
finish_while_somebody_asks(void *arg)
{
    (void)arg;
    struct hd_future *a = hd_future_create();
    HD_TRY(hd_as_completed_init(&shared, &a, 1, HD_FOREVER));
    struct hd_task *x = hd_task_spawn(ask, say("x"));
    (void)hd_yield();
    hd_as_completed_finish(&shared);
    tell_status("x", hd_await(x));
    hd_future_release(a);
    return HD_OK;
}

static void
finishing_while_somebody_asks_is_a_misuse(void **state)
{
    (void)state;

    sim_run(finish_while_somebody_asks, NULL);

    assert_string_equal(story, "x? next:INVALID x x:INVALID");
    assert_int_equal(misuses(), 1);
}

/* ---- misuse ---- */

static void
ask_from_callback(void *arg)
{
    tell_next(arg);
}

static int
misuse_as_completed(void *arg)
{
    (void)arg;
    struct hd_as_completed each;
    HD_TRY(hd_as_completed_init(&each, NULL, 0, HD_FOREVER));
    hd_loop_call_soon(hd_loop_running(), ask_from_callback, &each);
    (void)hd_yield();
    hd_as_completed_finish(&each);
    tell_next(&each);
    struct hd_future *gone = stale();
    tell_status("stale", hd_as_completed_init(&each, &gone, 1, HD_FOREVER));
    struct hd_loop *other = hd_loop_create();
    struct hd_future *foreign = hd_loop_future(other);
    tell_status("foreign",
                hd_as_completed_init(&each, &foreign, 1, HD_FOREVER));
    hd_loop_destroy(other);
    return HD_OK;
}

static void
misuses_are_defined_errors(void **state)
{
    (void)state;

    sim_run(misuse_as_completed, NULL);

    assert_string_equal(story, "next:NO_TASK next:INVALID stale:STALE "
                               "foreign:FOREIGN_LOOP");
    assert_int_equal(misuses(), 4);
}

static void
without_a_loop_it_cannot_begin(void **state)
{
    (void)state;
    struct hd_as_completed each;

    const int status = hd_as_completed_init(&each, NULL, 0, HD_FOREVER);

    assert_int_equal(status, HD_E_NO_LOOP);
}

/* ---- memory ---- */

static int
init_without_memory(void *arg)
{
    (void)arg;
    struct hd_future *a = hd_future_create();
    struct hd_as_completed each;
    size_t nth = 0;
    const size_t held_before = memory_held();
    do {
        memory_fail_at(++nth);
        tell_status("init", hd_as_completed_init(&each, &a, 1, HD_MS(1)));
    } while (memory_has_failed());
    memory_fail_at(0);
    hd_as_completed_finish(&each);
    tell("%d", held_before < memory_held()); /* the timers' heap has grown */
    const size_t held_between = memory_held();
    HD_TRY(hd_as_completed_init(&each, &a, 1, HD_MS(1)));
    hd_as_completed_finish(&each);
    tell("%d", held_between == memory_held());
    hd_future_release(a);
    return HD_OK;
}

static void
it_survives_each_lack_of_memory_and_gives_all_back(void **state)
{
    (void)state;

    sim_run(init_without_memory, NULL);

    assert_string_equal(story, "init:NO_MEMORY init:NO_MEMORY init:ok 1 1");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(they_come_as_they_complete),
        TEST(a_done_one_comes_in_the_next_turn),
        TEST(those_that_have_come_are_given_without_suspending),
        TEST(a_future_given_twice_comes_once),
        TEST(of_none_there_is_no_next),
        TEST(being_given_one_is_not_looking),
        TEST(each_late_one_is_a_timeout),
        TEST(several_may_ask_and_are_served_in_order),
        TEST(a_call_is_passed_on_and_a_claim_is_free_again),
        TEST(finishing_while_somebody_asks_is_a_misuse),
        TEST(misuses_are_defined_errors),
        TEST(without_a_loop_it_cannot_begin),
        TEST(it_survives_each_lack_of_memory_and_gives_all_back),
    };
    return cmocka_run_group_tests_name("as_completed", tests, NULL, NULL);
}
