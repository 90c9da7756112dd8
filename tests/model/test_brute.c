/*
 * Brute force finds the published numbers: the language, the programs and
 * their footprints are what they were published to be.
 */
#include "counts.h"
#include "model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* More are for the suite `long`. */
#define INTERLEAVINGS_AT_FIRST UINT64_C(100000)

static void
check(const struct model_published *row)
{
    struct model model;
    struct model_counts counts;
    model_load(&model, row->name, row->parameter);

    model_brute(&model, UINT64_MAX, &counts);

    assert_int_equal(model.start_count, row->tasks);
    assert_int_equal(counts.steps_max, row->steps);
    assert_int_equal(counts.runs, row->interleavings);
    assert_int_equal(counts.traces, row->traces);
    assert_int_equal(counts.bad, row->bad);
    assert_int_equal(counts.deadlocks, row->deadlocks);
    assert_false(counts.inconsistent);
    model_counts_finish(&counts);
}

static void
brute_force_finds_the_published_counts(void **state)
{
    (void)state;
    for (size_t i = 0; i < model_published_count; i++) {
        if (model_published[i].interleavings <= INTERLEAVINGS_AT_FIRST) {
            check(&model_published[i]);
        }
    }
}

static void
brute_force_finds_the_large_published_counts(void **state)
{
    (void)state;
    for (size_t i = 0; i < model_published_count; i++) {
        if (model_published[i].interleavings > INTERLEAVINGS_AT_FIRST) {
            check(&model_published[i]);
        }
    }
}

int
main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(brute_force_finds_the_published_counts),
    };
    const struct CMUnitTest longer[] = {
        cmocka_unit_test(brute_force_finds_the_large_published_counts),
    };
    if (count > 1 && strcmp(arguments[1], "long") == 0) {
        return cmocka_run_group_tests(longer, NULL, NULL);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
