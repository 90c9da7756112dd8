/*
 * Shrinking as the explorer does it: what is left does not depend on what the
 * search happened to find.
 */
#include "explore/explore.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- programs ---- */

#define TASKS 3

/* In plain order each task finds what the one before it has left. */
static int passed, seen;

static int
pass_on(void *arg)
{
    const int number = *(const int *)arg;
    HD_TRY(hd_yield());
    HD_TRY(hd_yield());
    passed = number;
    return 0;
}

static int
look_twice(void *arg)
{
    (void)arg;
    const int before = passed;
    HD_TRY(hd_yield());
    HD_CHECK(before == 0 || passed == before || passed == TASKS);
    return 0;
}

static void
run_tasks(hd_fn *last)
{
    int numbers[TASKS];
    struct hd_future *tasks[TASKS + 1];
    for (int i = 0; i < TASKS; i++) {
        numbers[i] = i + 1;
        tasks[i] = HD_FUTURE(hd_task_spawn(pass_on, &numbers[i]));
    }
    tasks[TASKS] = HD_FUTURE(hd_task_spawn(last, NULL));
    HD_CHECK(hd_gather_array(tasks, TASKS + 1, 0) == 0);
}

static void
is_seen_between(void)
{
    passed = 0;
    run_tasks(look_twice);
}

static int
set_seen(void *arg)
{
    (void)arg;
    HD_TRY(hd_yield());
    seen = passed;
    return 0;
}

static void
overtakes(void)
{
    passed = seen = 0;
    run_tasks(set_seen);
    HD_CHECK(seen != 2);
}

static void
chooses(void)
{
    passed = 0;
    HD_CHECK(hd_choose(1000) < 437);
}

static int
sleep_long(void *arg)
{
    (void)arg;
    return hd_sleep(HD_S(1));
}

static int
swap(void *arg)
{
    HD_TRY(hd_yield());
    passed = passed * 10 + *(const int *)arg;
    return 0;
}

static void
needs_no_jump(void)
{
    int one = 1, two = 2;
    passed = 0;
    struct hd_task *sleeper = hd_task_spawn(sleep_long, NULL);
    struct hd_task *a = hd_task_spawn(swap, &one);
    struct hd_task *b = hd_task_spawn(swap, &two);
    HD_CHECK(hd_gather(sleeper, a, b) == 0);
    HD_CHECK(passed != 21);
}

/* ---- what came of it ---- */

struct told {
    uint32_t count;
    char token[512];
    size_t found, left;
    uint64_t fewer;
};

static void
remember(const struct hd_discovery *discovery, void *context)
{
    struct told *told = context;
    char *token = hd_token_write(discovery->token);
    assert_non_null(token);
    told->count++;
    strncpy(told->token, token, sizeof(told->token) - 1);
    told->found = discovery->deviations_found;
    told->left = discovery->deviations_left;
    told->fewer = discovery->fewer;
    free(token);
}

static struct told
explore(void (*body)(void), const char *strategy, uint64_t seed,
        enum hd_clock clock)
{
    const struct hd_test test = {.name = "test", .body = body};
    struct hd_settings settings = {
        .program = "test_shrink",
        .strategy = strategy,
        .seed = seed,
        .schedules = 5000,
        .rules = HD_RULES_DEFAULT,
        .watchdog = HD_WATCHDOG_DEFAULT,
    };
    struct hd_verdict verdict;
    struct told told = {0};
    char error[200];
    settings.rules.clock = clock;
    assert_true(hd_explore_test(&settings, &test, remember, &told, &verdict,
                                error, sizeof(error)));
    assert_int_equal(told.count, 1);
    return told;
}

/* ---- tests ---- */

static void
what_is_left_is_as_short_whatever_was_found(void **state)
{
    size_t longest = 0;
    (void)state;

    for (uint64_t seed = 1; seed <= 8; seed++) {
        const struct told told =
            explore(overtakes, "random", seed, HD_CLOCK_EXACT);
        assert_int_equal(told.left, 1);
        longest = told.found > longest ? told.found : longest;
    }
    assert_true(longest > 5);
}

/* One with two deviations would have been found among them. */
static void
that_none_with_fewer_shows_it_is_told(void **state)
{
    const uint64_t fewer =
        explore(is_seen_between, "random", 1, HD_CLOCK_EXACT).fewer;
    (void)state;

    assert_true(fewer > 100);
    for (uint64_t seed = 2; seed <= 4; seed++) {
        const struct told told =
            explore(is_seen_between, "random", seed, HD_CLOCK_EXACT);
        assert_int_equal(told.left, 3);
        assert_int_equal(told.fewer, fewer);
        assert_true(told.found > told.left);
    }
}

static void
the_same_search_leaves_the_same(void **state)
{
    const struct told one = explore(overtakes, "random", 7, HD_CLOCK_EXACT);
    const struct told two = explore(overtakes, "random", 7, HD_CLOCK_EXACT);
    (void)state;

    assert_string_equal(one.token, two.token);
    assert_int_equal(one.fewer, two.fewer);
}

static void
a_value_is_as_low_as_it_can_be(void **state)
{
    const struct told told = explore(chooses, "random", 1, HD_CLOCK_EXACT);
    (void)state;

    assert_int_equal(told.left, 1);
    assert_non_null(strstr(told.token, "0~1=437"));
}

/* The default whose place is taken is the last before which it is soon enough:
   up to there the run is the plain one. */
static void
a_switch_comes_as_late_as_it_can(void **state)
{
    const struct told told =
        explore(needs_no_jump, "random", 3, HD_CLOCK_EXACT);
    (void)state;

    assert_int_equal(told.left, 1);
    assert_non_null(strstr(told.token, ":0.2@2=0.3"));
}

static void
what_needs_no_jump_of_the_clock_has_none(void **state)
{
    (void)state;

    for (uint64_t seed = 1; seed <= 5; seed++) {
        const struct told told =
            explore(needs_no_jump, "random", seed, HD_CLOCK_JUMP);
        assert_int_equal(told.left, 1);
        assert_null(strstr(told.token, "clock"));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_left_is_as_short_whatever_was_found),
        cmocka_unit_test(that_none_with_fewer_shows_it_is_told),
        cmocka_unit_test(the_same_search_leaves_the_same),
        cmocka_unit_test(a_value_is_as_low_as_it_can_be),
        cmocka_unit_test(a_switch_comes_as_late_as_it_can),
        cmocka_unit_test(what_needs_no_jump_of_the_clock_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
