/*
 * Lost updates, and what is none: what happens before what.
 */
#include "racing.h"

/* ---- lost updates ---- */

static int
two_add_late(void *arg)
{
    (void)arg;
    return run_both(add_late, add_late);
}

static void
who_writes_over_what_was_written_since_it_read_loses_it(void **state)
{
    (void)state;

    run(two_add_late);

    assert_int_equal(count(HD_RACE_LOST_UPDATE), 1);
    assert_int_equal(seen.memory.where, HD_RACE_STATIC);
    assert_int_equal(seen.memory.address, (uintptr_t)&balance);
    assert_int_equal(seen.memory.bytes, sizeof(balance));
    assert_int_equal(seen.access[0].value, 10);
    assert_int_equal(seen.access[1].value, 15);
    assert_int_equal(seen.access[2].value, 11);
    assert_int_equal(seen.access[0].actor, seen.access[2].actor);
    assert_int_equal(seen.access[1].actor + 1, seen.access[0].actor);
}

static void
both_have_read_where_nobody_had_written_in_between(void **state)
{
    (void)state;

    run(two_add_late);

    assert_int_equal(count(HD_RACE_LOST_UPDATE), 1);
    assert_true(seen.both_read);
    assert_int_equal(seen.access[3].value, 10);
    assert_int_equal(seen.access[3].actor, seen.access[1].actor);
}

static int
one_sets(void *arg)
{
    (void)arg;
    return run_both(add_late, set_at_once);
}

static void
who_has_not_read_it_loses_what_it_wrote_all_the_same(void **state)
{
    (void)state;

    run(one_sets);

    assert_int_equal(count(HD_RACE_LOST_UPDATE), 1);
    assert_false(seen.both_read);
}

static int
add_at_once(void *arg)
{
    HD_TRY(hd_yield());
    write_balance(read_balance() + (int)(intptr_t)arg);
    return 0;
}

static int
two_add_at_once(void *arg)
{
    (void)arg;
    return run_both(add_at_once, add_at_once);
}

static int
add_looking_again(void *arg)
{
    if (read_balance() == 0) {
        return 0;
    }
    return add_at_once(arg);
}

static int
two_look_again(void *arg)
{
    (void)arg;
    return run_both(add_looking_again, add_looking_again);
}

static void
who_reads_in_the_step_that_writes_loses_nothing(void **state)
{
    (void)state;

    run(two_add_at_once);
    assert_int_equal(count(HD_RACE_LOST_UPDATE), 0);

    run(two_look_again);
    assert_int_equal(count(HD_RACE_LOST_UPDATE), 0);
}

static int
add_adding(void *arg)
{
    (void)read_balance();
    HD_TRY(hd_yield());
    HD_ACCESS(&balance, sizeof(balance), HD_ADDS);
    balance += (int)(intptr_t)arg;
    return 0;
}

static int
two_add(void *arg)
{
    (void)arg;
    return run_both(add_adding, add_adding);
}

static void
additions_lose_nothing(void **state)
{
    (void)state;

    run(two_add);

    assert_int_equal(count(HD_RACE_LOST_UPDATE), 0);
}

/* ---- other memory ---- */

static char letters[8] __attribute__((aligned(8)));

static int
change_letter(void *arg)
{
    char *letter = &letters[(intptr_t)arg];
    HD_READ(letter);
    const char before = *letter;
    HD_TRY(hd_yield());
    HD_WRITE(letter);
    *letter = (char)(before + 1);
    return 0;
}

static int
two_change_letters(void *arg)
{
    (void)arg;
    return run_both(change_letter, change_letter);
}

static void
neighbours_are_two_variables(void **state)
{
    (void)state;

    run(two_change_letters);

    assert_int_equal(count(HD_RACE_LOST_UPDATE), 0);
}

static int
add_to(void *arg)
{
    int *sum = arg;
    HD_READ(sum);
    const int before = *sum;
    HD_TRY(hd_yield());
    HD_WRITE(sum);
    *sum = before + 1;
    return 0;
}

