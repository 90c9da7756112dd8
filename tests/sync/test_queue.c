#include "story.h"

static struct hd_queue queue;

/* Items are numbers. */
static void *
item(unsigned number)
{
    return (void *)(uintptr_t)number;
}

static int
set_up(void **state)
{
    (void)state;
    hd_queue_init(&queue, 0);
    story_begin();
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    hd_queue_finish(&queue);
    return 0;
}

static int
put(unsigned number)
{
    return hd_queue_put_now(&queue, item(number));
}

/* "a:7", or what went wrong */
static int
tell_got(const char *who, int status, const void *got)
{
    if (status < 0) {
        return tell_status(who, status);
    }
    tell("%s:%u", who, (unsigned)(uintptr_t)got);
    return status;
}

static int
get(void *name)
{
    void *got = NULL;
    const int status = hd_queue_get(&queue, &got);
    tell_got(name, status, got);
    return HD_OK;
}

static int
get_within_5_ms(void *name)
{
    void *got = NULL;
    const int status = hd_queue_get_for(&queue, &got, HD_MS(5));
    tell_time();
    tell_got(name, status, got);
    return HD_OK;
}

static void
get_now(const char *name)
{
    void *got = NULL;
    const int status = hd_queue_get_now(&queue, &got);
    tell_got(name, status, got);
}

/* Puts the first character of its name. */
static int
put_name(void *name)
{
    tell_status(name, hd_queue_put(&queue, item(*(const char *)name)));
    return HD_OK;
}

static int
put_name_within_5_ms(void *name)
{
    const unsigned number = (unsigned)*(const char *)name;
    const int status = hd_queue_put_for(&queue, item(number), HD_MS(5));
    tell_time();
    tell_status(name, status);
    return HD_OK;
}

/* Takes out what is there. */
static void
tell_rest(void)
{
    void *got;
    while (hd_queue_get_now(&queue, &got) == HD_OK) {
        tell("%u", (unsigned)(uintptr_t)got);
    }
}

/* ---- waiting, or not ---- */

static void
without_waiting_it_is_full_or_empty(void **state)
{
    (void)state;
    hd_queue_init(&queue, 1);
    void *got = &queue;

    const int empty = hd_queue_get_now(&queue, &got);
    const int fits = put(1);
    const int full = put(2);

    assert_int_equal(empty, HD_E_EMPTY);
    assert_ptr_equal(got, &queue);
    assert_int_equal(fits, HD_OK);
    assert_int_equal(full, HD_E_FULL);
    assert_true(hd_queue_is_full(&queue));
}

static int
three_getters(void *arg)
{
    (void)arg;
    start(get, "a");
    start(get, "b");
    start(get, "c");
    HD_TRY(put(1));
    HD_TRY(put(2));
    settle();
    tell("third");
    HD_TRY(put(3));
    settle();
    return HD_OK;
}

static void
getters_are_served_in_arrival_order(void **state)
{
    (void)state;

    sim_run(three_getters, NULL);

    assert_string_equal(story, "a:1 b:2 third c:3");
}

static int
three_putters(void *arg)
{
    (void)arg;
    HD_TRY(put(1));
    start(put_name, "a");
    start(put_name, "b");
    start(put_name, "c");
    get_now("main");
    settle();
    get(NAME("main"));
    get(NAME("main"));
    get(NAME("main"));
    return HD_OK;
}

static void
putters_are_served_in_arrival_order(void **state)
{
    (void)state;
    hd_queue_init(&queue, 1);

    sim_run(three_putters, NULL);

    assert_string_equal(story, "main:1 a:ok main:97 b:ok main:98 c:ok main:99");
}

static int
be_faster_than_the_called(void *arg)
{
    (void)arg;
    start(get, "a");
    start(get, "b");
    HD_TRY(put(1));
    get_now("main");
    settle();
    HD_TRY(put(2));
    HD_TRY(put(3));
    settle();
    return HD_OK;
}

static void
a_called_getter_that_finds_nothing_goes_to_the_end(void **state)
{
    (void)state;

    sim_run(be_faster_than_the_called, NULL);

    assert_string_equal(story, "main:1 b:2 a:3");
}

/* ---- cancellation ---- */

static int
cancel_a_getter_in_line(void *arg)
{
    (void)arg;
    struct hd_task *a = start(get, "a");
    start(get, "b");
    hd_task_cancel(a);
    HD_TRY(put(1));
    settle();
    return HD_OK;
}

