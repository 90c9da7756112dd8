/*
 * ./dev bench: executions per CPU-second of P0 to P6, under each strategy and
 * beside the bare scheduler, measured in turn in one run; medians of several.
 *
 *   bench [--json] [--seconds=S] [--only=ROW] [PROGRAM...]
 *
 * One execution is a fresh loop, the program, teardown, verdict; log on,
 * assertions on, --points=await.
 */
#include "programs.h"

#include "base/assert.h"
#include "detect/detect.h"
#include "explore/plan.h"
#include "explore/shared.h"
#include "explore/tracer.h"
#include "sim/world.h"
#include "strategy/strategy.h"
#include "task/loop.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS 5

struct measure {
    double executions_per_second;
    double decisions, steps;
    uint64_t executions;
};

struct bench {
    struct hd_world world;
    struct hd_shared *shared;
    struct hd_tracer tracer;
    bool traces;      /* the row measures with the tracer beside the strategy */
    double seconds;   /* per round */
    const char *only; /* row, besides the bare one; or NULL */
    bool json;
};

static double
cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void
body(void *arg)
{
    const struct program *program = arg;
    struct hd_loop *loop = hd_loop_create();
    hd_loop_run_main(loop, program->heddle, NULL, 0);
    hd_loop_destroy(loop);
}

/* One execution with its verdict; false when the search is exhausted. */
static bool
execute(struct bench *bench, const struct program *program,
        const struct hd_rules *rules, const struct hd_arm *arm,
        uint64_t run_number, uint64_t wanted)
{
    const struct hd_strategy *strategy = arm->strategy;
    HD_ASSERT(bench->shared != NULL);
    HD_ASSERT(strategy != NULL);
    const struct hd_run run = {
        .number = run_number,
        .seed = hd_run_seed(arm->seed, run_number),
    };
    if (strategy->begin != NULL && !strategy->begin(arm->self, &run)) {
        return false;
    }
    const struct hd_execution execution = {
        .body = body,
        .arg = (void *)(uintptr_t)program,
        .rules = rules,
        .strategy = strategy->pick != NULL ? strategy : NULL,
        .strategy_self = arm->self,
        .main_is_root = true,
        .observer = bench->traces ? hd_tracer_begin(&bench->tracer,
                                                    bench->shared->coverage)
                                  : NULL,
    };
    const enum hd_outcome outcome = hd_world_execute(&bench->world, &execution);
    uint64_t trace;
    if (bench->traces && hd_tracer_end(&bench->tracer, &trace)) {
        hd_coverage_note_trace(bench->shared->coverage, 0, trace);
    }
    const bool wrong = (bench->shared->log.seen & wanted) != 0;
    const bool ends = outcome == HD_OUTCOME_OK || outcome == HD_OUTCOME_PRUNED;
    if ((wrong || !ends) && !program->may_deadlock) {
        fprintf(stderr, "bench: %s went wrong\n", program->name);
        exit(1);
    }
    return true;
}

static int
by_speed(const void *a, const void *b)
{
    const double left = ((const struct measure *)a)->executions_per_second;
    const double right = ((const struct measure *)b)->executions_per_second;
    return (left > right) - (left < right);
}

static struct measure
measure_round(struct bench *bench, const struct program *program,
              struct hd_arm *arm)
{
    struct hd_rules rules = HD_RULES_DEFAULT;
    rules.points = HD_POINTS_AWAIT;
    const uint64_t wanted = hd_detect_mask(0);
    struct measure measure = {0};
    const double start = cpu_seconds();
    double spent = 0;
    int batch = 1; /* reading the clock is a system call */
    while (spent < bench->seconds) {
        for (int i = 0; i < batch; i++) {
            if (!execute(bench, program, &rules, arm, measure.executions,
                         wanted)) {
                hd_shared_unmap(arm->self, arm->strategy->bytes);
                arm->self = hd_shared_map(arm->strategy->bytes);
                continue;
            }
            measure.executions++;
            measure.decisions += (double)bench->world.ready.decisions;
            measure.steps += (double)bench->world.ready.view.step;
        }
        spent = cpu_seconds() - start;
        batch = spent < bench->seconds / 16 ? batch * 2 : batch;
    }
    measure.executions_per_second = (double)measure.executions / spent;
    measure.decisions /= (double)measure.executions;
    measure.steps /= (double)measure.executions;
    return measure;
}