static int
clear(void *arg)
{
    HD_WRITE((int *)arg);
    *(int *)arg = 0;
    return 0;
}

static int
two_use_a_local(void *arg)
{
    int sum = 7;
    (void)arg;
    struct hd_task *a = hd_task_spawn(add_to, &sum);
    struct hd_task *b = hd_task_spawn(clear, &sum);
    return hd_gather(a, b);
}

static void
a_local_variable_has_its_task_for_a_name(void **state)
{
    (void)state;

    run(two_use_a_local);

    assert_int_equal(count(HD_RACE_LOST_UPDATE), 1);
    assert_int_equal(seen.memory.where, HD_RACE_STACK);
    assert_int_equal(seen.memory.owner, world.ready.root.path);
}

/* ---- what happens before what ---- */

static int
add_locked(void *arg)
{
    HD_TRY(hd_lock_acquire(&lock));
    const int status = add_late(arg);
    hd_lock_release(&lock);
    return status;
}

static int
two_add_locked(void *arg)
{
    (void)arg;
    return run_both(add_locked, add_locked);
}

static int
add_locked_late(void *arg)
{
    const int before = read_balance();
    HD_TRY(hd_lock_acquire(&lock));
    HD_TRY(hd_yield());
    write_balance(before + (int)(intptr_t)arg);
    hd_lock_release(&lock);
    return 0;
}

static int
two_lock_late(void *arg)
{
    (void)arg;
    return run_both(add_locked_late, add_locked_late);
}

static void
a_lock_keeps_what_is_read_and_written_in_it(void **state)
{
    (void)state;

    run(two_add_locked);
    assert_int_equal(count(HD_RACE_LOST_UPDATE), 0);

    run(two_lock_late);
    assert_int_equal(count(HD_RACE_LOST_UPDATE), 1);
}

static int
set_and_tell(void *arg)
{
    write_balance((int)(intptr_t)arg);
    hd_event_set(&event);
    return hd_queue_put(&queue, NULL);
}

static int
await_event_and_set(void *arg)
{
    (void)read_balance();
    HD_TRY(hd_event_wait(&event));
    write_balance((int)(intptr_t)arg);
    return 0;
}

static int
yield_and_set_after_event(void *arg)
{
    (void)read_balance();
    HD_TRY(hd_yield());
    HD_TRY(hd_event_wait(&event)); /* it is set by now */
    write_balance((int)(intptr_t)arg);
    return 0;
}

static int
get_and_set(void *arg)
{
    void *item;
    (void)read_balance();
    HD_TRY(hd_queue_get(&queue, &item));
    write_balance((int)(intptr_t)arg);
    return 0;
}

static int
yield_and_set_after_get(void *arg)
{
    (void)read_balance();
    HD_TRY(hd_yield());
    void *item;
    HD_TRY(hd_queue_get(&queue, &item));
    write_balance((int)(intptr_t)arg);
    return 0;
}

static hd_fn *waiter;

static int
one_waits(void *arg)
{
    (void)arg;
    return run_both(waiter, set_and_tell);
}

static void
who_was_told_of_it_overwrites_it_knowingly(void **state)
{
    hd_fn *const waiters[] = {await_event_and_set, yield_and_set_after_event,
                              get_and_set, yield_and_set_after_get};
    (void)state;

    for (size_t i = 0; i < sizeof(waiters) / sizeof(*waiters); i++) {
        waiter = waiters[i];
        run(one_waits);
        assert_int_equal(count(HD_RACE_LOST_UPDATE), 0);
    }

    waiter = add_late; /* it does not ask */
    run(one_waits);
    assert_int_equal(count(HD_RACE_LOST_UPDATE), 1);
}

static int
await_and_set(void *arg)
{
    (void)arg;
    balance = 10;
    struct hd_task *other = hd_task_spawn(set_at_once, NULL);
    (void)read_balance();
    HD_TRY(hd_await(other));
    write_balance(3);
    return 0;
}

