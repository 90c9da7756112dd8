#include "sim.h"

#include "task/loop.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define RECORDS ((uint64_t)1 << 22)

static struct hd_world world;
static struct hd_log events;

struct main_call {
    hd_fn *fn;
    void *arg;
    int status;
};

static int
main_task(void *arg)
{
    const struct main_call *call = arg;
    hd_world_allow_faults(hd_world_here());
    return call->fn(call->arg);
}

static void
body(void *arg)
{
    struct main_call *call = arg;
    struct hd_loop *loop = hd_loop_create();
    call->status = hd_loop_run_main(loop, main_task, call, 0);
    hd_loop_destroy(loop);
}

struct hd_world *
sim_world(void)
{
    if (events.records == NULL) {
        events.records = calloc(RECORDS, sizeof(*events.records));
        events.mask = RECORDS - 1;
        assert_non_null(events.records);
        assert_true(hd_world_init(&world, &events));
    }
    return &world;
}

static enum hd_outcome
execute(struct main_call *call, const struct hd_rules *rules,
        const struct hd_strategy *strategy, void *self)
{
    const struct hd_execution execution = {
        .body = body,
        .arg = call,
        .rules = rules,
        .strategy = strategy,
        .strategy_self = self,
        .main_is_root = true,
    };
    return hd_world_execute(sim_world(), &execution);
}

int
sim_run(hd_fn *fn, void *arg)
{
    struct main_call call = {.fn = fn, .arg = arg};
    const struct hd_rules rules = HD_RULES_DEFAULT;
    assert_int_equal(execute(&call, &rules, NULL, NULL), HD_OUTCOME_OK);
    return call.status;
}

enum hd_outcome
sim_explore(hd_fn *fn, void *arg, const struct hd_rules *rules,
            const struct hd_strategy *strategy, void *self)
{
    struct main_call call = {.fn = fn, .arg = arg};
    return execute(&call, rules, strategy, self);
}

size_t
sim_count(enum hd_record_kind kind)
{
    size_t count = 0;
    for (uint64_t i = 0; i < events.count && i <= events.mask; i++) {
        const struct hd_record *record = &events.records[i];
        count += record->kind == kind;
        i += hd_record_parts(record);
    }
    return count;
}
