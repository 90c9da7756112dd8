/*
 * Generated programs: a strategy that claims to visit each trace exactly once
 * is held against brute force.
 */
#include "differ.h"
#include "sleep.h"
#include "strategy/strategy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Of each kind; some are too large to be counted. */
static uint64_t programs_each = 30;

static void
fail_with(char text[MODEL_TEXT_BYTES], const struct model_search *search,
          enum model_verdict verdict)
{
    model_shrink(text, search, verdict);
    print_message("%s %s:\n%s", search->strategy->name,
                  model_verdict_names[verdict], text);
    fail();
}

/* How many were compared. */
static unsigned
compare(const struct model_search *search, enum model_kind kind)
{
    static char text[MODEL_TEXT_BYTES];
    unsigned compared = 0;
    for (uint64_t seed = 0; seed < programs_each; seed++) {
        model_generate(kind, seed, text);
        const enum model_verdict verdict = model_differ(text, search).verdict;
        if (verdict > MODEL_SKIPPED) {
            fail_with(text, search, verdict);
        }
        compared += verdict == MODEL_AGREES;
    }
    return compared;
}

static void
compare_all(const struct model_search *search)
{
    for (unsigned kind = 0; kind < MODEL_KINDS; kind++) {
        const unsigned compared = compare(search, (enum model_kind)kind);
        assert_true(compared >= programs_each / 3);
    }
}

static void
sleep_sets_visit_each_trace_once(void **state)
{
    const struct model_search search = {.strategy = &model_strategy_sleep};
    (void)state;

    compare_all(&search);
}

static void
dpor_visits_each_trace_once(void **state)
{
    const struct model_search search = {.strategy = &hd_strategy_dpor};
    (void)state;

    compare_all(&search);
}

/* Whoever waits is woken by what is seen, so nothing need be known ahead. */
static void
dpor_needs_no_hints_where_nothing_blocks(void **state)
{
    static const enum model_kind kinds[] = {
        MODEL_KIND_PLAIN, MODEL_KIND_FIFO,   MODEL_KIND_CANCEL,
        MODEL_KIND_STOP,  MODEL_KIND_EXACT,  MODEL_KIND_JUMP,
        MODEL_KIND_SPAWN, MODEL_KIND_VALUES, MODEL_KIND_COROUTINE,
    };
    const struct model_search search = {.strategy = &hd_strategy_dpor,
                                        .hides_hints = true};
    (void)state;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
        assert_true(compare(&search, kinds[i]) >= programs_each / 3);
    }
}

static void
programs_that_once_differed_do_so_no_more(void **state)
{
    static const struct model_search searches[] = {
        {.strategy = &model_strategy_sleep},
        {.strategy = &hd_strategy_dpor},
        {.strategy = &hd_strategy_dpor, .text = "source"},
    };
    char text[MODEL_TEXT_BYTES];
    (void)state;
    for (size_t i = 0; model_found[i] != NULL; i++) {
        for (size_t j = 0; j < 3; j++) {
            snprintf(text, sizeof(text), "%s", model_found[i]);
            const enum model_verdict verdict =
                model_differ(text, &searches[j]).verdict;
            if (verdict != MODEL_AGREES) {
                fail_with(text, &searches[j], verdict);
            }
        }
    }
}

int
main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_that_once_differed_do_so_no_more),
        cmocka_unit_test(sleep_sets_visit_each_trace_once),
        cmocka_unit_test(dpor_visits_each_trace_once),
        cmocka_unit_test(dpor_needs_no_hints_where_nothing_blocks),
    };
    if (count > 1 && strcmp(arguments[1], "long") == 0) {
        programs_each = 500;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
