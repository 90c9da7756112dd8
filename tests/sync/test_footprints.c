/*
 * Which calls depend on each other, by what a strategy is told that they touch.
 * Two that do not may be swapped, and nobody can tell.
 */
#include "footprints.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct hd_lock lock;
static struct hd_event event;
static struct hd_semaphore semaphore;
static struct hd_condition condition;
static struct hd_barrier barrier;
static struct hd_queue queue;
static int item;

/* ---- what tasks do, one step each ---- */

#define DOES(name, ...)                                                        \
    static void name(void *shared)                                             \
    {                                                                          \
        (void)shared;                                                          \
        __VA_ARGS__;                                                           \
    }
#define TRY(call) ((void)!(call))

DOES(make_lock, hd_lock_init(&lock))
DOES(make_held_lock, hd_lock_init(&lock); TRY(hd_lock_acquire(&lock)))
DOES(acquire, TRY(hd_lock_acquire(&lock)))
DOES(release, hd_lock_release(&lock))
DOES(look_at_lock, (void)hd_lock_is_locked(&lock))

DOES(make_event, hd_event_init(&event))
DOES(make_set_event, hd_event_init(&event); hd_event_set(&event))
DOES(await_event, TRY(hd_event_wait(&event)))
DOES(set_event, hd_event_set(&event))
DOES(clear_event, hd_event_clear(&event))
DOES(look_at_event, (void)hd_event_is_set(&event))

DOES(make_semaphore, hd_semaphore_init(&semaphore, 1))
DOES(take_unit, TRY(hd_semaphore_acquire(&semaphore)))
DOES(give_unit, hd_semaphore_release(&semaphore))
DOES(look_at_units, (void)hd_semaphore_value(&semaphore))

DOES(make_condition, hd_condition_init(&condition, NULL);
     TRY(hd_condition_acquire(&condition)))
DOES(await_condition, TRY(hd_condition_wait(&condition)))
DOES(notify, hd_condition_notify(&condition, 1))

DOES(make_barrier, hd_barrier_init(&barrier, 3))
DOES(arrive, TRY(hd_barrier_wait(&barrier)))
DOES(count_arrived, (void)hd_barrier_waiting(&barrier))

DOES(put, TRY(hd_queue_put(&queue, &item)))
DOES(get, void *got; TRY(hd_queue_get(&queue, &got)))
DOES(look_at_queue, (void)hd_queue_size(&queue))
DOES(join, TRY(hd_queue_join(&queue)))
DOES(finish_item, hd_queue_task_done(&queue))
DOES(make_queue, hd_queue_init(&queue, 0))
DOES(make_queue_of_one, hd_queue_init(&queue, 0); put(shared))
DOES(make_bounded_queue, hd_queue_init(&queue, 2); put(shared))
DOES(make_full_queue, hd_queue_init(&queue, 1); put(shared))
DOES(make_stack, hd_queue_init_lifo(&queue, 0); put(shared))

/* ---- which depend ---- */

static void
attempts_on_a_lock_depend_and_looks_do_not(void **state)
{
    (void)state;

    assert_true(pair_depends(make_lock, acquire, acquire));
    assert_true(pair_depends(make_held_lock, acquire, acquire));
    assert_true(pair_depends(make_held_lock, acquire, release));
    assert_true(pair_depends(make_lock, acquire, look_at_lock));
    assert_false(pair_depends(make_held_lock, acquire, look_at_lock));
    assert_false(pair_depends(make_lock, look_at_lock, look_at_lock));
}

static void
waits_for_an_event_depend_on_setting_it_only(void **state)
{
    (void)state;

    assert_false(pair_depends(make_event, await_event, await_event));
    assert_false(pair_depends(make_set_event, await_event, look_at_event));
    assert_true(pair_depends(make_event, await_event, set_event));
    assert_true(pair_depends(make_set_event, await_event, clear_event));
    assert_true(pair_depends(make_event, set_event, clear_event));
    assert_false(pair_depends(make_set_event, set_event, set_event));
}

