#include "story.h"

#include <stdlib.h>

static struct hd_queue queue;

/* ---- memory that fails on demand ---- */

static bool malloc_fails;

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *
__wrap_malloc(size_t size)
{
    return malloc_fails ? NULL : __real_malloc(size);
}

/* ---- items are numbers; the priority of one is its tens ---- */

static void *
item(unsigned number)
{
    return (void *)(uintptr_t)number;
}

static int
by_tens(const void *a, const void *b)
{
    const uintptr_t one = (uintptr_t)a / 10;
    const uintptr_t other = (uintptr_t)b / 10;
    return (one > other) - (one < other);
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
    malloc_fails = false;
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

/* ---- order ---- */

static int
put_four(void *arg)
{
    (void)arg;
    HD_TRY(put(21));
    HD_TRY(put(11));
    HD_TRY(put(22));
    HD_TRY(put(12));
    tell_rest();
    return HD_OK;
}

static void
the_first_in_is_the_first_out(void **state)
{
    (void)state;

    sim_run(put_four, NULL);

    assert_string_equal(story, "21 11 22 12");
    assert_int_equal(sim_count(HD_LOG_ACT), 8);
}

static void
in_a_lifo_the_last_in_is_the_first_out(void **state)
{
    (void)state;
    hd_queue_init_lifo(&queue, 0);

    sim_run(put_four, NULL);

    assert_string_equal(story, "12 22 11 21");
}

static void
by_priority_equals_leave_in_the_order_of_their_puts(void **state)
{
    (void)state;
    hd_queue_init_priority(&queue, 0, by_tens);

    sim_run(put_four, NULL);

    assert_string_equal(story, "11 12 21 22");
}

static void
order_survives_growth_and_wrapping(void **state)
{
    (void)state;
    unsigned in = 0;
    unsigned out = 0;

    for (unsigned round = 0; round < 100; round++) {
        for (unsigned i = 0; i < 7; i++) {
            assert_int_equal(put(in++), HD_OK);
        }
        for (unsigned i = 0; i < 3; i++) {
            void *got = NULL;
            assert_int_equal(hd_queue_get_now(&queue, &got), HD_OK);
            assert_ptr_equal(got, item(out++));
        }
    }

    assert_int_equal(hd_queue_size(&queue), 400);
}

static void
many_priorities_leave_in_order(void **state)
{
    (void)state;
    hd_queue_init_priority(&queue, 0, by_tens);
    for (unsigned i = 0; i < 1000; i++) {
        assert_int_equal(put(i * 617 % 1000), HD_OK); /* each number once */
    }

    uintptr_t tens = 0;
    for (unsigned i = 0; i < 1000; i++) {
        void *got = NULL;
        assert_int_equal(hd_queue_get_now(&queue, &got), HD_OK);

        assert_true((uintptr_t)got / 10 >= tens);
        tens = (uintptr_t)got / 10;
    }
    assert_true(hd_queue_is_empty(&queue));
}

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

/* ---- waiting ---- */

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

/* ---- work that is done ---- */

static int
join(void *name)
{
    tell_status(name, hd_queue_join(&queue));
    return HD_OK;
}

static int
finish_two(void *arg)
{
    (void)arg;
    join(NAME("nothing"));
    HD_TRY(put(1));
    HD_TRY(put(2));
    start(join, "a");
    struct hd_task *b = start(join, "b");
    start(join, "c");
    tell_rest();
    HD_TRY(hd_queue_task_done(&queue));
    hd_task_cancel(b);
    settle();
    tell("last");
    HD_TRY(hd_queue_task_done(&queue));
    HD_TRY(put(3)); /* too late to keep them */
    settle();
    HD_TRY(hd_queue_task_done(&queue));
    return tell_status("more", hd_queue_task_done(&queue));
}

static void
joining_waits_until_every_put_is_finished(void **state)
{
    (void)state;

    sim_run(finish_two, NULL);

    assert_string_equal(
        story, "nothing:ok 1 2 b:CANCELLED last a:ok c:ok more:OVERRUN");
    assert_int_equal(sim_count(HD_LOG_MISUSE), 1);
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
    tell_status("join", hd_queue_join(&queue));
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
                               "put_for:NO_TASK join:NO_TASK");
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
only_join(void *arg)
{
    (void)arg;
    return hd_queue_join(&queue);
}

static int
put_one(void *arg)
{
    (void)arg;
    return put(1);
}

static int
get_one_and_finish(void *arg)
{
    (void)arg;
    get_now("end");
    return hd_queue_task_done(&queue);
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

    const int status =
        status_on_another_loop(put_name, only_put, get_one_and_finish);

    assert_int_equal(status, HD_E_FOREIGN_LOOP);
    assert_string_equal(story, "end:1 waiter:ok");
    hd_queue_finish(&queue);
}

static void
joining_behind_another_loop_is_foreign_loop(void **state)
{
    (void)state;
    assert_int_equal(put(1), HD_OK);

    const int status =
        status_on_another_loop(join, only_join, get_one_and_finish);

    assert_int_equal(status, HD_E_FOREIGN_LOOP);
    assert_string_equal(story, "end:1 waiter:ok");
}

/* ---- memory ---- */

static void
out_of_memory_it_is_as_it_was(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        assert_int_equal(put(i), HD_OK);
    }
    malloc_fails = true;

    const int status = put(8);
    malloc_fails = false;

    assert_int_equal(status, HD_E_NO_MEMORY);
    assert_int_equal(hd_queue_size(&queue), 8);
    assert_int_equal(queue.unfinished, 8);
    assert_int_equal(put(8), HD_OK);
}

