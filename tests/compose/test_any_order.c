/*
 * Everything at once, in many orders: no combinator may depend on the order in
 * which what is ready steps, and each gives its memory back in all of them.
 */
#include "base/random.h"
#include "memory.h"
#include "story.h"

#define EXECUTIONS 50
#define ROUNDS 20
#define SLOTS_BYTES 2048 /* by how much the pools may still grow */

/* ---- who steps: anybody ---- */

static bool
begin(void *self, const struct hd_run *run)
{
    (void)self;
    (void)run;
    return true;
}

static struct hd_actor *
pick(void *self, const struct hd_view *view)
{
    return view->ready[hd_random_below(self, view->ready_count)];
}

static const struct hd_strategy anybody = {
    .name = "anybody",
    .abi = HD_STRATEGY_ABI,
    .begin = begin,
    .pick = pick,
};

/* ---- what they do ---- */

/* Sleeps some turns; every third one fails. */
static int
idle(void *arg)
{
    const uintptr_t number = (uintptr_t)arg;
    for (uintptr_t i = 0; i < number % 4; i++) {
        HD_TRY(hd_yield());
    }
    HD_TRY(hd_sleep(HD_US(number % 5)));
    return number % 3 == 0 ? hd_fail(BROKEN, "%zu broke", (size_t)number)
                           : HD_OK;
}

static struct hd_future *
start_idle(uintptr_t number)
{
    return HD_FUTURE(hd_task_spawn(idle, (void *)number));
}

static void
start_some(struct hd_future **futures, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        futures[i] = start_idle(i);
    }
}

static int
gather_some(void *arg)
{
    struct hd_future *futures[5];
    start_some(futures, 5);
    return hd_gather_array(futures, 5, arg != NULL ? HD_GATHER_KEEP_ERRORS : 0);
}

static int
wait_for_some(void *arg)
{
    struct hd_future *futures[5];
    (void)arg;
    start_some(futures, 5);
    HD_TRY(hd_wait(futures, 5, HD_FIRST_ERROR, HD_US(3), NULL));
    return hd_wait(futures, 5, HD_ALL_COMPLETED, HD_FOREVER, NULL);
}

static int
take_as_completed(void *arg)
{
    struct hd_future *futures[5];
    struct hd_as_completed each;
    struct hd_future *future;
    (void)arg;
    start_some(futures, 5);
    HD_TRY(hd_as_completed_init(&each, futures, 5, HD_US(3)));
    int status;
    do {
        status = hd_as_completed_next(&each, &future);
    } while (status == HD_OK || status == HD_E_TIMEDOUT);
    hd_as_completed_finish(&each);
    return status == HD_E_EMPTY ? HD_OK : status;
}

static int
limit_and_shield(void *arg)
{
    (void)arg;
    struct hd_future *inner = start_idle(7);
    struct hd_future *outer = hd_shield(inner);
    int status = hd_wait_for(outer, HD_US(2));
    hd_future_release(outer);
    if (status == HD_E_TIMEDOUT) {
        status = hd_wait_for(inner, HD_US(1));
    }
    return status == HD_E_TIMEDOUT ? HD_OK : status;
}

static int
run_a_group(void *arg)
{
    struct hd_group group;
    (void)arg;
    HD_TRY(hd_group_begin(&group));
    for (uintptr_t i = 1; i < 3; i++) {
        hd_group_spawn(&group, idle, (void *)i);
    }
    struct hd_timeout timeout;
    HD_TRY(hd_timeout_begin(&timeout, HD_US(2)));
    int status = hd_timeout_end(&timeout, hd_sleep(HD_US(4)));
    status = hd_group_end(&group, status);
    return status == HD_E_TIMEDOUT ? HD_OK : status;
}

/* ---- all of it, some of it cancelled ---- */

#define ACTS 6

static int
do_everything(void *arg)
{
    static hd_fn *const acts[ACTS] = {gather_some,      gather_some,
                                      wait_for_some,    take_as_completed,
                                      limit_and_shield, run_a_group};
    struct hd_future *futures[ACTS];
    for (size_t i = 0; i < ACTS; i++) {
        futures[i] = HD_FUTURE(hd_task_spawn(acts[i], i == 0 ? NULL : futures));
    }
    struct hd_random *random = arg;
    (void)hd_sleep(HD_US(hd_random_below(random, 4)));
    hd_future_cancel(futures[hd_random_below(random, ACTS)]);
    HD_TRY(hd_gather_array(futures, ACTS, HD_GATHER_KEEP_ERRORS));
    for (size_t i = 0; i < ACTS; i++) {
        const int status = hd_future_result(futures[i], NULL);
        hd_future_release(futures[i]);
        if (status < 0 && status != HD_E_CANCELLED && status != BROKEN) {
            return status;
        }
    }
    return hd_sleep(HD_MS(1)); /* until nobody is left */
}

static size_t executions, held_most;

/* What is held after many rounds is what the pools have grown to, no more. */
static int
do_everything_often(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        HD_TRY(do_everything(arg));
    }
    const size_t held = memory_held();
    for (int i = 0; i < ROUNDS; i++) {
        HD_TRY(do_everything(arg));
    }
    const size_t more = memory_held() - held;
    if (memory_held() > held && more > held_most) {
        held_most = more;
    }
    executions++;
    return HD_OK;
}

static void
explore(enum hd_points points)
{
    struct hd_random choices = {.state = 81};
    struct hd_random program = {.state = 7};
    struct hd_rules rules = HD_RULES_DEFAULT;
    rules.points = points;
    executions = held_most = 0;
    for (int i = 0; i < EXECUTIONS; i++) {
        assert_int_equal(sim_explore(do_everything_often, &program, &rules,
                                     &anybody, &choices),
                         HD_OUTCOME_OK);
    }
}

static void
combinators_hold_in_any_order(void **state)
{
    (void)state;

    explore(HD_POINTS_SUSPEND);

    assert_int_equal(executions, EXECUTIONS);
    assert_in_range(held_most, 0, SLOTS_BYTES);
    assert_int_equal(misuses(), 0);
}

static void
combinators_hold_where_every_await_may_yield(void **state)
{
    (void)state;

    explore(HD_POINTS_AWAIT);

    assert_int_equal(executions, EXECUTIONS);
    assert_in_range(held_most, 0, SLOTS_BYTES);
    assert_int_equal(misuses(), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(combinators_hold_in_any_order),
        TEST(combinators_hold_where_every_await_may_yield),
    };
    return cmocka_run_group_tests_name("any order", tests, NULL, NULL);
}