static void
units_of_a_semaphore_are_one_thing(void **state)
{
    (void)state;

    assert_true(pair_depends(make_semaphore, take_unit, take_unit));
    assert_true(pair_depends(make_semaphore, take_unit, give_unit));
    assert_true(pair_depends(make_semaphore, take_unit, look_at_units));
    assert_false(pair_depends(make_semaphore, look_at_units, look_at_units));
}

static void
a_condition_depends_by_its_line_and_its_lock(void **state)
{
    (void)state;

    assert_true(pair_depends(make_condition, notify, notify));
    assert_true(pair_depends(make_condition, await_condition, notify));
}

static void
arrivals_at_a_barrier_depend_on_each_other(void **state)
{
    (void)state;

    assert_true(pair_depends(make_barrier, arrive, arrive));
    assert_true(pair_depends(make_barrier, arrive, count_arrived));
    assert_false(pair_depends(make_barrier, count_arrived, count_arrived));
}

static void
a_put_and_a_get_depend_only_where_a_queue_is_empty_or_full(void **state)
{
    (void)state;

    assert_true(pair_depends(make_queue, put, get));
    assert_false(pair_depends(make_queue_of_one, put, get));
    assert_false(pair_depends(make_bounded_queue, put, get));
    assert_true(pair_depends(make_full_queue, put, get));
    assert_true(pair_depends(make_stack, put, get));
    assert_true(pair_depends(make_queue, put, put));
    assert_true(pair_depends(make_queue_of_one, get, get));
    assert_true(pair_depends(make_queue_of_one, look_at_queue, get));
    assert_false(pair_depends(make_queue_of_one, look_at_queue, look_at_queue));
}

static void
a_join_depends_on_work_that_begins_or_ends(void **state)
{
    (void)state;

    assert_true(pair_depends(make_queue_of_one, join, finish_item));
    assert_true(pair_depends(make_queue_of_one, join, put));
    assert_false(pair_depends(make_queue_of_one, join, join));
    assert_true(pair_depends(make_queue_of_one, finish_item, finish_item));
    assert_false(pair_depends(make_queue_of_one, join, get));
}

/* ---- names ---- */

/* What main's first step touches besides. */
static uint64_t
first_name(void (*prepare)(void *))
{
    const struct hd_rules rules = HD_RULES_DEFAULT;
    struct footprint_pair pair = {
        .prepare = prepare, .one = release, .other = look_at_lock};
    (void)rules;
    assert_true(footprints_depend(&pair));
    return sim_world()->ready.identities.named[lock.object];
}

DOES(leave_lock_zeroed, lock = (struct hd_lock){0}; acquire(shared))

static void
objects_are_called_by_their_birth_or_by_where_they_lie(void **state)
{
    (void)state;

    const uint64_t born = first_name(make_held_lock);
    const uint64_t met = first_name(leave_lock_zeroed);

    assert_int_not_equal(born, 0);
    assert_int_not_equal(met, 0);
    assert_int_not_equal(born, met);
    assert_false((born | met) & HD_OBJECT_NEW);
    assert_int_equal(first_name(make_held_lock), born);
    assert_int_equal(first_name(leave_lock_zeroed), met);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attempts_on_a_lock_depend_and_looks_do_not),
        cmocka_unit_test(waits_for_an_event_depend_on_setting_it_only),
        cmocka_unit_test(units_of_a_semaphore_are_one_thing),
        cmocka_unit_test(a_condition_depends_by_its_line_and_its_lock),
        cmocka_unit_test(arrivals_at_a_barrier_depend_on_each_other),
        cmocka_unit_test(
            a_put_and_a_get_depend_only_where_a_queue_is_empty_or_full),
        cmocka_unit_test(a_join_depends_on_work_that_begins_or_ends),
        cmocka_unit_test(
            objects_are_called_by_their_birth_or_by_where_they_lie),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
