/*
 * The language beyond what is published, and how mistakes in it are told.
 */
#include "differ.h"
#include "strategy/strategy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct model_counts
count(const char *text)
{
    static struct model model;
    char error[MODEL_ERROR_BYTES];
    struct model_counts counts;
    if (!model_compile(&model, text, 0, error)) {
        fail_msg("%s", error);
    }
    model_brute(&model, 10000, &counts);
    assert_false(counts.inconsistent || counts.invalid || counts.cut);
    model_counts_finish(&counts);
    return counts;
}

/* ---- mistakes ---- */

static void
check_error(const char *text, const char *expected)
{
    static struct model model;
    char error[MODEL_ERROR_BYTES];

    assert_false(model_compile(&model, text, 0, error));

    assert_string_equal(error, expected);
}

static void
a_mistake_is_told_with_its_line(void **state)
{
    (void)state;

    check_error("T:\n  W x y\n", "line 2: an unknown name before: ");
    check_error("T:\n  W x 1 2\n", "line 2: not understood: 2");
    check_error("T:\n  WW x\n", "line 2: =: x");
    check_error("T:\n  W x 1\n  R x[0] -> a\n",
                "line 3: indexed here and not there: [0] -> a");
    check_error("T:\n  SPAWN p\n", "line 2: a procedure is missing: ");
    check_error("T:\n  if 1:\nT:\n  YIELD\n", "line 3: a body is missing: T:");
    check_error("# nothing\n", "line 1: no tasks: ");
}

/* ---- disabling ---- */

static void
who_is_stopped_has_taken_any_number_of_its_steps(void **state)
{
    (void)state;

    const struct model_counts counts = count("T:\n"
                                             "  W x 1\n"
                                             "  W x 2\n"
                                             "T:\n"
                                             "  STOP 0\n");

    assert_int_equal(counts.traces, 3);
    assert_int_equal(counts.deadlocks, 0);
}

static void
a_cancelled_wait_ends_now_or_when_it_begins(void **state)
{
    (void)state;

    const struct model_counts counts = count("final: v('x') == 0\n"
                                             "T:\n"
                                             "  FGET f\n"
                                             "  W x 1\n"
                                             "T:\n"
                                             "  CANCEL 0\n");

    assert_int_equal(counts.traces, 2);
    assert_int_equal(counts.bad, 0);
    assert_int_equal(counts.deadlocks, 0);
}

static void
who_joins_goes_on_when_the_other_is_stopped(void **state)
{
    (void)state;

    const struct model_counts counts = count("proc p:\n"
                                             "  AWAIT never _ > 0\n"
                                             "T:\n"
                                             "  SPAWN p -> t\n"
                                             "  STOP t\n"
                                             "  JOIN t\n");

    assert_int_equal(counts.traces, 1);
    assert_int_equal(counts.deadlocks, 0);
}

/* ---- time ---- */

#define TIMER_AND_STEP                                                         \
    "proc p:\n"                                                                \
    "  R x -> a\n"                                                             \
    "T:\n"                                                                     \
    "  ARM 1 p -> t\n"                                                         \
    "  W x 1\n"

static void
an_exact_clock_waits_until_nobody_can_step(void **state)
{
    (void)state;

    assert_int_equal(count(TIMER_AND_STEP).traces, 1);
}

static void
a_clock_that_jumps_may_come_first(void **state)
{
    (void)state;

    assert_int_equal(count("clock: jump\n" TIMER_AND_STEP).traces, 2);
}

static void
deadlines_keep_their_order(void **state)
{
    (void)state;

    const struct model_counts counts = count("clock: jump\n"
                                             "final: v('x') == 2\n"
                                             "proc p:\n"
                                             "  W x 1\n"
                                             "proc q:\n"
                                             "  AWAIT x _ > 0\n"
                                             "  W x 2\n"
                                             "T:\n"
                                             "  ARM 2 q -> s\n"
                                             "  ARM 1 p -> t\n");

    assert_int_equal(counts.bad, 0);
    assert_int_equal(counts.deadlocks, 0);
}

