/*
 * Rings in random programs of locks, against an oracle of its own: the tasks
 * write down what they want and what they have, and a brute-force search of
 * that wait-for graph says who stands in a ring.
 */
#include "judged.h"
#include "strategy/strategy.h"
#include <stdlib.h>

#define TASKS 5
#define LOCKS 4
#define ACTS 8
#define NOBODY (-1)

enum how_it_ends {
    MAIN_AWAITS,
    MAIN_LEAVES,
    OTHERS_SPIN,
    HOWS
};

static struct hd_lock locks[LOCKS];
static int owner[LOCKS];    /* task, or NOBODY */
static int wants[TASKS];    /* lock, or NOBODY */
static bool limited[TASKS]; /* its wait has a deadline */
static bool ended[TASKS];
static uint32_t dice[TASKS];

static uint32_t
roll(uint32_t *state, uint32_t sides)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 16) % sides;
}

/* ---- the program ---- */

/* What a task does next; acquire is its own, and so is its place. */
static int
act(int task, int (*acquire)(int lock, bool limited))
{
    uint32_t *own = &dice[task];
    const int lock = (int)roll(own, LOCKS);
    switch (roll(own, 8)) {
    case 0:
        return hd_yield();
    case 1:
        return hd_sleep(HD_MS(1 + roll(own, 3)));
    case 2:
        return hd_sleep(HD_MS(100));
    case 3:
        if (owner[lock] == task) {
            owner[lock] = NOBODY;
            return hd_lock_release(&locks[lock]);
        }
        return HD_OK;
    default:
        break;
    }
    wants[task] = lock;
    limited[task] = roll(own, 8) == 0;
    const int status = acquire(lock, limited[task]);
    wants[task] = NOBODY;
    if (status == HD_OK) {
        owner[lock] = task;
    }
    return status == HD_E_TIMEDOUT ? HD_OK : status;
}

