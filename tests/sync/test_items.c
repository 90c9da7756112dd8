/*
 * What a queue holds, seen through the queue.
 */
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
        TEST(out_of_memory_it_is_as_it_was),
        TEST(in_a_simulation_the_arena_keeps_the_items),
        TEST(a_queue_filled_before_the_run_moves_as_it_grows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