static void
a_getter_cancelled_in_line_is_passed_over(void **state)
{
    (void)state;

    sim_run(cancel_a_getter_in_line, NULL);

    assert_string_equal(story, "a:CANCELLED b:1");
}

static int
cancel_a_called_getter(void *arg)
{
    (void)arg;
    struct hd_task *a = start(get, "a");
    start(get, "b");
    HD_TRY(put(1));
    hd_task_cancel(a);
    settle();
    return HD_OK;
}

static void
a_getter_cancelled_just_after_its_call_passes_it_on(void **state)
{
    (void)state;

    sim_run(cancel_a_called_getter, NULL);

    assert_string_equal(story, "a:CANCELLED b:1");
}

static int
cancel_a_putter_in_line(void *arg)
{
    (void)arg;
    HD_TRY(put(1));
    struct hd_task *a = start(put_name, "a");
    start(put_name, "b");
    hd_task_cancel(a);
    get_now("main");
    settle();
    tell_rest();
    return HD_OK;
}

static void
a_putter_cancelled_in_line_is_passed_over(void **state)
{
    (void)state;
    hd_queue_init(&queue, 1);

    sim_run(cancel_a_putter_in_line, NULL);

    assert_string_equal(story, "main:1 a:CANCELLED b:ok 98");
}

static int
cancel_a_called_putter(void *arg)
{
    (void)arg;
    HD_TRY(put(1));
    struct hd_task *a = start(put_name, "a");
    start(put_name, "b");
    get_now("main");
    hd_task_cancel(a);
    settle();
    tell_rest();
    return HD_OK;
}

static void
a_putter_cancelled_just_after_its_call_passes_it_on(void **state)
{
    (void)state;
    hd_queue_init(&queue, 1);

    sim_run(cancel_a_called_putter, NULL);

    assert_string_equal(story, "main:1 a:CANCELLED b:ok 98");
}

/* ---- time ---- */

static int
put_after_10_ms(void *arg)
{
    (void)arg;
    start(get_within_5_ms, "a");
    HD_TRY(hd_sleep(HD_MS(10)));
    HD_TRY(put(1));
    settle();
    tell_rest();
    return HD_OK;
}

static void
a_get_ends_when_its_time_is_up(void **state)
{
    (void)state;

    sim_run(put_after_10_ms, NULL);

    assert_string_equal(story, "5ms a:TIMEDOUT 1");
}

static int
put_after_3_ms(void *arg)
{
    (void)arg;
    start(get_within_5_ms, "a");
    HD_TRY(hd_sleep(HD_MS(3)));
    HD_TRY(put(1));
    settle();
    return HD_OK;
}

static void
an_item_that_comes_in_time_is_got(void **state)
{
    (void)state;

    sim_run(put_after_3_ms, NULL);

    assert_string_equal(story, "3ms a:1");
}

static void
put_from_callback(void *arg)
{
    (void)arg;
    tell_status("put", put(1));
}

static int
put_at_the_time_out(void *arg)
{
    (void)arg;
    hd_loop_call_later(hd_loop_running(), HD_MS(5), put_from_callback, NULL);
    start(get_within_5_ms, "a");
    start(get, "b");
    settle();
    return HD_OK;
}

static void
a_time_out_just_after_the_call_loses_no_item(void **state)
{
    (void)state;

    sim_run(put_at_the_time_out, NULL);

    assert_string_equal(story, "put:ok 5ms a:TIMEDOUT b:1");
}

static int
get_after_10_ms(void *arg)
{
    (void)arg;
    HD_TRY(put(1));
    start(put_name_within_5_ms, "a");
    HD_TRY(hd_sleep(HD_MS(10)));
    tell_rest();
    settle();
    tell_rest();
    return HD_OK;
}

static void
a_put_ends_when_its_time_is_up(void **state)
{
    (void)state;
    hd_queue_init(&queue, 1);

    sim_run(get_after_10_ms, NULL);

    assert_string_equal(story, "5ms a:TIMEDOUT 1");
}

static int
get_after_3_ms(void *arg)
{
    (void)arg;
    HD_TRY(put(1));
    start(put_name_within_5_ms, "a");
    HD_TRY(hd_sleep(HD_MS(3)));
    get_now("main");
    settle();
    tell_rest();
    return HD_OK;
}

