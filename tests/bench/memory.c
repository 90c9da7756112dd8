/*
 * ./dev bench --memory: what it costs that memory is seen.
 *
 *   memory [--json] [--seconds=S]
 *
 * Time per recorded access, in steps that touch 100 granules: often, and once,
 * when all that is done with a granule at the end of its step is part of it;
 * and executions of P2, instrumented and not: nobody wants to know (random), a
 * search is told of footprints (told), and an observer of granules, too
 * (watched).
 */
#include "seen.h"

#include "base/assert.h"
#include "sim/world.h"
#include "strategy/strategy.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS 5

static struct hd_world world;
static double seconds = 0.1;
static bool json;

static double
cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* ---- who is told ---- */

static void
take_steps(struct hd_observer *observer, const struct hd_ready *ready,
           uint32_t actor, const struct hd_access *accesses, uint32_t count)
{
    (void)observer;
    (void)ready;
    (void)actor;
    (void)accesses;
    (void)count;
}

static void
take_granules(struct hd_observer *observer, const struct hd_ready *ready,
              uint32_t actor, const struct hd_granule *granules, uint32_t count)
{
    (void)observer;
    (void)ready;
    (void)actor;
    (void)granules;
    (void)count;
}

static struct hd_observer told = {.stepped = take_steps};
static struct hd_observer watching = {.stepped = take_steps,
                                      .touched = take_granules};

/* ---- measuring ---- */

struct measured {
    hd_fn *fn;
    void *arg;
    struct hd_observer *observer;
};

static void
body(void *arg)
{
    const struct measured *what = arg;
    const int status = hd_run(what->fn, what->arg);
    HD_ASSERT(status == HD_OK);
}

static void
execute(const struct measured *what, uint64_t number)
{
    struct hd_rules rules = HD_RULES_DEFAULT;
    static uint64_t self[64];
    const struct hd_strategy *strategy = hd_strategy_find("random", 6);
    const struct hd_run run = {.number = number + 1, .seed = number};
    rules.memory = HD_MEMORY_SEEN;
    HD_ASSERT(strategy->bytes <= sizeof(self));
    HD_ASSERT(strategy->begin == NULL || strategy->begin(self, &run));
    const enum hd_outcome outcome =
        hd_world_execute(&world, &(struct hd_execution){
                                     .body = body,
                                     .arg = (void *)(uintptr_t)what,
                                     .rules = &rules,
                                     .strategy = strategy,
                                     .strategy_self = self,
                                     .main_is_root = true,
                                     .observer = what->observer,
                                 });
    HD_ASSERT(outcome == HD_OUTCOME_OK);
}

/* Nanoseconds of one execution. */
static double
measure_once(const struct measured *what)
{
    const double start = cpu_seconds();
    double spent = 0;
    uint64_t count = 0;
    uint64_t batch = 1; /* reading the clock is a system call */
    while (spent < seconds) {
        for (uint64_t i = 0; i < batch; i++) {
            execute(what, count++);
        }
        spent = cpu_seconds() - start;
        batch = spent < seconds / 16 ? batch * 2 : batch;
    }
    return spent / (double)count * 1e9;
}

static int
by_time(const void *a, const void *b)
{
    const double left = *(const double *)a;
    const double right = *(const double *)b;
    return (left > right) - (left < right);
}

/* Medians of two that take turns. */
static void
compare(const struct measured what[2], double out[2])
{
    double rounds[2][ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < 2; i++) {
            rounds[i][round] = measure_once(&what[i]);
        }
    }
    for (int i = 0; i < 2; i++) {
        qsort(rounds[i], ROUNDS, sizeof(double), by_time);
        out[i] = rounds[i][ROUNDS / 2];
    }
}

static void
print(const char *name, double value, const char *unit)
{
    printf(json ? "{\"row\":\"%s\",\"value\":%.3f,\"unit\":\"%s\"}\n"
                : "%-32s %8.2f %s\n",
           name, value, unit);
    fflush(stdout);
}

/* What is not for accesses is the same in both. */
static void
measure_accesses(const char *name, unsigned rounds, struct hd_observer *who)
{
    const struct measured both[2] = {{plain_sweep, &rounds, who},
                                     {seen_sweep, &rounds, who}};
    double ns[2];
    compare(both, ns);
    print(name, (ns[1] - ns[0]) / (SWEEP_STEPS * SWEEP_CELLS * 2.0 * rounds),
          "ns an access");
}

static void
measure_p2(const char *name, struct hd_observer *who)
{
    const struct measured both[2] = {{plain_p2, NULL, who},
                                     {seen_p2, NULL, who}};
    double ns[2];
    char row[64];
    compare(both, ns);
    snprintf(row, sizeof(row), "%s, not instrumented", name);
    print(row, ns[0], "ns an execution");
    snprintf(row, sizeof(row), "%s, instrumented", name);
    print(row, ns[1], "ns an execution");
    snprintf(row, sizeof(row), "%s, of the speed without", name);
    print(row, ns[0] / ns[1], "");
}

int
main(int argc, char **argv)
{
    static struct hd_log events;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            json = true;
        } else if (strncmp(argv[i], "--seconds=", 10) == 0) {
            seconds = atof(argv[i] + 10);
        }
    }
    events.records = calloc(1u << 16, sizeof(*events.records));
    events.mask = (1u << 16) - 1;
    if (events.records == NULL || !hd_world_init(&world, &events)) {
        fputs("memory: out of memory\n", stderr);
        return 2;
    }
    measure_accesses("nobody wants to know", 100, NULL);
    measure_accesses("100 granules, each 200 times", 100, &told);
    measure_accesses("100 granules, each 20 times", 10, &told);
    measure_accesses("100 granules, each twice", 1, &told);
    measure_accesses("the same, handed over", 1, &watching);
    measure_p2("P2, random", NULL);
    measure_p2("P2, told", &told);
    measure_p2("P2, watched", &watching);
    return 0;
}
