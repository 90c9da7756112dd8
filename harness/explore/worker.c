#include "explore/worker.h"

#include "base/assert.h"
#include "base/random.h"
#include "base/sanitize.h"
#include "detect/detect.h"
#include "explore/divergence.h"
#include "explore/globals.h"
#include "explore/portfolio.h"
#include "explore/recording.h"
#include "explore/signals.h"
#include "explore/sometimes.h"
#include "explore/statistics.h"
#include "strategy/strategy.h"
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef HD_ASAN
/* Declared in sanitizer/allocator_interface.h, which gcc does not bring. */
size_t __sanitizer_get_current_allocated_bytes(void);
#endif

/* A worker is replaced when the program holds so much more than at first. */
#define RENEW_BYTES ((uint64_t)64 << 20)
#define RENEW_EVERY 1024u

/* The number of schedules is estimated from so many random walks at most. */
#define WALKS_MAX 256u

/* ---- the program's own output ---- */

static ssize_t
swallow(void *cookie, const char *data, size_t bytes)
{
    (void)cookie;
    (void)data;
    return (ssize_t)bytes;
}

/* A stream of the worker's own: glibc's setvbuf() is for unused streams. */
static void
replace(FILE **stream, FILE *with)
{
    if (with != NULL) {
        fflush(*stream);
        *stream = with;
    }
}

/* Each line is seen at once, so that none is lost in a crash. */
static void
pass_output(void)
{
    replace(&stdout, fdopen(STDOUT_FILENO, "w"));
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
}

/*
 * What the program prints goes nowhere, without a system call; so does what is
 * written to the descriptors. Ten thousand times the same line help nobody.
 */
static void
discard_output(void)
{
    const cookie_io_functions_t functions = {.write = swallow};
    replace(&stdout, fopencookie(NULL, "w", functions));
    replace(&stderr, fopencookie(NULL, "w", functions));
    const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (null >= 0) {
        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        close(null);
    }
}

bool
hd_worker_begin(struct hd_runner *runner, struct hd_shared *shared,
                const struct hd_settings *settings, const struct hd_test *test)
{
    hd_signals_install(shared, !settings->pass_output);
    if (settings->pass_output) {
        pass_output();
    } else {
        discard_output();
    }
    return hd_runner_init(runner, shared, settings, test) && hd_globals_save();
}

/* ---- one execution after the other ---- */

struct worker {
    struct hd_runner runner;
    struct hd_shared *shared;
    const struct hd_settings *settings;
    struct hd_plan *plan;
    uint64_t wanted;     /* kinds of records that detectors want */
    uint64_t executions; /* of this process */
    uint64_t heap_bytes; /* before the first */
};

/* Of long executions so many are not searched for somebody who starves. */
#define STARVATION_EVERY 8u

/* A plan's first run takes every default, whatever its strategy. */
static bool
is_fair(const struct hd_shared *shared, const struct hd_strategy *strategy)
{
    return shared->executions == 0 ||
           ((strategy->pick == NULL || strategy->wants & HD_STRATEGY_FAIR) &&
            shared->run % STARVATION_EVERY == 0);
}

static enum hd_outcome
execute(struct worker *worker, const struct hd_arm *arm)
{
    struct hd_shared *shared = worker->shared;
    struct hd_rules rules = worker->settings->rules;
    rules.clock = arm->clock;
    if (shared->globals_restored) {
        hd_globals_restore();
    }
    const bool asked = arm->strategy->pick != NULL;
    worker->runner.is_fair = is_fair(shared, arm->strategy);
    worker->runner.traces = shared->coverage != NULL &&
                            (worker->settings->coverage == HD_COVERAGE_ALL ||
                             hd_coverage_looks(shared->executions));
    return hd_runner_execute(&worker->runner, &rules,
                             asked ? arm->strategy : NULL, arm->self);
}

static bool
are_new(struct hd_shared *shared, const struct hd_findings *findings)
{
    for (uint32_t i = 0; i < findings->count; i++) {
        if (!hd_shared_knows(shared, &findings->items[i])) {
            return true;
        }
    }
    shared->repeats += findings->count > 0;
    return false;
}