static struct measure
measure_bare_round(const struct bench *bench, const struct program *program)
{
    struct measure measure = {0};
    const double start = cpu_seconds();
    double spent = 0;
    int batch = 1; /* reading the clock is a system call */
    while (spent < bench->seconds) {
        for (int i = 0; i < batch; i++) {
            measure.steps +=
                (double)bare_run(program->bare, NULL, measure.executions++);
        }
        spent = cpu_seconds() - start;
        batch = spent < bench->seconds / 16 ? batch * 2 : batch;
    }
    measure.executions_per_second = (double)measure.executions / spent;
    measure.steps /= (double)measure.executions;
    measure.decisions = measure.steps;
    return measure;
}

static void
print(const struct bench *bench, const char *program, const char *strategy,
      const struct measure *measure, double bare)
{
    const double ns = 1e9 / measure->executions_per_second;
    const double per_decision =
        ns / (measure->decisions > 0 ? measure->decisions : 1);
    if (bench->json) {
        printf("{\"program\":\"%s\",\"strategy\":\"%s\","
               "\"executions_per_second\":%.1f,"
               "\"decisions_per_execution\":%.2f,"
               "\"ns_per_decision\":%.2f,\"executions\":%llu}\n",
               program, strategy, measure->executions_per_second,
               measure->decisions, per_decision,
               (unsigned long long)measure->executions);
        return;
    }
    printf("%-4s %-7s %12.0f /s  %9.1f ns  %8.1f steps %8.1f decisions  "
           "%7.1f ns/step  %5.2f of bare\n",
           program, strategy, measure->executions_per_second, ns,
           measure->steps, measure->decisions, ns / measure->steps,
           measure->executions_per_second / bare);
}

#define ROWS 10
static const struct {
    const char *name, *strategy;
    bool traces;
} rows[ROWS] = {
    {"bare", NULL, false},
    {"fifo", "fifo", false},
    {"random", "random", false},
    {"traced", "random", true}, /* the same, and which trace each one is */
    {"pct", "pct", false},
    {"pos", "pos", false},
    {"surw", "surw", false},
    {"delay", "delay", false},
    {"dfs", "dfs", false},
    {"dpor", "dpor", false}, /* a new search when one is at its end */
};

static bool
is_measured(const struct bench *bench, int row)
{
    return row == 0 || bench->only == NULL ||
           strcmp(bench->only, rows[row].name) == 0;
}

/* Strategies and the bare loop take turns, so that noise hits all alike. */
static void
bench_program(struct bench *bench, const struct program *program)
{
    struct measure rounds[ROWS][ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        rounds[0][round] = measure_bare_round(bench, program);
        for (int s = 1; s < ROWS; s++) {
            if (!is_measured(bench, s)) {
                continue;
            }
            const char *name = rows[s].strategy;
            struct hd_arm arm = {
                .strategy = hd_strategy_find(name, strlen(name)),
                .seed = hd_plan_seed(1, name),
            };
            bench->traces = rows[s].traces;
            if (arm.strategy->bytes > 0) {
                arm.self = hd_shared_map(arm.strategy->bytes);
            }
            rounds[s][round] = measure_round(bench, program, &arm);
            hd_shared_unmap(arm.self, arm.strategy->bytes);
        }
    }
    double bare = 1;
    for (int s = 0; s < ROWS; s++) {
        if (!is_measured(bench, s)) {
            continue;
        }
        qsort(rounds[s], ROUNDS, sizeof(rounds[s][0]), by_speed);
        if (s == 0) {
            bare = rounds[0][ROUNDS / 2].executions_per_second;
        }
        print(bench, program->name, rows[s].name, &rounds[s][ROUNDS / 2], bare);
    }
    fflush(stdout);
}

static bool
is_named(const char *name, int argc, char **argv)
{
    bool any = false;
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] != '-') {
            any = true;
            if (strcmp(argv[i], name) == 0) {
                return true;
            }
        }
    }
    return !any;
}

int
main(int argc, char **argv)
{
    static struct bench bench = {.seconds = 0.1};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            bench.json = true;
        } else if (strncmp(argv[i], "--seconds=", 10) == 0) {
            bench.seconds = atof(argv[i] + 10);
        } else if (strncmp(argv[i], "--only=", 7) == 0) {
            bench.only = argv[i] + 7;
        }
    }
    bench.shared = hd_shared_create();
    if (bench.shared != NULL) {
        bench.shared->coverage = hd_coverage_create();
    }
    if (bench.shared == NULL || bench.shared->coverage == NULL ||
        !hd_world_init(&bench.world, &bench.shared->log)) {
        fputs("bench: out of memory\n", stderr);
        return 2;
    }
    for (unsigned i = 0; i < program_count; i++) {
        if (is_named(programs[i].name, argc, argv)) {
            bench_program(&bench, &programs[i]);
        }
    }
    return 0;
}
