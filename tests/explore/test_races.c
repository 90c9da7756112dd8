/*
 * Races, as the observer notes them while small programs run in plain fifo
 * order. Who reads says so with a mark, who writes too.
 */
#include "explore/races.h"

#include "sim/world.h"
#include "task/loop.h"
#include "trace/records.h"
#include <heddle/access.h>
#include <heddle/heddle.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RECORDS ((uint64_t)1 << 16)

static struct hd_world world;
static struct hd_log events;
static struct hd_races races;

static int main_status;

static void
run_main(void *arg)
{
    struct hd_loop *loop = hd_loop_create();
    main_status = hd_loop_run_main(loop, *(hd_fn **)arg, NULL, 0);
    hd_loop_destroy(loop);
}

/* Run it, observed. */
static void
run(hd_fn *program)
{
    const struct hd_rules rules = HD_RULES_DEFAULT;
    if (events.records == NULL) {
        events.records = calloc(RECORDS, sizeof(*events.records));
        events.mask = RECORDS - 1;
        assert_non_null(events.records);
        assert_true(hd_world_init(&world, &events));
    }
    const struct hd_execution execution = {
        .body = run_main,
        .arg = &program,
        .rules = &rules,
        .main_is_root = true,
        .observer = hd_races_begin(&races),
    };
    assert_int_equal(hd_world_execute(&world, &execution), HD_OUTCOME_OK);
    assert_int_equal(main_status, 0);
}

/* How many races of a kind stand in the log; the last one is in seen. */
static struct hd_race seen;

static size_t
count(enum hd_race_kind kind)
{
    size_t found = 0;
    for (uint64_t i = hd_record_first(&events); i < events.count;
         i = hd_record_next(&events, i)) {
        const struct hd_record *record = hd_record_at(&events, i);
        if (record->kind == HD_LOG_RACE && record->op == kind) {
            seen = hd_race_read(&events, i);
            found++;
        }
    }
    return found;
}

/* ---- the programs' parts ---- */

static int balance;
static struct hd_lock lock;
static struct hd_event event;
static struct hd_queue queue;

static int
read_balance(void)
{
    HD_READ(&balance);
    return balance;
}

static void
write_balance(int value)
{
    HD_WRITE(&balance);
    balance = value;
}

static int
add_late(void *arg)
{
    const int before = read_balance();
    HD_TRY(hd_yield());
    write_balance(before + (int)(intptr_t)arg);
    return 0;
}

static int
set_at_once(void *arg)
{
    write_balance((int)(intptr_t)arg);
    return 0;
}

/* Both beside each other, the first one first. */
static int
run_both(hd_fn *first, hd_fn *second)
{
    balance = 10;
    hd_lock_init(&lock);
    hd_event_init(&event);
    hd_queue_init(&queue, 0);
    struct hd_task *a = hd_task_spawn(first, (void *)(intptr_t)5);
    struct hd_task *b = hd_task_spawn(second, (void *)(intptr_t)1);
    const int status = hd_gather(a, b);
    hd_queue_finish(&queue);
    return status;
}

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
    assert_int_equal(seen.where, HD_RACE_STATIC);
    assert_int_equal(seen.address, (uintptr_t)&balance);
    assert_int_equal(seen.bytes, sizeof(balance));
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
two_add_to_a_local(void *arg)
{
    int sum = 0;
    (void)arg;
    struct hd_task *a = hd_task_spawn(add_to, &sum);
    struct hd_task *b = hd_task_spawn(add_to, &sum);
    return hd_gather(a, b);
}

static void
a_local_variable_has_its_task_for_a_name(void **state)
{
    (void)state;

    run(two_add_to_a_local);

    assert_int_equal(count(HD_RACE_LOST_UPDATE), 1);
    assert_int_equal(seen.where, HD_RACE_STACK);
    assert_int_equal(seen.owner, world.ready.root.path);
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
        tasks[i] = hd_task_spawn(add_late, (void *)(intptr_t)1);
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

static int
finish(void **state)
{
    (void)state;
    hd_races_finish(&races);
    hd_world_finish(&world);
    free(events.records);
    return 0;
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