/* Something is in the log that detectors care for: is it what is wanted? */
static bool
is_wanted(const struct worker *worker)
{
    static HD_GLOBAL struct hd_findings findings;
    struct hd_shared *shared = worker->shared;
    hd_runner_judge(shared, worker->settings->ignored, &findings);
    switch (shared->goal) {
    case HD_GOAL_SIGNATURE:
        return hd_findings_find(&findings, shared->hunted) != NULL;
    case HD_GOAL_PASSES:
        return findings.count == 0 && shared->outcome == HD_OUTCOME_OK;
    default:
        return are_new(shared, &findings);
    }
}

/* ---- what one execution leaves to the next ---- */

/* gcc calls a static variable of a function `name.1`. */
static void
name_global(struct hd_shared *shared, const char *name)
{
    snprintf(shared->global_name, sizeof(shared->global_name), "%.*s",
             (int)(1 + strcspn(name + 1, ".")), name);
}

/*
 * Globals are compared after the first execution and, as long as they have not
 * changed, after the second, fourth, eighth: a schedule may reach code that no
 * other does.
 */
static void
note_globals(struct worker *worker)
{
    struct hd_shared *shared = worker->shared;
    const uint64_t count = ++worker->executions;
    if (shared->globals_restored || (count & (count - 1)) != 0) {
        return;
    }
    const char *name = hd_globals_changed();
    if (name != NULL) {
        shared->globals_restored = true;
        name_global(shared, name);
    }
}

/* Something was found: may an earlier execution's globals be the cause? */
static void
note_leak(const struct worker *worker)
{
    struct hd_shared *shared = worker->shared;
    const char *name = NULL;
    if (!shared->globals_restored && worker->executions > 1) {
        name = hd_globals_changed();
    }
    shared->globals_leaked = name != NULL;
    if (name != NULL) {
        shared->globals_restored = true;
        name_global(shared, name);
    }
}

static uint64_t
heap_bytes(void)
{
#ifdef HD_ASAN
    return __sanitizer_get_current_allocated_bytes();
#else
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
#endif
}

/* What the program never gave back, a fresh worker does not have. */
static void
renew_if_large(const struct worker *worker)
{
    if (worker->executions % RENEW_EVERY == 0 &&
        heap_bytes() > worker->heap_bytes + RENEW_BYTES) {
        _exit(HD_WORKER_RENEW);
    }
}

/* ---- does the program repeat itself? ---- */

static void
log_uncontrolled(struct hd_shared *shared, uint64_t step, const char *text)
{
    shared->diverged = true;
    hd_log_text(&shared->log,
                (struct hd_record){.kind = HD_LOG_UNCONTROLLED,
                                   .subject = (uint32_t)step},
                text);
}

/* Compare the fifo run in the log with that of another process. */
static void
compare_with_pilot(struct hd_shared *shared, const char *named)
{
    struct hd_divergence divergence = {
        .step = 1, .message = "the fifo run is no longer what it was at first"};
    if (!shared->has_pilot ||
        hd_log_digest(&shared->log) == shared->pilot_digest) {
        return;
    }
    if (shared->pilot != NULL) {
        hd_log_diverges(&shared->log, shared->pilot, named, &divergence);
    }
    log_uncontrolled(shared, divergence.step, divergence.message);
}

/* The strategy noticed that the program does not repeat itself. */
static void
note_divergence(struct worker *worker, const struct hd_arm *arm)
{
    char text[160];
    if (arm->strategy->diverged != NULL && arm->strategy->diverged(arm->self)) {
        const uint64_t step = worker->runner.world.ready.view.step;
        snprintf(text, sizeof(text),
                 "after step %llu the same choices led to other tasks being "
                 "ready than before",
                 (unsigned long long)step);
        log_uncontrolled(worker->shared, step, text);
    }
}

/* ---- one execution ---- */

/* The first execution of all, the fifo run: others are compared with it. */
static void
note_first(struct hd_shared *shared, enum hd_outcome outcome)
{
    if (outcome == HD_OUTCOME_OK) {
        shared->reference = shared->results;
        shared->has_reference = true;
    }
    compare_with_pilot(shared, "another process");
}

