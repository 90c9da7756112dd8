/*
 * Deadlocks: one bug is one finding, whatever the schedule, the number of
 * tasks in the ring, and who else waits.
 */
#include "judged.h"
#include "strategy/strategy.h"
#include <stdlib.h>

#define FORKS_MAX 6u

static struct hd_lock forks[FORKS_MAX];
static uintptr_t diners;

static int
dine(void *arg)
{
    const uintptr_t seat = (uintptr_t)arg;
    struct hd_lock *left = &forks[seat];
    struct hd_lock *right = &forks[(seat + 1) % diners];
    HD_TRY(hd_lock_acquire(left));
    HD_TRY(hd_yield());
    HD_TRY(hd_lock_acquire(right));
    HD_TRY(hd_lock_release(right));
    return hd_lock_release(left);
}

static int
philosophers(void *arg)
{
    struct hd_task *tasks[FORKS_MAX];
    diners = (uintptr_t)arg;
    for (uintptr_t i = 0; i < diners; i++) {
        hd_lock_init(&forks[i]);
        tasks[i] = hd_task_spawn(dine, (void *)i);
    }
    for (uintptr_t i = 0; i < diners; i++) {
        HD_TRY(hd_await(tasks[i]));
    }
    return HD_OK;
}

static int
take_and_wait(void *arg)
{
    const uintptr_t seat = (uintptr_t)arg;
    HD_TRY(hd_lock_acquire(&forks[seat]));
    HD_TRY(hd_sleep(HD_MS(1)));
    HD_TRY(hd_lock_acquire(&forks[1 - seat]));
    return HD_OK;
}

/* The same sort of bug at other places. */
static int
other_bug(void *arg)
{
    hd_lock_init(&forks[0]);
    hd_lock_init(&forks[1]);
    struct hd_task *a = hd_task_spawn(take_and_wait, arg);
    struct hd_task *b = hd_task_spawn(take_and_wait, (void *)(uintptr_t)1);
    HD_TRY(hd_await(a));
    return hd_await(b);
}

/* The signature of the one finding of a run, 0 if it is clean. */
static uint64_t
signature_of(hd_fn *program, uintptr_t arg, const struct hd_strategy *strategy,
             void *self)
{
    const struct hd_rules rules = HD_RULES_DEFAULT;
    sim_explore(program, (void *)arg, &rules, strategy, self);
    if (judge(0) == 0) {
        return 0;
    }
    assert_int_equal(found.count, 1);
    assert_string_equal(found.items[0].kind, "deadlock");
    return found.items[0].signature;
}

/* ---- one bug, one signature ---- */

static void
every_schedule_with_the_bug_has_the_same_signature(void **state)
{
    struct hd_dfs *dfs = calloc(1, sizeof(*dfs));
    const struct hd_run run = {.number = 0};
    unsigned deadlocks = 0, clean = 0;
    uint64_t signature = 0;
    (void)state;
    assert_non_null(dfs);

    while (hd_strategy_dfs.begin(dfs, &run)) {
        const uint64_t this =
            signature_of(philosophers, 2, &hd_strategy_dfs, dfs);
        if (this == 0) {
            clean++;
            continue;
        }
        assert_true(deadlocks++ == 0 || this == signature);
        signature = this;
    }
    free(dfs);

    assert_true(deadlocks > 1);
    assert_true(clean > 1);
}

static void
a_ring_of_any_size_at_the_same_places_is_the_same_bug(void **state)
{
    const uint64_t two = signature_of(philosophers, 2, NULL, NULL);
    (void)state;
    assert_int_not_equal(two, 0);

    for (uintptr_t size = 3; size <= FORKS_MAX; size++) {
        assert_int_equal(signature_of(philosophers, size, NULL, NULL), two);
    }
}

static void
a_ring_at_other_places_is_another_bug(void **state)
{
    (void)state;

    const uint64_t one = signature_of(philosophers, 2, NULL, NULL);
    const uint64_t other = signature_of(other_bug, 0, NULL, NULL);

    assert_int_not_equal(one, 0);
    assert_int_not_equal(other, 0);
    assert_int_not_equal(one, other);
}

