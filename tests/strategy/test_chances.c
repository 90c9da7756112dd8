/*
 * Samplers against the published chances that one schedule is bad: as many
 * are as should be, within four standard deviations, with a fixed seed.
 *
 * A wait for a condition touches two objects, which no hint tells: pos is exact
 * there only if its profiling run meets one. With this seed it does.
 */
#include "counts.h"
#include "model.h"
#include "strategy/strategy.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SIGMAS 4.0

static uint64_t runs = 20000;
static unsigned wrong;

/* What part of the runs that are no profiling runs is bad. */
static double
part_bad(const struct model *model, const struct model_search *search)
{
    static struct model_result result;
    const struct hd_strategy *strategy = search->strategy;
    void *self = calloc(1, strategy->bytes);
    uint64_t bad = 0;
    assert_non_null(self);
    assert_true(strategy->init == NULL ||
                strategy->init(self, search->text, search->seed));
    for (uint64_t i = 0; i < strategy->profiles + runs; i++) {
        assert_true(model_run(model, search, self, i, &result));
        bad += i >= strategy->profiles &&
               (result.bad || result.outcome == HD_OUTCOME_DEADLOCK);
    }
    free(self);
    return (double)bad / (double)runs;
}

static void
check(const struct model_chances *row, const struct hd_strategy *strategy,
      const char *text, const struct model_chance *chance)
{
    struct model model;
    const struct model_search search = {
        .strategy = strategy, .text = text, .seed = 1};
    model_load(&model, row->name, row->parameter);

    const double part = part_bad(&model, &search);

    const double own = chance->value * (1 - chance->value) / (double)runs;
    const double others = chance->exact ? 0 : chance->error / 3;
    const double deviation = sqrt(own + others * others);
    if (fabs(part - chance->value) > SIGMAS * deviation + 1e-9) {
        print_message("%s(%d) %s:%s %.4f should be %.4f, %.1f sigma\n",
                      row->name, row->parameter, strategy->name, text, part,
                      chance->value, fabs(part - chance->value) / deviation);
        wrong++;
    }
}

static void
random_is_as_likely_bad_as_published(void **state)
{
    (void)state;
    wrong = 0;
    for (size_t i = 0; i < model_chances_count; i++) {
        check(&model_chances[i], &hd_strategy_random, "",
              &model_chances[i].random);
    }
    assert_int_equal(wrong, 0);
}

static void
check_pct(unsigned depth)
{
    char text[40];
    wrong = 0;
    for (size_t i = 0; i < model_chances_count; i++) {
        const struct model_chances *row = &model_chances[i];
        const struct model_chance *chances[] = {&row->pct1, &row->pct2,
                                                &row->pct3};
        snprintf(text, sizeof(text), "%u,all,steps=%u", depth, row->steps);
        check(row, &hd_strategy_pct, text, chances[depth - 1]);
    }
    assert_int_equal(wrong, 0);
}

static void
pct_of_depth_1_is_as_likely_bad_as_published(void **state)
{
    (void)state;
    check_pct(1);
}

static void
pct_of_depth_2_is_as_likely_bad_as_published(void **state)
{
    (void)state;
    check_pct(2);
}

static void
pct_of_depth_3_is_as_likely_bad_as_published(void **state)
{
    (void)state;
    check_pct(3);
}

static void
pos_is_as_likely_bad_as_published(void **state)
{
    (void)state;
    wrong = 0;
    for (size_t i = 0; i < model_chances_count; i++) {
        check(&model_chances[i], &hd_strategy_pos, "", &model_chances[i].pos);
    }
    assert_int_equal(wrong, 0);
}

/* Urw is uniform where no task ever waits and each takes as many steps. */
static bool
is_straight(const struct model_chances *row)
{
    static const struct {
        const char *name;
        int32_t parameter;
    } straight[] = {{"inc", 2},
                    {"inc", 3},
                    {"reorder_simple", 2},
                    {"wronglock", 1},
                    {"await_lost_update", 2},
                    {"abba_async", 0}};
    for (size_t i = 0; i < sizeof(straight) / sizeof(*straight); i++) {
        if (strcmp(row->name, straight[i].name) == 0 &&
            row->parameter == straight[i].parameter) {
            return true;
        }
    }
    return false;
}

static void
urw_is_uniform_where_its_weights_are_exact(void **state)
{
    unsigned rows = 0;
    (void)state;
    wrong = 0;
    for (size_t i = 0; i < model_chances_count; i++) {
        if (is_straight(&model_chances[i])) {
            rows++;
            check(&model_chances[i], &hd_strategy_surw, "all",
                  &model_chances[i].uniform);
        }
    }
    assert_int_equal(rows, 6);
    assert_int_equal(wrong, 0);
}

int
main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_is_as_likely_bad_as_published),
        cmocka_unit_test(pct_of_depth_1_is_as_likely_bad_as_published),
        cmocka_unit_test(pct_of_depth_2_is_as_likely_bad_as_published),
        cmocka_unit_test(pct_of_depth_3_is_as_likely_bad_as_published),
        cmocka_unit_test(pos_is_as_likely_bad_as_published),
        cmocka_unit_test(urw_is_uniform_where_its_weights_are_exact),
    };
    if (count > 1 && strcmp(arguments[1], "long") == 0) {
        runs = 200000;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