static void
report_incidents(const struct worker *worker)
{
    const struct hd_shared *shared = worker->shared;
    const bool looks = (shared->log.seen & worker->wanted) != 0 ||
                       shared->goal == HD_GOAL_PASSES;
    if (__builtin_expect(looks, 0) && is_wanted(worker)) {
        note_leak(worker);
        _exit(HD_WORKER_FOUND);
    }
    if (shared->log.seen >> HD_LOG_QUIT & 1) {
        while (waitpid(-1, NULL, WNOHANG) > 0) {
            /* the program has forked: take its children away */
        }
    }
}

/* What statistics want to know of an execution. */
static void
note_outcome(struct worker *worker, const struct hd_arm *arm,
             enum hd_outcome outcome)
{
    struct hd_shared *shared = worker->shared;
    const struct hd_world *world = &worker->runner.world;
    const struct hd_rules *rules = &world->rules;
    const struct hd_ready *ready = &world->ready;
    shared->actors_max =
        ready->births > shared->actors_max ? ready->births : shared->actors_max;
    shared->decisions_max = ready->decisions > shared->decisions_max
                                ? ready->decisions
                                : shared->decisions_max;
    shared->limited += outcome == HD_OUTCOME_LIMIT;
    shared->out_of_jumps +=
        arm->clock == HD_CLOCK_JUMP && world->jumps == rules->jumps_max;
    if (arm->strategy == &hd_strategy_random && shared->walks < WALKS_MAX &&
        rules->order == HD_ORDER_ANY && arm->clock == HD_CLOCK_EXACT &&
        rules->cancels_max + rules->allocs_max == 0 &&
        outcome != HD_OUTCOME_LIMIT) {
        hd_statistics_note_walk(shared);
    }
}

/* Which trace was it? */
static enum hd_novelty
note_trace(const struct worker *worker, enum hd_outcome outcome)
{
    struct hd_shared *shared = worker->shared;
    uint64_t trace;
    if (!worker->runner.traces || outcome == HD_OUTCOME_PRUNED ||
        !hd_tracer_end(&worker->runner.tracer, &trace)) {
        return HD_NOT_LOOKED_AT;
    }
    return hd_coverage_note_trace(shared->coverage, shared->arm, trace)
               ? HD_SEEN_FIRST
               : HD_SEEN_BEFORE;
}

/* The fifo run once more, in this process. Not counted. */
static void
repeat_first(struct worker *worker, const char *named)
{
    struct hd_shared *shared = worker->shared;
    const uint64_t steps = shared->steps;
    const uint64_t decisions = shared->decisions;
    struct hd_arm fifo = worker->plan->arms[0];
    fifo.strategy = hd_strategy_find("fifo", 4);
    if (worker->settings->pass_output || shared->diverged ||
        shared->goal != HD_GOAL_NEW) {
        return;
    }
    execute(worker, &fifo);
    shared->steps = steps;
    shared->decisions = decisions;
    compare_with_pilot(shared, named);
    report_incidents(worker);
}

static void
execute_run(struct worker *worker, const struct hd_arm *arm)
{
    struct hd_shared *shared = worker->shared;
    const bool first = shared->executions == 0;
    const uint64_t steps = shared->steps;
    const enum hd_outcome outcome = execute(worker, arm);
    if (arm->strategy->end != NULL) {
        arm->strategy->end(arm->self, &worker->runner.world.ready.view,
                           outcome);
    }
    note_outcome(worker, arm, outcome);
    hd_portfolio_end(worker->plan, shared, shared->steps - steps,
                     note_trace(worker, outcome));
    note_globals(worker);
    note_divergence(worker, arm);
    if (first && shared->goal == HD_GOAL_NEW) {
        note_first(shared, outcome);
    }
    report_incidents(worker);
    if (first) {
        repeat_first(worker, "the run before it");
    }
    renew_if_large(worker);
}