static int
leave_without_finish(void *arg)
{
    (void)arg;
    struct hd_queue *abandoned = arg;
    hd_queue_init(abandoned, 0);
    for (unsigned i = 0; i < 20; i++) {
        HD_TRY(hd_queue_put_now(abandoned, item(i)));
    }
    tell("%s", abandoned->items.arena != NULL ? "arena" : "malloc");
    return hd_sleep(HD_FOREVER);
}

static void
in_a_simulation_the_arena_keeps_the_items(void **state)
{
    (void)state;
    struct hd_queue abandoned;

    const struct hd_rules rules = HD_RULES_DEFAULT;

    const enum hd_outcome outcome =
        sim_explore(leave_without_finish, &abandoned, &rules, NULL, NULL);

    assert_int_equal(outcome, HD_OUTCOME_DEADLOCK);
    assert_string_equal(story, "arena"); /* so that nothing leaks */
}

static int
put_until_it_moves(void *arg)
{
    (void)arg;
    for (unsigned i = 8; i < 10; i++) {
        HD_TRY(put(i));
    }
    tell("%s", queue.items.arena != NULL ? "arena" : "malloc");
    tell_rest();
    hd_queue_finish(&queue);
    return HD_OK;
}

static void
a_queue_filled_before_the_run_moves_as_it_grows(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        assert_int_equal(put(i), HD_OK);
    }

    sim_run(put_until_it_moves, NULL);

    assert_string_equal(story, "arena 0 1 2 3 4 5 6 7 8 9");
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
        TEST(the_first_in_is_the_first_out),
        TEST(in_a_lifo_the_last_in_is_the_first_out),
        TEST(by_priority_equals_leave_in_the_order_of_their_puts),
        TEST(order_survives_growth_and_wrapping),
        TEST(many_priorities_leave_in_order),
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
        TEST(joining_waits_until_every_put_is_finished),
        TEST(waiting_outside_of_a_task_is_no_task),
        TEST(getting_behind_another_loop_is_foreign_loop),
        TEST(putting_behind_another_loop_is_foreign_loop),
        TEST(joining_behind_another_loop_is_foreign_loop),
        TEST(out_of_memory_it_is_as_it_was),
        TEST(in_a_simulation_the_arena_keeps_the_items),
        TEST(a_queue_filled_before_the_run_moves_as_it_grows),
        TEST(where_awaits_are_points_what_may_wait_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
