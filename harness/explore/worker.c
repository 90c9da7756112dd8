#include "explore/worker.h"

#include "base/assert.h"
#include "base/random.h"
#include "detect/detect.h"
#include "explore/globals.h"
#include "explore/signals.h"
#include "strategy/strategy.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
replace_stdout(FILE *stream)
{
    if (stream != NULL) {
        fflush(stdout);
        stdout = stream;
    }
}

/* Each line is seen at once, so that none is lost in a crash. */
static void
pass_output(void)
{
    replace_stdout(fdopen(STDOUT_FILENO, "w"));
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
}

/* stdout goes nowhere, without a system call; whoever writes to 1, too. */
static void
discard_output(void)
{
    const cookie_io_functions_t functions = {.write = swallow};
    replace_stdout(fopencookie(NULL, "w", functions));
    const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (null >= 0) {
        dup2(null, STDOUT_FILENO);
        close(null);
    }
}

bool
hd_worker_begin(struct hd_runner *runner, struct hd_shared *shared,
                const struct hd_settings *settings, const struct hd_test *test)
{
    hd_signals_install(shared);
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
    uint64_t wanted; /* kinds of records that detectors want */
};

static enum hd_outcome
execute(struct worker *worker, const struct hd_phase *phase)
{
    struct hd_shared *shared = worker->shared;
    struct hd_rules rules = worker->settings->rules;
    rules.clock = phase->clock;
    if (shared->globals_restored) {
        hd_globals_restore();
    }
    const bool asked = phase->strategy->pick != NULL;
    return hd_runner_execute(&worker->runner, &rules,
                             asked ? phase->strategy : NULL, phase->self);
}

static bool
begin_run(const struct worker *worker, const struct hd_phase *phase)
{
    const struct hd_shared *shared = worker->shared;
    const struct hd_strategy *strategy = phase->strategy;
    const struct hd_run run = {
        .number = shared->phase_executions,
        .seed = hd_run_seed(phase->seed, shared->phase_executions),
    };
    return strategy->begin == NULL || strategy->begin(phase->self, &run);
}

/* Something is in the log that detectors care for: is any of it new? */
static bool
shows_something_new(const struct worker *worker)
{
    static HD_GLOBAL struct hd_findings findings;
    struct hd_shared *shared = worker->shared;
    hd_runner_judge(shared, worker->settings->ignored, &findings);
    for (uint32_t i = 0; i < findings.count; i++) {
        if (!hd_shared_is_known(shared, findings.items[i].signature)) {
            return true;
        }
    }
    shared->repeats += findings.count > 0;
    return false;
}

/* The first execution of all: the fifo run. Its results are the reference. */
static void
note_first(struct worker *worker, enum hd_outcome outcome)
{
    struct hd_shared *shared = worker->shared;
    if (!shared->globals_restored && hd_globals_changed() != NULL) {
        shared->globals_restored = true;
        snprintf(shared->global_name, sizeof(shared->global_name), "%s",
                 hd_globals_changed());
    }
    if (outcome == HD_OUTCOME_OK && !shared->has_reference) {
        shared->reference = shared->results;
        shared->has_reference = true;
    }
}

/* dfs noticed that the program does not repeat itself. */
static void
note_divergence(struct worker *worker, const struct hd_phase *phase)
{
    if (phase->strategy != &hd_strategy_dfs) {
        return;
    }
    struct hd_dfs *dfs = phase->self;
    if (dfs->diverged) {
        dfs->diverged = false;
        hd_log_text(&worker->shared->log,
                    (struct hd_record){.kind = HD_LOG_UNCONTROLLED},
                    "the same choices led to another set of ready tasks");
    }
}

static void
execute_run(struct worker *worker, const struct hd_phase *phase)
{
    struct hd_shared *shared = worker->shared;
    shared->run = shared->phase_executions;
    const enum hd_outcome outcome = execute(worker, phase);
    const bool first = shared->executions == 0;
    shared->executions++;
    shared->phase_executions++;
    if (phase->strategy->end != NULL) {
        phase->strategy->end(phase->self, &worker->runner.world.ready.view,
                             outcome);
    }
    if (first) {
        note_first(worker, outcome);
    }
    if (outcome == HD_OUTCOME_PRUNED) {
        note_divergence(worker, phase);
    }
    if (__builtin_expect(shared->log.seen & worker->wanted, 0) &&
        shows_something_new(worker)) {
        _exit(HD_WORKER_FOUND);
    }
}

/* One phase of the plan; true when the search is over before the others. */
static void
run_phase(struct worker *worker, const struct hd_phase *phase)
{
    struct hd_shared *shared = worker->shared;
    while (!shared->stop && shared->phase_executions < phase->executions_max &&
           shared->executions < phase->total_max) {
        if (!begin_run(worker, phase)) {
            shared->exhausted[phase->clock] =
                !(phase->strategy == &hd_strategy_dfs &&
                  ((const struct hd_dfs *)phase->self)->cut);
            break;
        }
        execute_run(worker, phase);
    }
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
    for (; shared->phase < plan->count && !shared->stop; shared->phase++) {
        const struct hd_phase *phase = &plan->phases[shared->phase];
        if (!shared->exhausted[phase->clock]) {
            run_phase(&worker, phase);
        }
        if (!shared->stop) {
            shared->phase_executions = 0;
        }
    }
    _exit(HD_WORKER_DONE);
}

void
hd_worker_replay(struct hd_shared *shared, const struct hd_settings *settings,
                 const struct hd_test *test, const struct hd_schedule *schedule)
{
    static HD_GLOBAL struct hd_runner runner;
    static HD_GLOBAL struct hd_findings findings;
    if (!hd_worker_begin(&runner, shared, settings, test)) {
        _exit(HD_WORKER_UNABLE);
    }
    struct hd_replay replay;
    hd_replay_init(&replay, schedule, settings->strict);
    hd_runner_execute(&runner, &settings->rules, &hd_strategy_replay, &replay);
    fflush(stdout);
    shared->drift = replay.drift;
    shared->used = replay.used;
    hd_replay_finish(&replay);
    const uint32_t count =
        hd_runner_judge(shared, settings->ignored, &findings);
    _exit(count > 0 ? HD_WORKER_FOUND : HD_WORKER_DONE);
}
