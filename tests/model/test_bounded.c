/*
 * Schedules by what they cost and how likely they are, over all interleavings:
 * the published numbers for preemptions, delays and walks mean what we think.
 */
#include "counts.h"
#include "model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COST_MAX 128u
#define TRACES_MAX 256u
/* More are for the suite `long`. */
#define INTERLEAVINGS_AT_FIRST UINT64_C(60000)

/* ---- costs of one step ---- */

/* The previous task could go on, and does not. */
static unsigned
preemption(int previous, uint32_t enabled, unsigned task)
{
    return previous >= 0 && enabled >> previous & 1 &&
           (unsigned)previous != task;
}

/* Who is passed over in the circle from the previous task on. */
static unsigned
round_robin(int previous, uint32_t enabled, unsigned task)
{
    unsigned passed = 0;
    unsigned at = previous < 0 ? 0 : (unsigned)previous;
    for (; at != task; at = (at + 1) % 32) {
        passed += enabled >> at & 1;
    }
    return passed;
}

/* The previous task is the first, then the others by their number. */
static unsigned
oldest_first(int previous, uint32_t enabled, unsigned task)
{
    if (previous < 0 || !(enabled >> previous & 1)) {
        return (unsigned)__builtin_popcount(enabled & ((1u << task) - 1));
    }
    if ((unsigned)previous == task) {
        return 0;
    }
    const uint32_t others = enabled & ~(1u << previous);
    return 1 + (unsigned)__builtin_popcount(others & ((1u << task) - 1));
}

typedef unsigned cost_fn(int previous, uint32_t enabled, unsigned task);

static unsigned
cost_of(const struct model_interleaving *each, cost_fn *cost)
{
    unsigned sum = 0;
    int previous = -1;
    for (uint32_t i = 0; i < each->steps; i++) {
        sum += cost(previous, each->enabled[i], each->tasks[i]);
        previous = each->tasks[i];
    }
    assert_true(sum < COST_MAX);
    return sum;
}

/* ---- sums over all interleavings ---- */

struct sums {
    uint64_t preemptions[COST_MAX], delays[COST_MAX], oldest[COST_MAX];
    int preemptions_to_bad, delays_to_bad;
    uint64_t traces[TRACES_MAX];
    unsigned delays_of_trace[TRACES_MAX], trace_count;
};

static void
lower(int *least, unsigned cost)
{
    if (*least < 0 || (unsigned)*least > cost) {
        *least = (int)cost;
    }
}

static void
note_trace(struct sums *sums, uint64_t trace, unsigned delays)
{
    unsigned i = 0;
    while (i < sums->trace_count && sums->traces[i] != trace) {
        i++;
    }
    if (i == sums->trace_count) {
        assert_true(i < TRACES_MAX);
        sums->traces[sums->trace_count++] = trace;
        sums->delays_of_trace[i] = delays;
    } else if (delays < sums->delays_of_trace[i]) {
        sums->delays_of_trace[i] = delays;
    }
}

static void
visit(const struct model_interleaving *each, void *context)
{
    struct sums *sums = context;
    const unsigned preemptions = cost_of(each, preemption);
    const unsigned delays = cost_of(each, round_robin);
    sums->preemptions[preemptions]++;
    sums->delays[delays]++;
    sums->oldest[cost_of(each, oldest_first)]++;
    note_trace(sums, each->trace, delays);
    if (each->bad || each->deadlock) {
        lower(&sums->preemptions_to_bad, preemptions);
        lower(&sums->delays_to_bad, delays);
    }
}

static void
check_series(const struct model_series *series, const uint64_t *sums)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < COST_MAX; i++) {
        sum += sums[i];
        if (i < series->count) {
            assert_int_equal(sum, series->values[i]);
        }
    }
    assert_int_equal(sum, series->total);
}

static void
check(const struct model_bounded *row, bool large)
{
    static struct model model;
    static struct sums sums;
    struct model_counts counts;
    uint64_t traces[COST_MAX] = {0};
    if ((row->delays.total > INTERLEAVINGS_AT_FIRST) != large) {
        return;
    }
    sums = (struct sums){.preemptions_to_bad = -1, .delays_to_bad = -1};
    model_load(&model, row->name, row->parameter);

    model_brute_visit(&model, UINT64_MAX, &counts, visit, &sums);

    for (unsigned i = 0; i < sums.trace_count; i++) {
        traces[sums.delays_of_trace[i]]++;
    }
    check_series(&row->preemptions, sums.preemptions);
    check_series(&row->delays, sums.delays);
    check_series(&row->delay_traces, traces);
    check_series(&row->oldest_delays, sums.oldest);
    assert_int_equal(sums.preemptions_to_bad, row->preemptions_to_bad);
    assert_int_equal(sums.delays_to_bad, row->delays_to_bad);
    model_counts_finish(&counts);
}

static void
costs_of_interleavings_add_up_to_the_published_series(void **state)
{
    (void)state;
    for (size_t i = 0; i < model_bounded_count; i++) {
        check(&model_bounded[i], false);
    }
}

static void
costs_add_up_for_the_large_too(void **state)
{
    (void)state;
    for (size_t i = 0; i < model_bounded_count; i++) {
        check(&model_bounded[i], true);
    }
}

/* ---- chances ---- */

struct weights {
    double all, bad;         /* of a random walk */
    uint64_t runs, bad_runs; /* of interleavings */
};

static void
weigh(const struct model_interleaving *each, void *context)
{
    struct weights *weights = context;
    double weight = 1;
    for (uint32_t i = 0; i < each->steps; i++) {
        weight /= __builtin_popcount(each->enabled[i]);
    }
    weights->all += weight;
    weights->runs++;
    if (each->bad || each->deadlock) {
        weights->bad += weight;
        weights->bad_runs++;
    }
}

static bool
are_close(double a, double b)
{
    return a - b < 1e-9 && b - a < 1e-9;
}

static void
chances_of_walks_are_the_published_ones(void **state)
{
    static struct model model;
    (void)state;
    for (size_t i = 0; i < model_chances_count; i++) {
        const struct model_chances *row = &model_chances[i];
        struct weights weights = {0};
        struct model_counts counts;
        model_load(&model, row->name, row->parameter);

        model_brute_visit(&model, UINT64_MAX, &counts, weigh, &weights);

        assert_true(are_close(weights.all, 1));
        assert_true(are_close(weights.bad, row->random.value));
        assert_true(are_close((double)weights.bad_runs / (double)weights.runs,
                              row->uniform.value));
        assert_int_equal(counts.steps_max, row->steps);
        model_counts_finish(&counts);
    }
}

int
main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(costs_of_interleavings_add_up_to_the_published_series),
        cmocka_unit_test(chances_of_walks_are_the_published_ones),
    };
    const struct CMUnitTest longer[] = {
        cmocka_unit_test(costs_add_up_for_the_large_too),
    };
    if (count > 1 && strcmp(arguments[1], "long") == 0) {
        return cmocka_run_group_tests(longer, NULL, NULL);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
