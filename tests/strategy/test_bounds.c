/*
 * Delay bounding against the published counts: so many schedules, and so many
 * traces, with each number of delays, in two orders.
 */
#include "counts.h"
#include "explore/shared.h"
#include "model.h"
#include "strategy/strategy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* More are for the suite `long`. */
#define SCHEDULES_AT_FIRST UINT64_C(10000)
#define BOUNDS_MAX 256u
#define TRACES_MAX ((size_t)1 << 16)

/*
 * What was reached by each bound, cumulative.
 *
 * to_bad  the lowest bound with a bad schedule, or -1.
 */
struct reached {
    uint64_t schedules[BOUNDS_MAX], traces[BOUNDS_MAX];
    unsigned bounds;
    int to_bad;
    uint64_t hashes[TRACES_MAX];
    size_t hash_count;
};

static struct reached reached;

static void
note_trace(uint64_t hash)
{
    size_t at = 0;
    while (at < reached.hash_count && reached.hashes[at] != hash) {
        at++;
    }
    assert_true(at < TRACES_MAX);
    reached.hashes[at] = hash;
    reached.hash_count += at == reached.hash_count;
}

/* The bound of the last schedule, as the strategy tells it. */
static unsigned
bound_of(const struct hd_strategy *strategy, void *self)
{
    struct hd_progress progress = {0};
    strategy->progress(self, &progress);
    assert_false(progress.cut);
    assert_false(strategy->diverged(self));
    const char *with = strstr(progress.text, "some with ");
    return with != NULL ? (unsigned)strtoul(with + 10, NULL, 10) : 0;
}

static void
explore(const char *name, int32_t parameter, const char *order)
{
    static struct model_result result;
    struct model model;
    const struct hd_strategy *strategy = &hd_strategy_delay;
    const struct model_search search = {.strategy = strategy, .text = order};
    void *self = hd_shared_map(strategy->bytes);
    assert_non_null(self);
    model_load(&model, name, parameter);
    assert_true(strategy->init(self, order, 1));
    memset(&reached, 0, sizeof(reached));
    reached.to_bad = -1;
    for (uint64_t i = 0; model_run(&model, &search, self, i, &result); i++) {
        const unsigned bound = bound_of(strategy, self);
        const bool bad = result.bad || result.outcome == HD_OUTCOME_DEADLOCK;
        assert_in_range(bound, reached.bounds > 0 ? reached.bounds - 1 : 0,
                        reached.bounds);
        note_trace(result.trace);
        reached.bounds = bound + 1;
        reached.schedules[bound] = i + 1;
        reached.traces[bound] = reached.hash_count;
        if (bad && reached.to_bad < 0) {
            reached.to_bad = (int)bound;
        }
    }
    hd_shared_unmap(self, strategy->bytes);
}

static void
check_series(const struct model_series *series, const uint64_t *counts)
{
    assert_in_range(series->count, 1, MODEL_SERIES_MAX);
    for (uint32_t i = 0; i < series->count; i++) {
        assert_in_range(i, 0, reached.bounds - 1);
        assert_int_equal(counts[i], series->values[i]);
    }
    assert_int_equal(counts[reached.bounds - 1], series->total);
}

static void
check_row(const struct model_bounded *row)
{
    explore(row->name, row->parameter, "rr");
    check_series(&row->delays, reached.schedules);
    check_series(&row->delay_traces, reached.traces);
    assert_int_equal(reached.to_bad, row->delays_to_bad);

    explore(row->name, row->parameter, "oldest");
    check_series(&row->oldest_delays, reached.schedules);
}

static void
each_bound_has_the_published_schedules(void **state)
{
    (void)state;
    for (size_t i = 0; i < model_bounded_count; i++) {
        if (model_bounded[i].delays.total <= SCHEDULES_AT_FIRST) {
            check_row(&model_bounded[i]);
        }
    }
}

static void
each_bound_of_the_large_has_the_published_schedules(void **state)
{
    (void)state;
    for (size_t i = 0; i < model_bounded_count; i++) {
        if (model_bounded[i].delays.total > SCHEDULES_AT_FIRST) {
            check_row(&model_bounded[i]);
        }
    }
}

int
main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_bound_has_the_published_schedules),
    };
    const struct CMUnitTest longer[] = {
        cmocka_unit_test(each_bound_of_the_large_has_the_published_schedules),
    };
    if (count > 1 && strcmp(arguments[1], "long") == 0) {
        return cmocka_run_group_tests(longer, NULL, NULL);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