static int
want_a_fork(void *arg)
{
    (void)arg;
    return hd_lock_acquire(&forks[0]);
}

static int
philosophers_and_a_guest(void *arg)
{
    struct hd_task *crowd = hd_task_spawn(philosophers, arg);
    HD_TRY(hd_yield());
    HD_TRY(hd_yield());
    struct hd_task *guest = hd_task_spawn(want_a_fork, arg);
    HD_TRY(hd_await(guest));
    return hd_await(crowd);
}

static void
who_merely_waits_for_the_ring_is_not_of_the_bug(void **state)
{
    (void)state;

    const uint64_t alone = signature_of(philosophers, 3, NULL, NULL);
    const uint64_t with_guest =
        signature_of(philosophers_and_a_guest, 3, NULL, NULL);

    assert_int_equal(with_guest, alone);
}

/* ---- what it says ---- */

static void
a_ring_is_told_by_its_size(void **state)
{
    (void)state;

    signature_of(philosophers, 3, NULL, NULL);

    assert_found("deadlock", "3 tasks wait for each other in a ring");
}

static int
lock_twice(void *arg)
{
    (void)arg;
    hd_lock_init(&forks[0]);
    HD_TRY(hd_lock_acquire(&forks[0]));
    return hd_lock_acquire(&forks[0]);
}

static void
who_locks_twice_waits_for_itself(void **state)
{
    (void)state;

    signature_of(lock_twice, 0, NULL, NULL);

    const struct hd_finding *finding = assert_found(
        "deadlock", "the test waits for a lock that it holds itself");
    assert_int_equal(finding->actor, 1);
    const uint64_t function = (uint64_t)(uintptr_t)lock_twice;
    assert_in_range(finding->place, function, function + 512);
}

static struct hd_task *pair[2];

static int
await_the_other(void *arg)
{
    const uintptr_t mine = (uintptr_t)arg;
    HD_TRY(hd_yield());
    return hd_await(pair[1 - mine]);
}

static int
await_each_other(void *arg)
{
    (void)arg;
    pair[0] = hd_task_spawn(await_the_other, (void *)(uintptr_t)0);
    pair[1] = hd_task_spawn(await_the_other, (void *)(uintptr_t)1);
    return hd_await(pair[0]);
}

static void
tasks_that_await_each_other_are_a_ring(void **state)
{
    (void)state;

    signature_of(await_each_other, 0, NULL, NULL);

    assert_found("deadlock", "2 tasks wait for each other in a ring");
}

static int
wait_for_an_event(void *arg)
{
    static struct hd_event event;
    (void)arg;
    hd_event_init(&event);
    return hd_event_wait(&event);
}

static void
a_wait_that_nobody_will_end_needs_no_ring(void **state)
{
    (void)state;

    signature_of(wait_for_an_event, 0, NULL, NULL);

    assert_found("deadlock",
                 "the test waits for an event for ever: nobody has ever "
                 "set it");
}

static void
run_an_empty_loop(void *arg)
{
    (void)arg;
    (void)hd_loop_run_forever(hd_loop_create());
}

static void
a_loop_that_nobody_will_stop_is_told_without_a_task(void **state)
{
    const struct hd_rules rules = HD_RULES_DEFAULT;
    const struct hd_execution execution = {.body = run_an_empty_loop,
                                           .rules = &rules};
    (void)state;

    hd_world_execute(sim_world(), &execution);

    assert_found("deadlock", "the loop waits for ever");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_schedule_with_the_bug_has_the_same_signature),
        cmocka_unit_test(a_ring_of_any_size_at_the_same_places_is_the_same_bug),
        cmocka_unit_test(a_ring_at_other_places_is_another_bug),
        cmocka_unit_test(who_merely_waits_for_the_ring_is_not_of_the_bug),
        cmocka_unit_test(a_ring_is_told_by_its_size),
        cmocka_unit_test(who_locks_twice_waits_for_itself),
        cmocka_unit_test(tasks_that_await_each_other_are_a_ring),
        cmocka_unit_test(a_wait_that_nobody_will_end_needs_no_ring),
        cmocka_unit_test(a_loop_that_nobody_will_stop_is_told_without_a_task),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
