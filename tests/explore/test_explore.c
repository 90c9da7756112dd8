/*
 * The explorer called from C: with a watchdog that soon loses patience.
 */
#include "explore/explore.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- programs ---- */

static int order;

static int
note(void *arg)
{
    HD_TRY(hd_yield());
    order = order * 10 + *(const int *)arg;
    return 0;
}

static void
note_twice(void)
{
    int one = 1;
    int two = 2;
    struct hd_task *a = hd_task_spawn(note, &one);
    struct hd_task *b = hd_task_spawn(note, &two);
    HD_CHECK(hd_gather(a, b) == 0);
}

static void
orders(void)
{
    note_twice();
}

static void
spins(void)
{
    for (volatile int i = 0;; i++) {
    }
}

static void
spins_deaf(void)
{
    (void)signal(SIGXCPU, SIG_IGN);
    spins();
}

static void
spins_sometimes(void)
{
    note_twice();
    if (order == 21) {
        spins();
    }
}

static void
blocks(void)
{
    int ends[2];
    char byte;
    if (pipe(ends) == 0) {
        (void)!read(ends[0], &byte, 1);
    }
}

static void
crashes_sometimes(void)
{
    note_twice();
    if (order == 21) {
        abort();
    }
}

/* ---- what came of it ---- */

struct told {
    uint32_t count;
    char kind[32], token[256];
    uint32_t reproduced, replays;
    uint64_t executions, digest;
    size_t deviations_found, deviations_left;
};

static void
remember(const struct hd_discovery *discovery, void *context)
{
    struct told *told = context;
    told->count++;
    strncpy(told->kind, discovery->finding->kind, sizeof(told->kind) - 1);
    told->reproduced = discovery->reproduced;
    told->replays = discovery->replays;
    told->executions = discovery->executions;
    told->digest = discovery->digest;
    told->deviations_found = discovery->deviations_found;
    told->deviations_left = discovery->deviations_left;
}

static struct hd_settings
settings_for(const char *strategy)
{
    return (struct hd_settings){
        .program = "test_explore",
        .strategy = strategy,
        .seed = 1,
        .schedules = 1000,
        .rules = HD_RULES_DEFAULT,
        .watchdog = {.computes_ms_max = 50, .blocked_ms_max = 200},
    };
}

static struct hd_verdict
explore(const struct hd_settings *settings, void (*body)(void),
        struct told *told)
{
    const struct hd_test test = {.name = "test", .body = body};
    struct hd_verdict verdict;
    char error[200];
    *told = (struct told){0};
    assert_true(hd_explore_test(settings, &test, remember, told, &verdict,
                                error, sizeof(error)));
    return verdict;
}

/* ---- tests ---- */

static void
every_schedule_is_counted_once(void **state)
{
    const struct hd_settings settings = settings_for("auto");
    struct told told;
    (void)state;

    const struct hd_verdict verdict = explore(&settings, orders, &told);

    assert_true(verdict.proved);
    assert_int_equal(verdict.all, 20);
    assert_string_equal(verdict.statistics.arms[1].strategy, "dfs");
    assert_int_equal(verdict.statistics.arms[1].executions, 20);
    assert_true(verdict.executions >= 20);
    assert_string_equal(verdict.restored, "order");
    assert_int_equal(told.count, 0);
}

static void
a_step_without_end_is_a_livelock(void **state)
{
    const struct hd_settings settings = settings_for("auto");
    struct told told;
    (void)state;

    const struct hd_verdict verdict = explore(&settings, spins, &told);

    assert_int_equal(verdict.executions, 1);
    assert_string_equal(told.kind, "livelock");
    assert_int_equal(told.reproduced, 3);
    assert_int_equal(told.replays, 3);
}

static void
a_step_that_does_not_listen_is_killed(void **state)
{
    const struct hd_settings settings = settings_for("auto");
    struct told told;
    (void)state;

    (void)explore(&settings, spins_deaf, &told);

    assert_string_equal(told.kind, "livelock");
    assert_int_equal(told.reproduced, 3);
}

static void
a_blocked_step_is_a_timeout(void **state)
{
    const struct hd_settings settings = settings_for("auto");
    struct told told;
    (void)state;

    (void)explore(&settings, blocks, &told);

    assert_string_equal(told.kind, "timeout");
    assert_int_equal(told.reproduced, 2);
    assert_int_equal(told.replays, 2);
}

static void
the_search_goes_on_after_hangs_until_there_are_ten(void **state)
{
    struct hd_settings settings = settings_for("random");
    struct told told;
    (void)state;
    settings.keep_going = true;

    const struct hd_verdict verdict =
        explore(&settings, spins_sometimes, &told);

    assert_int_equal(told.count, 1);
    assert_true(verdict.gave_up);
    assert_true(verdict.executions > 10);
    assert_true(verdict.executions < 1000);
    assert_false(verdict.proved);
}

static void
the_search_goes_on_after_crashes(void **state)
{
    struct hd_settings settings = settings_for("dfs");
    struct told told;
    (void)state;
    settings.keep_going = true;

    const struct hd_verdict verdict =
        explore(&settings, crashes_sometimes, &told);

    assert_int_equal(told.count, 1);
    assert_string_equal(told.kind, "crash");
    assert_int_equal(told.reproduced, 10);
    assert_int_equal(verdict.executions, 20);
}

static void
shrinking_keeps_the_finding_and_is_the_same_twice(void **state)
{
    struct hd_settings settings = settings_for("random");
    struct told whole, first, second;
    (void)state;
    settings.no_shrink = true;
    (void)explore(&settings, crashes_sometimes, &whole);
    settings.no_shrink = false;

    (void)explore(&settings, crashes_sometimes, &first);
    (void)explore(&settings, crashes_sometimes, &second);

    assert_string_equal(whole.kind, "crash");
    assert_string_equal(first.kind, "crash");
    assert_int_equal(first.executions, whole.executions);
    assert_int_equal(first.deviations_found, whole.deviations_left);
    assert_true(first.deviations_left <= 2);
    assert_int_equal(first.digest, second.digest);
}

static void
an_unknown_strategy_is_refused(void **state)
{
    const struct hd_settings settings = settings_for("fast");
    const struct hd_test test = {.name = "test", .body = orders};
    struct told told;
    struct hd_verdict verdict;
    char error[200] = "";
    (void)state;

    assert_false(hd_explore_test(&settings, &test, remember, &told, &verdict,
                                 error, sizeof(error)));

    assert_non_null(strstr(error, "'fast'"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_schedule_is_counted_once),
        cmocka_unit_test(a_step_without_end_is_a_livelock),
        cmocka_unit_test(a_step_that_does_not_listen_is_killed),
        cmocka_unit_test(a_blocked_step_is_a_timeout),
        cmocka_unit_test(the_search_goes_on_after_hangs_until_there_are_ten),
        cmocka_unit_test(the_search_goes_on_after_crashes),
        cmocka_unit_test(shrinking_keeps_the_finding_and_is_the_same_twice),
        cmocka_unit_test(an_unknown_strategy_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
