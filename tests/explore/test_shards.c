/*
 * The shards of a search are together the search: how often each outcome of a
 * program comes up is counted in memory that all workers share.
 */
#include "explore/explore.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TASKS 4u
#define OUTCOMES 44445u /* 1111 to 44444 */

static uint32_t *seen; /* by outcome */
static uint32_t outcome;

static int
note(void *arg)
{
    const uint32_t *number = arg;
    HD_TRY(hd_yield());
    outcome = outcome * 10 + *number;
    return 0;
}

static void
orders(void)
{
    static const uint32_t numbers[TASKS] = {1, 2, 3, 4};
    struct hd_task *tasks[TASKS];
    outcome = 0;
    for (uint32_t i = 0; i < TASKS; i++) {
        tasks[i] = hd_task_spawn(note, (void *)(uintptr_t)&numbers[i]);
    }
    for (uint32_t i = 0; i < TASKS; i++) {
        HD_CHECK(hd_await(tasks[i]) == 0);
    }
    __atomic_add_fetch(&seen[outcome], 1, __ATOMIC_RELAXED);
}

static void
ignore(const struct hd_discovery *discovery, void *context)
{
    (void)discovery;
    (void)context;
}

static struct hd_verdict
explore(const char *strategy, uint64_t schedules, uint32_t shard,
        uint32_t shards)
{
    const struct hd_test test = {.name = "test", .body = orders};
    const struct hd_settings settings = {
        .program = "test_shards",
        .strategy = strategy,
        .seed = 7,
        .schedules = schedules,
        .rules = HD_RULES_DEFAULT,
        .watchdog = HD_WATCHDOG_DEFAULT,
        .shard = shard,
        .shards = shards,
    };
    struct hd_verdict verdict;
    char error[200];
    assert_true(hd_explore_test(&settings, &test, ignore, NULL, &verdict, error,
                                sizeof(error)));
    return verdict;
}

/* Forget the fifo run's outcome: pilots and comparisons run it, too. */
static void
forget_fifo(void)
{
    seen[1234] = 0;
}

static struct hd_verdict
explore_whole(const char *strategy, uint64_t schedules, uint32_t *out_seen)
{
    memset(seen, 0, OUTCOMES * sizeof(*seen));
    const struct hd_verdict verdict = explore(strategy, schedules, 0, 0);
    forget_fifo();
    memcpy(out_seen, seen, OUTCOMES * sizeof(*seen));
    return verdict;
}

static void
shards_are_the_search(const char *strategy, uint64_t schedules)
{
    static uint32_t whole[OUTCOMES];
    const struct hd_verdict all = explore_whole(strategy, schedules, whole);
    assert_int_equal(all.proved, strcmp(strategy, "dfs") == 0);
    for (uint32_t shards = 1; shards <= 7; shards += 2) {
        uint64_t together = 0;
        uint64_t executions = 0;
        memset(seen, 0, OUTCOMES * sizeof(*seen));
        for (uint32_t shard = 0; shard < shards; shard++) {
            const struct hd_verdict part =
                explore(strategy, schedules, shard, shards);
            executions += part.executions;
            together += part.all;
            assert_false(part.proved && shards > 1);
            assert_int_equal(part.part_done, all.proved && shards > 1);
        }
        forget_fifo();
        assert_memory_equal(seen, whole, sizeof(whole));
        assert_int_equal(together, all.all);
        if (!all.proved) {
            assert_int_equal(executions - (shards - 1), all.executions);
        }
    }
}

/* ---- tests ---- */

static void
a_random_search_is_dealt_by_run_numbers(void **state)
{
    (void)state;
    shards_are_the_search("random", 1000);
    shards_are_the_search("random", 3);
}

static void
a_depth_first_search_is_dealt_by_regions(void **state)
{
    (void)state;
    shards_are_the_search("dfs", 100000);
}

static void
run_numbers_of_shards_are_those_of_the_search(void **state)
{
    const struct hd_strategy sampler = {
        .name = "sampler", .profiles = 3, .pick = hd_strategy_random.pick};
    const struct hd_arm arm = {.strategy = &sampler};
    const struct hd_plan plan = {.shard = 1, .shards = 4};
    static const uint64_t numbers[] = {0, 1, 2, 4, 8, 12};
    (void)state;

    for (uint32_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
        assert_int_equal(hd_plan_run(&plan, &arm, i), numbers[i]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_random_search_is_dealt_by_run_numbers),
        cmocka_unit_test(a_depth_first_search_is_dealt_by_regions),
        cmocka_unit_test(run_numbers_of_shards_are_those_of_the_search),
    };
    seen = hd_shared_map(OUTCOMES * sizeof(*seen));
    return seen == NULL ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