#define LIFE(n)                                                                \
    __attribute__((noinline)) static int acquire##n(int lock, bool is_limited) \
    {                                                                          \
        if (is_limited) {                                                      \
            return hd_lock_acquire_for(&locks[lock], HD_MS(500));              \
        }                                                                      \
        return hd_lock_acquire(&locks[lock]) < 0 ? HD_E_CANCELLED : HD_OK;     \
    }                                                                          \
                                                                               \
    static int life##n(void *arg)                                              \
    {                                                                          \
        (void)arg;                                                             \
        for (int i = 0; i < ACTS; i++) {                                       \
            HD_TRY(act(n, acquire##n));                                        \
        }                                                                      \
        ended[n] = true;                                                       \
        return HD_OK;                                                          \
    }

LIFE(0)
LIFE(1)
LIFE(2)
LIFE(3)
LIFE(4)

static hd_fn *const lives[TASKS] = {life0, life1, life2, life3, life4};

static int
spin(void *arg)
{
    (void)arg;
    for (;;) {
        HD_TRY(hd_yield());
    }
}

static void expect(void);

static int
live(void *arg)
{
    const enum how_it_ends how = *(const enum how_it_ends *)arg;
    struct hd_task *tasks[TASKS];
    for (int i = 0; i < TASKS; i++) {
        tasks[i] = hd_task_spawn(lives[i], NULL);
    }
    if (how == MAIN_LEAVES) {
        HD_TRY(hd_sleep(HD_MS(20)));
        expect();
        return HD_OK;
    }
    if (how == OTHERS_SPIN) {
        (void)hd_task_spawn(spin, NULL);
    }
    for (int i = 0; i < TASKS; i++) {
        (void)hd_await(tasks[i]);
    }
    return hd_sleep(HD_FOREVER); /* ends deadlocked, if in nothing else */
}

/* ---- the oracle ---- */

static unsigned rings_expected, left_expected;
static bool stuck_expected[TASKS];

/* Whom a task waits for, while nothing but he can help. */
static int
next_of(int task)
{
    return wants[task] == NOBODY || limited[task] ? NOBODY : owner[wants[task]];
}

/* Does walking on from here ever end? Then it is not stuck. */
static bool
walks_for_ever(int task)
{
    for (int steps = 0; steps <= TASKS; steps++) {
        task = next_of(task);
        if (task == NOBODY || ended[task]) {
            return false;
        }
    }
    return true;
}

/* Is it the first of a ring? */
static bool
begins_ring(int task)
{
    int at = task;
    for (int steps = 0; steps < TASKS; steps++) {
        at = next_of(at);
        if (at == NOBODY || at < task) {
            return false;
        }
        if (at == task) {
            return true;
        }
    }
    return false;
}

static void
expect(void)
{
    rings_expected = left_expected = 0;
    for (int i = 0; i < TASKS; i++) {
        stuck_expected[i] = walks_for_ever(i);
        rings_expected += begins_ring(i);
        left_expected += !ended[i] && !stuck_expected[i];
    }
}

/* ---- both ---- */

static void
set_up(uint32_t seed)
{
    for (int i = 0; i < LOCKS; i++) {
        hd_lock_init(&locks[i]);
        owner[i] = NOBODY;
    }
    for (int i = 0; i < TASKS; i++) {
        dice[i] = seed * 2654435761u + (uint32_t)i * 40503u;
        wants[i] = NOBODY;
        ended[i] = limited[i] = false;
    }
}

static void
run(uint32_t seed, enum how_it_ends how)
{
    struct hd_rules rules = HD_RULES_DEFAULT;
    const struct hd_strategy *strategy = &hd_strategy_random;
    const struct hd_run run = {.number = 1, .seed = seed};
    rules.idle_turns_max = rules.yield_turns_max = 50;
    void *self = calloc(1, strategy->bytes + 1);
    assert_non_null(self);
    if (strategy->init != NULL) {
        assert_true(strategy->init(self, "", seed));
    }
    assert_true(strategy->begin == NULL || strategy->begin(self, &run));
    set_up(seed);
    sim_explore(live, &how, &rules, strategy, self);
    free(self);
    if (how != MAIN_LEAVES) {
        expect();
    }
}

static unsigned
count_kind(const char *kind)
{
    unsigned count = 0;
    for (uint32_t i = 0; i < found.count; i++) {
        count += strcmp(found.items[i].kind, kind) == 0;
    }
    return count;
}

/* Returns how many rings there were. */
static unsigned
check(uint32_t seed, enum how_it_ends how)
{
    run(seed, how);
    judge(0);
    const unsigned deadlocks = count_kind("deadlock");
    const unsigned others = found.count - deadlocks;
    const bool at_rest = how == MAIN_AWAITS && rings_expected == 0;
    if (deadlocks != rings_expected + at_rest) {
        fail_msg("seed %u, %d: %u deadlocks, %u rings", seed, (int)how,
                 deadlocks, rings_expected);
    }
    if (how == OTHERS_SPIN) {
        assert_int_equal(others, rings_expected == 0);
    } else if (how == MAIN_LEAVES) {
        assert_true(others <= left_expected);
        assert_int_equal(others > 0, left_expected > 0);
        assert_int_equal(others, count_kind("left-early"));
    } else {
        assert_int_equal(others, 0);
    }
    return rings_expected;
}

static void
check_many(enum how_it_ends how)
{
    unsigned rings = 0, most = 0, without = 0;
    for (uint32_t seed = 0; seed < 4000; seed++) {
        const unsigned here = check(seed, how);
        rings += here;
        without += here == 0;
        most = here > most ? here : most;
    }
    assert_true(rings > 100);
    assert_true(without > 100);
    assert_true(most > 1); /* several at once */
}

static void
rings_are_those_of_the_oracle_when_nobody_can_run(void **state)
{
    (void)state;
    check_many(MAIN_AWAITS);
}

static void
rings_are_those_of_the_oracle_when_main_has_left(void **state)
{
    (void)state;
    check_many(MAIN_LEAVES);
}

static void
rings_are_those_of_the_oracle_when_others_spin(void **state)
{
    (void)state;
    check_many(OTHERS_SPIN);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rings_are_those_of_the_oracle_when_nobody_can_run),
        cmocka_unit_test(rings_are_those_of_the_oracle_when_main_has_left),
        cmocka_unit_test(rings_are_those_of_the_oracle_when_others_spin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
