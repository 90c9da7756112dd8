/*
 * as_completed: each comes once, whether it succeeds, fails or is too late,
 * and a cancelled wait for the next one takes none away.
 */
#include "trap.h"
#include <heddle/heddle.h>

#define CHILDREN 3
#define BROKEN HD_E_USER

static struct hd_future *children[CHILDREN];
static struct hd_as_completed each;
static bool given[CHILDREN];
static size_t given_count, late_count;

static int
work(void *arg)
{
    const uintptr_t number = (uintptr_t)arg;
    HD_TRY(hd_sleep(HD_US(number)));
    return number == 1 ? hd_fail(BROKEN, "broke") : HD_OK;
}

static void
begin(uint64_t limit_ns)
{
    memset(given, 0, sizeof(given));
    given_count = late_count = 0;
    for (uintptr_t i = 0; i < CHILDREN; i++) {
        children[i] = HD_FUTURE(hd_task_spawn(work, NUMBER(i)));
    }
    HOLDS(hd_as_completed_init(&each, children, CHILDREN, limit_ns) == HD_OK);
}

static void
note_given(struct hd_future *future)
{
    given_count++;
    for (size_t i = 0; i < CHILDREN; i++) {
        if (children[i] == future) {
            HOLDS(!given[i]);
            given[i] = true;
            HOLDS(hd_future_result(future, NULL) == (i == 1 ? BROKEN : HD_OK));
            return;
        }
    }
    HOLDS(false);
}

/* Take until there are no more. */
static int
take_all(void *arg)
{
    (void)arg;
    for (;;) {
        struct hd_future *future;
        const int status = hd_as_completed_next(&each, &future);
        if (status == HD_OK) {
            note_given(future);
        } else if (status == HD_E_TIMEDOUT) {
            late_count++;
        } else {
            HOLDS(status == HD_E_EMPTY || status == HD_E_CANCELLED);
            return status == HD_E_EMPTY ? HD_OK : status;
        }
    }
}

static size_t
count_done(void)
{
    size_t done = 0;
    for (size_t i = 0; i < CHILDREN; i++) {
        done += hd_future_is_done(children[i]);
    }
    return done;
}

/* What is there has been taken by the other one, if he waits. */
static int
cancel_one_that_takes(void *arg)
{
    (void)arg;
    begin(HD_FOREVER);
    struct hd_task *takers[2];
    takers[0] = hd_task_spawn(take_all, NULL);
    takers[1] = hd_task_spawn(take_all, NULL);
    HD_TRY(hd_sleep(HD_US(hd_choose(3))));
    const size_t victim = hd_choose(2);
    if (hd_task_cancel(takers[victim])) {
        trap_meet();
    }
    (void)hd_await(takers[victim]);
    HD_TRY(hd_sleep(HD_US(1) / 2));
    HOLDS(given_count == count_done() || !trap_is_exact() ||
          hd_task_is_done(takers[1 - victim]));
    HOLDS(hd_await(takers[1 - victim]) == HD_OK);
    HOLDS(take_all(NULL) == HD_OK);
    HOLDS(given_count == CHILDREN);
    hd_as_completed_finish(&each);
    return HD_OK;
}

static void
a_cancelled_wait_takes_none_away(void **state)
{
    (void)state;

    trap_large(cancel_one_that_takes);
}

static int
two_take_in_time(void *arg)
{
    (void)arg;
    begin(HD_US(hd_choose(3)));
    struct hd_task *a = hd_task_spawn(take_all, NULL);
    struct hd_task *b = hd_task_spawn(take_all, NULL);
    HOLDS(hd_await(a) == HD_OK);
    HOLDS(hd_await(b) == HD_OK);
    HOLDS(given_count + late_count == CHILDREN);
    if (late_count > 0 && given_count > 0) {
        trap_meet();
    }
    hd_as_completed_finish(&each);
    (void)hd_gather_array(children, CHILDREN, HD_GATHER_KEEP_ERRORS);
    HOLDS(trap_tasks() == 1);
    return HD_OK;
}

static void
each_comes_once_in_time_or_late(void **state)
{
    (void)state;

    trap_large(two_take_in_time);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cancelled_wait_takes_none_away),
        cmocka_unit_test(each_comes_once_in_time_or_late),
    };
    return cmocka_run_group_tests_name("as_completed", tests, NULL, NULL);
}