static int
yield_await_and_set(void *arg)
{
    (void)arg;
    struct hd_task *other = hd_task_spawn(set_at_once, NULL);
    (void)read_balance();
    HD_TRY(hd_yield());
    HD_TRY(hd_await(other)); /* it has ended */
    write_balance(3);
    return 0;
}

static int
ask_and_set(void *arg)
{
    (void)arg;
    struct hd_task *other = hd_task_spawn(set_at_once, NULL);
    (void)read_balance();
    while (!hd_task_is_done(other)) {
        HD_TRY(hd_yield());
    }
    write_balance(3);
    return 0;
}

static void
who_has_awaited_the_other_overwrites_it_knowingly(void **state)
{
    (void)state;

    run(await_and_set);
    assert_int_equal(count(HD_RACE_LOST_UPDATE), 0);

    run(yield_await_and_set);
    assert_int_equal(count(HD_RACE_LOST_UPDATE), 0);

    run(ask_and_set);
    assert_int_equal(count(HD_RACE_LOST_UPDATE), 0);
}

static int
sleep_and_set(void *arg)
{
    (void)read_balance();
    HD_TRY(hd_sleep(HD_MS(10)));
    write_balance((int)(intptr_t)arg);
    return 0;
}

static int
sleepers(void *arg)
{
    (void)arg;
    return run_both(sleep_and_set, set_at_once);
}

static void
a_sleep_is_no_order(void **state)
{
    (void)state;

    run(sleepers);

    assert_int_equal(count(HD_RACE_LOST_UPDATE), 1);
}

/* ---- many ---- */

#define CROWD 1000u

static int
crowd(void *arg)
{
    static struct hd_task *tasks[CROWD];
    (void)arg;
    balance = 0;
    for (size_t i = 0; i < CROWD; i++) {
        tasks[i] = hd_task_spawn(add_late, (void *)(intptr_t)(i + 1));
    }
    for (size_t i = 0; i < CROWD; i++) {
        HD_TRY(hd_await(tasks[i]));
    }
    write_balance(read_balance() + 1);
    return 0;
}

static void
a_thousand_tasks_need_no_more_memory_the_second_time(void **state)
{
    (void)state;
    run(crowd);
    assert_int_equal(count(HD_RACE_LOST_UPDATE), 1);
    const void *nodes = races.before.nodes;
    const void *owns = races.spots.owns;
    const uint32_t rooms = races.before.node_room + races.spots.own_room;

    run(crowd);

    assert_int_equal(count(HD_RACE_LOST_UPDATE), 1);
    assert_ptr_equal(races.before.nodes, nodes);
    assert_ptr_equal(races.spots.owns, owns);
    assert_int_equal(races.before.node_room + races.spots.own_room, rooms);
    assert_false(races.before.lost);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            who_writes_over_what_was_written_since_it_read_loses_it),
        cmocka_unit_test(both_have_read_where_nobody_had_written_in_between),
        cmocka_unit_test(who_has_not_read_it_loses_what_it_wrote_all_the_same),
        cmocka_unit_test(who_reads_in_the_step_that_writes_loses_nothing),
        cmocka_unit_test(additions_lose_nothing),
        cmocka_unit_test(neighbours_are_two_variables),
        cmocka_unit_test(a_local_variable_has_its_task_for_a_name),
        cmocka_unit_test(a_lock_keeps_what_is_read_and_written_in_it),
        cmocka_unit_test(who_was_told_of_it_overwrites_it_knowingly),
        cmocka_unit_test(who_has_awaited_the_other_overwrites_it_knowingly),
        cmocka_unit_test(a_sleep_is_no_order),
        cmocka_unit_test(a_thousand_tasks_need_no_more_memory_the_second_time),
    };
    return cmocka_run_group_tests(tests, NULL, finish);
}