static void
a_put_finds_room_in_time(void **state)
{
    (void)state;
    hd_queue_init(&queue, 1);

    sim_run(get_after_3_ms, NULL);

    assert_string_equal(story, "main:1 3ms a:ok 97");
}

/* ---- misuse ---- */

static void
wait_from_callback(void *arg)
{
    (void)arg;
    void *got = NULL;
    tell_status("get", hd_queue_get(&queue, &got));
    tell_status("get_for", hd_queue_get_for(&queue, &got, HD_MS(1)));
    tell_status("put", hd_queue_put(&queue, NULL));
    tell_status("put_for", hd_queue_put_for(&queue, NULL, HD_MS(1)));
}

static int
call_wait(void *arg)
{
    (void)arg;
    hd_loop_call_soon(hd_loop_running(), wait_from_callback, NULL);
    settle();
    return HD_OK;
}

static void
waiting_outside_of_a_task_is_no_task(void **state)
{
    (void)state;

    sim_run(call_wait, NULL);

    assert_string_equal(story, "get:NO_TASK get_for:NO_TASK put:NO_TASK "
                               "put_for:NO_TASK");
    assert_true(hd_queue_is_empty(&queue));
}

static int
only_get(void *arg)
{
    (void)arg;
    void *got;
    return hd_queue_get(&queue, &got);
}

static int
only_put(void *arg)
{
    (void)arg;
    return hd_queue_put(&queue, item(2));
}

static int
put_one(void *arg)
{
    (void)arg;
    return put(1);
}

static int
get_one(void *arg)
{
    (void)arg;
    get_now("end");
    return HD_OK;
}

static void
getting_behind_another_loop_is_foreign_loop(void **state)
{
    (void)state;

    const int status = status_on_another_loop(get, only_get, put_one);

    assert_int_equal(status, HD_E_FOREIGN_LOOP);
    assert_string_equal(story, "waiter:1");
}

static void
putting_behind_another_loop_is_foreign_loop(void **state)
{
    (void)state;
    hd_queue_init(&queue, 1);
    assert_int_equal(put(1), HD_OK);

    const int status = status_on_another_loop(put_name, only_put, get_one);

    assert_int_equal(status, HD_E_FOREIGN_LOOP);
    assert_string_equal(story, "end:1 waiter:ok");
    hd_queue_finish(&queue);
}

/* ---- points ---- */

static int
use_everything(void *arg)
{
    (void)arg;
    void *got;
    HD_TRY(hd_queue_put(&queue, NULL));
    HD_TRY(hd_queue_get(&queue, &got));
    HD_TRY(hd_queue_put_now(&queue, NULL));
    HD_TRY(hd_queue_get_now(&queue, &got));
    HD_TRY(hd_queue_task_done(&queue));
    HD_TRY(hd_queue_task_done(&queue));
    HD_TRY(hd_queue_join(&queue));
    hd_queue_finish(&queue);
    return HD_OK;
}

static void
where_awaits_are_points_what_may_wait_is_one(void **state)
{
    (void)state;

    const size_t points = count_points(use_everything);

    assert_int_equal(points, 3);
    assert_int_equal(sim_count(HD_LOG_ACT), 6);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_waiting_it_is_full_or_empty),
        TEST(getters_are_served_in_arrival_order),
        TEST(putters_are_served_in_arrival_order),
        TEST(a_called_getter_that_finds_nothing_goes_to_the_end),
        TEST(a_getter_cancelled_in_line_is_passed_over),
        TEST(a_getter_cancelled_just_after_its_call_passes_it_on),
        TEST(a_putter_cancelled_in_line_is_passed_over),
        TEST(a_putter_cancelled_just_after_its_call_passes_it_on),
        TEST(a_get_ends_when_its_time_is_up),
        TEST(an_item_that_comes_in_time_is_got),
        TEST(a_time_out_just_after_the_call_loses_no_item),
        TEST(a_put_ends_when_its_time_is_up),
        TEST(a_put_finds_room_in_time),
        TEST(waiting_outside_of_a_task_is_no_task),
        TEST(getting_behind_another_loop_is_foreign_loop),
        TEST(putting_behind_another_loop_is_foreign_loop),
        TEST(where_awaits_are_points_what_may_wait_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
