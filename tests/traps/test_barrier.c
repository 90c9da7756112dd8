/*
 * Barriers: each of a round has a place of its own, also after somebody gave
 * up (gh-155233), and nobody is left behind by a cancellation or an abort.
 */
#include "trap.h"
#include <heddle/heddle.h>

#define TASKS 3
#define COMERS 4

static struct hd_barrier barrier;
static struct hd_task *tasks[COMERS];
static int results[COMERS];

static int
meet(void *arg)
{
    const int status = hd_barrier_wait(&barrier);
    results[(uintptr_t)arg] = status;
    HOLDS(status < (int)barrier.parties);
    HOLDS(status >= 0 || status == HD_E_CANCELLED || status == HD_E_BROKEN);
    return status < 0 ? status : HD_OK;
}

static void
begin_to_meet(size_t i)
{
    results[i] = HD_E_PENDING;
    tasks[i] = hd_task_spawn(meet, NUMBER(i));
}

static void
start(size_t n, uint32_t parties)
{
    hd_barrier_init(&barrier, parties);
    for (size_t i = 0; i < n; i++) {
        begin_to_meet(i);
    }
}

static size_t
count(size_t n, int result)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        if (results[i] == HD_E_PENDING && hd_task_is_cancelled(tasks[i])) {
            results[i] = HD_E_CANCELLED; /* before its first step */
        }
        found += results[i] == result;
    }
    return found;
}

static void
finish(size_t n)
{
    for (size_t i = 0; i < n; i++) {
        (void)hd_await(tasks[i]);
    }
    HOLDS(barrier.count == 0);
    HOLDS(barrier.first == NULL && barrier.waiters.first == NULL);
}

/* Whoever is left over at the end waits for a round that never fills. */
static int
cancel_one_of_three(void *arg)
{
    (void)arg;
    start(TASKS, 2);
    HD_TRY(trap_dawdle(3));
    const size_t victim = hd_choose(TASKS);
    hd_task_cancel(tasks[victim]);
    HD_TRY(hd_sleep(HD_MS(1)));
    HOLDS(count(TASKS, 0) <= 1);
    HOLDS(count(TASKS, 1) <= 1);
    if (results[victim] == HD_E_CANCELLED) {
        trap_meet();
    } else {
        HOLDS(count(TASKS, HD_E_PENDING) == 1);
    }
    hd_barrier_abort(&barrier);
    finish(TASKS);
    HOLDS(count(TASKS, HD_E_PENDING) == 0);
    return HD_OK;
}

static void
places_are_never_given_twice(void **state)
{
    (void)state;

    trap_body(cancel_one_of_three);
}

/*
 * Three parties, four comers, one of whom gives up. It counts until it steps,
 * so the round may be full with it; then one of the others is left over.
 */
static int
fill_after_one_gave_up(void *arg)
{
    (void)arg;
    start(2, 3);
    HD_TRY(trap_dawdle(3));
    hd_task_cancel(tasks[hd_choose(2)]);
    begin_to_meet(2);
    HD_TRY(trap_dawdle(3));
    begin_to_meet(3);
    HD_TRY(hd_sleep(HD_MS(1)));
    const size_t gave_up = count(COMERS, HD_E_CANCELLED);
    for (int place = 0; place < 3; place++) {
        HOLDS(count(COMERS, place) <= 1);
    }
    const size_t left_over = count(COMERS, HD_E_PENDING);
    HOLDS(gave_up <= 1 && left_over <= 1);
    HOLDS(count(COMERS, 0) + count(COMERS, 1) + count(COMERS, 2) + left_over +
              gave_up ==
          COMERS);
    if (left_over == 0 && gave_up == 1) {
        trap_meet();
    }
    hd_barrier_abort(&barrier);
    finish(COMERS);
    return HD_OK;
}

static void
a_round_that_lost_one_has_all_its_places(void **state)
{
    (void)state;

    trap_body(fill_after_one_gave_up);
}

static int
reset_or_abort_at_any_time(void *arg)
{
    (void)arg;
    start(TASKS, 2);
    HD_TRY(trap_dawdle(3));
    const bool aborts = hd_choose(2) == 1;
    if (aborts) {
        hd_barrier_abort(&barrier);
    } else {
        hd_barrier_reset(&barrier);
    }
    HD_TRY(trap_dawdle(2));
    hd_task_cancel(tasks[hd_choose(TASKS)]);
    HD_TRY(hd_sleep(HD_MS(1)));
    HOLDS(hd_barrier_is_broken(&barrier) == aborts);
    HOLDS(!aborts || count(TASKS, HD_E_PENDING) == 0);
    HOLDS(count(TASKS, HD_E_PENDING) < barrier.parties);
    if (count(TASKS, HD_E_BROKEN) > 0) {
        trap_meet();
    }
    hd_barrier_abort(&barrier);
    finish(TASKS);
    return HD_OK;
}

static void
nobody_is_left_behind_by_a_reset(void **state)
{
    (void)state;

    trap_body(reset_or_abort_at_any_time);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_are_never_given_twice),
        cmocka_unit_test(a_round_that_lost_one_has_all_its_places),
        cmocka_unit_test(nobody_is_left_behind_by_a_reset),
    };
    return cmocka_run_group_tests_name("barrier", tests, NULL, NULL);
}