void
hd_worker_explore(struct hd_shared *shared, const struct hd_settings *settings,
                  const struct hd_test *test, struct hd_plan *plan)
{
    static HD_GLOBAL struct worker worker;
    worker.shared = shared;
    worker.settings = settings;
    worker.plan = plan;
    worker.wanted = hd_detect_mask(settings->ignored);
    if (!hd_worker_begin(&worker.runner, shared, settings, test)) {
        _exit(HD_WORKER_UNABLE);
    }
    worker.heap_bytes = heap_bytes();
    const struct hd_arm *arm = NULL;
    while (!shared->stop && shared->steps < shared->steps_max &&
           (arm = hd_portfolio_begin(plan, shared)) != NULL) {
        execute_run(&worker, arm);
    }
    if (arm == NULL && shared->stage == plan->stage_count &&
        worker.executions > 1) {
        repeat_first(&worker, "the first run");
    }
    _exit(HD_WORKER_DONE);
}

/* ---- one execution, then the end ---- */

static HD_GLOBAL struct hd_runner lone;

/* Exit with what the execution shows. */
HD_NORETURN static void
leave(const struct hd_shared *shared, const struct hd_settings *settings)
{
    static HD_GLOBAL struct hd_findings findings;
    fflush(stdout);
    const uint32_t count =
        hd_runner_judge(shared, settings->ignored, &findings);
    _exit(count > 0 ? HD_WORKER_FOUND : HD_WORKER_DONE);
}

void
hd_worker_replay(struct hd_shared *shared, const struct hd_settings *settings,
                 const struct hd_test *test, const struct hd_schedule *schedule,
                 struct hd_recording *recording)
{
    struct hd_replay replay;
    if (!hd_worker_begin(&lone, shared, settings, test)) {
        _exit(HD_WORKER_UNABLE);
    }
    lone.is_fair = lone.looks = true;
    lone.callers = settings->callers;
    hd_replay_init(&replay, schedule, settings->strict);
    if (recording != NULL) {
        hd_recording_begin(recording, &replay, schedule);
        hd_runner_execute(&lone, &settings->rules, &hd_strategy_recorded,
                          recording);
    } else {
        hd_runner_execute(&lone, &settings->rules, hd_replay_strategy(schedule),
                          &replay);
    }
    shared->drift = replay.drift;
    shared->unmet = hd_replay_unmet(&replay);
    hd_replay_finish(&replay);
    leave(shared, settings);
}

void
hd_worker_serial(struct hd_shared *shared, const struct hd_settings *settings,
                 const struct hd_test *test, const struct hd_serial *order)
{
    static HD_GLOBAL struct hd_serial serial;
    struct hd_rules rules = settings->rules;
    rules.order = HD_ORDER_ANY;
    rules.clock = HD_CLOCK_JUMP;
    rules.points = HD_POINTS_SUSPEND;
    rules.jumps_max = UINT32_MAX;
    serial = *order;
    hd_sometimes_mute();
    lone.looks = true;
    if (!hd_worker_begin(&lone, shared, settings, test)) {
        _exit(HD_WORKER_UNABLE);
    }
    hd_runner_execute(&lone, &rules, &hd_strategy_serial, &serial);
    leave(shared, settings);
}

void
hd_worker_rerun(struct hd_shared *shared, const struct hd_settings *settings,
                const struct hd_test *test, const struct hd_rerun *rerun)
{
    const struct hd_strategy *strategy = rerun->strategy;
    const struct hd_run run = {
        .number = rerun->number,
        .seed = hd_run_seed(hd_plan_seed(rerun->seed, strategy->name),
                            rerun->number),
    };
    if (!hd_worker_begin(&lone, shared, settings, test) ||
        (strategy->begin != NULL && !strategy->begin(rerun->self, &run))) {
        _exit(HD_WORKER_UNABLE);
    }
    lone.is_fair = strategy->wants & HD_STRATEGY_FAIR;
    lone.looks = true;
    const enum hd_outcome outcome =
        hd_runner_execute(&lone, &settings->rules, strategy, rerun->self);
    if (strategy->end != NULL) {
        strategy->end(rerun->self, &lone.world.ready.view, outcome);
    }
    leave(shared, settings);
}