static void
a_stopped_timer_never_comes(void **state)
{
    (void)state;

    const struct model_counts exact = count(TIMER_AND_STEP "  STOP t\n");
    const struct model_counts jump =
        count("clock: jump\n" TIMER_AND_STEP "  STOP t\n");

    assert_int_equal(exact.steps_max, 3);
    assert_int_equal(exact.traces, 1);
    /* It does not come; it is due and stopped; it reads early, or late. */
    assert_int_equal(jump.traces, 4);
}

/* ---- values ---- */

static void
every_value_is_a_trace_of_its_own(void **state)
{
    (void)state;

    const struct model_counts counts = count("T:\n"
                                             "  CHOOSE 3 -> a\n"
                                             "  ASSERT a % 2 == 0\n"
                                             "T:\n"
                                             "  YIELD\n");

    assert_int_equal(counts.runs, 6);
    assert_int_equal(counts.traces, 3);
    assert_int_equal(counts.bad, 1);
}

/* ---- steps of more than one access ---- */

static void
what_a_step_touches_may_depend_on_what_it_reads(void **state)
{
    (void)state;

    const struct model_counts counts = count("T:\n"
                                             "  W x 1\n"
                                             "T:\n"
                                             "  WIF x y 2\n"
                                             "T:\n"
                                             "  R y -> a\n");

    /* Who comes before the first writes y, before or after it is read. */
    assert_int_equal(counts.traces, 3);
    assert_int_equal(counts.runs, 6);
}

/* ---- differences are found ---- */

static void
a_search_that_repeats_is_told_by_a_small_program(void **state)
{
    const struct model_search search = {.strategy = &hd_strategy_dfs};
    char text[MODEL_TEXT_BYTES] = "== many\n"
                                  "T:\n"
                                  "  R x -> a\n"
                                  "  if a == 0:\n"
                                  "    W x 1\n"
                                  "T:\n"
                                  "  W y 1\n"
                                  "T:\n"
                                  "  LOCK m\n"
                                  "  UNLOCK m\n";
    (void)state;

    assert_int_equal(model_differ(text, &search).verdict, MODEL_REPEATS);
    model_shrink(text, &search, MODEL_REPEATS);

    assert_string_equal(text, "== many\n"
                              "T:\n"
                              "  W y 1\n"
                              "T:\n"
                              "  LOCK m\n");
}

static struct hd_actor *
pick_the_first(void *self, const struct hd_view *view)
{
    (void)self;
    return view->first;
}

static bool
begin_once(void *self, const struct hd_run *run)
{
    (void)self;
    return run->number == 0;
}

static void
a_search_that_misses_is_told_by_a_small_program(void **state)
{
    static const struct hd_strategy once = {
        .name = "once",
        .abi = HD_STRATEGY_ABI,
        .begin = begin_once,
        .pick = pick_the_first,
    };
    const struct model_search search = {.strategy = &once};
    char text[MODEL_TEXT_BYTES];
    (void)state;
    model_generate(MODEL_KIND_FIFO, 17, text);

    assert_int_equal(model_differ(text, &search).verdict, MODEL_MISSES);
    model_shrink(text, &search, MODEL_MISSES);

    const struct model_counts counts = count(text);
    assert_int_equal(counts.traces, 2);
    assert_true(counts.steps_max <= 3);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mistake_is_told_with_its_line),
        cmocka_unit_test(who_is_stopped_has_taken_any_number_of_its_steps),
        cmocka_unit_test(a_cancelled_wait_ends_now_or_when_it_begins),
        cmocka_unit_test(who_joins_goes_on_when_the_other_is_stopped),
        cmocka_unit_test(an_exact_clock_waits_until_nobody_can_step),
        cmocka_unit_test(a_clock_that_jumps_may_come_first),
        cmocka_unit_test(deadlines_keep_their_order),
        cmocka_unit_test(a_stopped_timer_never_comes),
        cmocka_unit_test(every_value_is_a_trace_of_its_own),
        cmocka_unit_test(what_a_step_touches_may_depend_on_what_it_reads),
        cmocka_unit_test(a_search_that_repeats_is_told_by_a_small_program),
        cmocka_unit_test(a_search_that_misses_is_told_by_a_small_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
