/*
 * Generated programs: a strategy that claims to visit each trace exactly once
 * is held against brute force.
 */
#include "differ.h"
#include "sleep.h"

#include <setjmp.h>
#include <stdarg.h>
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

int
main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sleep_sets_visit_each_trace_once),
    };
    if (count > 1 && strcmp(arguments[1], "long") == 0) {
        programs_each = 500;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
