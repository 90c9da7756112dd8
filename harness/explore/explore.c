/*
 * The supervisor's search. Workers explore until they find something or die;
 * whatever it was, its log is here, and from there on everything is an
 * attempt: a schedule in a process of its own.
 */
#include "explore/explore.h"

#include "base/assert.h"
#include "detect/detect.h"
#include "explore/worker.h"
#include <stdio.h>
#include <string.h>

#define REPLAYS 10u
#define DISCOVERIES_MAX 32u

struct explorer {
    const struct hd_settings *settings;
    const struct hd_test *test;
    struct hd_plan plan;
    struct hd_shared *shared;
    struct hd_attempt attempt;
    struct hd_settings as_found; /* with the clock of the finding's phase */
    hd_discovery_fn *tell;
    void *context;
    struct hd_verdict *verdict;
};

static void
explore(void *arg)
{
    struct explorer *explorer = arg;
    hd_worker_explore(explorer->shared, explorer->settings, explorer->test,
                      &explorer->plan);
}

static bool
explorer_init(struct explorer *explorer, const struct hd_settings *settings,
              const struct hd_test *test, char *error, size_t bytes)
{
    explorer->settings = settings;
    explorer->test = test;
    explorer->shared = hd_shared_create();
    explorer->as_found = *settings;
    explorer->as_found.pass_output = false;
    explorer->attempt = (struct hd_attempt){
        .settings = &explorer->as_found,
        .test = test,
        .probe = hd_shared_create(),
    };
    if (explorer->shared == NULL || explorer->attempt.probe == NULL) {
        snprintf(error, bytes, "out of memory");
        return false;
    }
    hd_supervise_begin();
    return true;
}

static void
explorer_finish(struct explorer *explorer)
{
    hd_plan_finish(&explorer->plan);
    hd_shared_destroy(explorer->shared);
    hd_shared_destroy(explorer->attempt.probe);
}

static void
note_kind(struct hd_verdict *verdict, const char *kind)
{
    verdict->finding_count++;
    for (uint32_t i = 0; i < verdict->kind_count; i++) {
        if (strcmp(verdict->kinds[i], kind) == 0) {
            return;
        }
    }
    if (verdict->kind_count < HD_KINDS_MAX) {
        verdict->kinds[verdict->kind_count++] = kind;
    }
}

static struct hd_token
token_of(const struct explorer *explorer)
{
    const struct hd_rules *rules = &explorer->as_found.rules;
    return (struct hd_token){
        .order = (uint8_t)rules->order,
        .clock = (uint8_t)rules->clock,
        .points = (uint8_t)rules->points,
        .print = hd_token_print_of(explorer->settings->program,
                                   explorer->test->name),
    };
}

/* ---- one finding ---- */

/* How often, out of REPLAYS, does the schedule show it? Sets same_trace. */
static uint32_t
confirm(struct explorer *explorer, const struct hd_schedule *schedule,
        uint64_t signature, bool *out_same_trace)
{
    uint32_t reproduced = 0;
    uint64_t trace_hash = 0;
    *out_same_trace = true;
    for (uint32_t i = 0; i < REPLAYS && !hd_supervise_interrupted(); i++) {
        reproduced += hd_attempt(&explorer->attempt, schedule, signature);
        if (i > 0 && explorer->attempt.probe->trace_hash != trace_hash) {
            *out_same_trace = false;
        }
        trace_hash = explorer->attempt.probe->trace_hash;
    }
    return reproduced;
}

/* Tell what the last attempt shows, or, if it does not, what was found. */
static void
tell_last(struct explorer *explorer, struct hd_discovery *discovery,
          struct hd_token *token)
{
    struct hd_names names;
    struct hd_finding finding = *discovery->finding;
    const struct hd_log *log = &explorer->attempt.probe->log;
    if (!hd_names_init(&names, log)) {
        return;
    }
    if (hd_attempt_finding(&explorer->attempt, finding.signature, &finding)) {
        hd_schedule_finish(&token->schedule);
        hd_schedule_read(&token->schedule, log, &names);
    }
    discovery->finding = &finding;
    discovery->log = log;
    discovery->names = &names;
    discovery->token = token;
    discovery->deviations_left = token->schedule.count;
    explorer->tell(discovery, explorer->context);
    hd_names_finish(&names);
}

static void
handle_finding(struct explorer *explorer, const struct hd_finding *finding,
               const struct hd_schedule *schedule)
{
    struct hd_token long_token = token_of(explorer);
    struct hd_token token = token_of(explorer);
    const struct hd_phase *phase =
        &explorer->plan.phases[explorer->shared->phase];
    bool same_trace;
    hd_schedule_copy(&long_token.schedule, schedule);
    hd_schedule_copy(&token.schedule, schedule);
    struct hd_discovery discovery = {
        .settings = &explorer->as_found,
        .test = explorer->test,
        .finding = finding,
        .long_token = &long_token,
        .strategy = phase->strategy->name,
        .run = explorer->shared->run,
        .executions = explorer->shared->executions,
        .replays = REPLAYS,
        .deviations_found = schedule->count,
    };
    discovery.reproduced =
        confirm(explorer, schedule, finding->signature, &same_trace);
    note_kind(explorer->verdict, finding->kind);
    if (discovery.reproduced < REPLAYS || !same_trace) {
        note_kind(explorer->verdict, "uncontrolled");
    } else if (!explorer->settings->no_shrink) {
        hd_shrink(&explorer->attempt, &token.schedule, finding->signature);
    }
    hd_attempt(&explorer->attempt, &token.schedule, finding->signature);
    tell_last(explorer, &discovery, &token);
    hd_token_finish(&token);
    hd_token_finish(&long_token);
}

/* Everything new that the worker's last execution shows. */
static void
handle_execution(struct explorer *explorer)
{
    static HD_GLOBAL struct hd_findings findings;
    struct hd_shared *shared = explorer->shared;
    struct hd_names names;
    struct hd_schedule schedule;
    if (!hd_names_init(&names, &shared->log)) {
        return;
    }
    hd_detect(&shared->log, &names, explorer->settings->ignored, &findings);
    hd_schedule_read(&schedule, &shared->log, &names);
    explorer->as_found.rules.clock = explorer->plan.phases[shared->phase].clock;
    explorer->attempt.probe->has_reference = shared->has_reference;
    explorer->attempt.probe->reference = shared->reference;
    explorer->attempt.probe->globals_restored = false;
    for (uint32_t i = 0; i < findings.count; i++) {
        if (!hd_shared_is_known(shared, findings.items[i].signature) &&
            !hd_supervise_interrupted()) {
            hd_shared_learn(shared, findings.items[i].signature);
            handle_finding(explorer, &findings.items[i], &schedule);
        }
    }
    hd_schedule_finish(&schedule);
    hd_names_finish(&names);
}

/* ---- the search ---- */

/* A worker that broke did not count its last execution. */
static void
count_broken(struct hd_shared *shared)
{
    shared->executions++;
    shared->phase_executions++;
}

static void
search(struct explorer *explorer, uint64_t deadline_ms)
{
    struct hd_shared *shared = explorer->shared;
    struct hd_verdict *verdict = explorer->verdict;
    for (;;) {
        const enum hd_worker_end end =
            hd_supervise(shared, explore, explorer, deadline_ms);
        if (end == HD_WORKER_BROKEN) {
            count_broken(shared);
        }
        if (end == HD_WORKER_UNABLE) {
            verdict->unable = true;
        }
        if (end == HD_WORKER_DONE || end == HD_WORKER_UNABLE) {
            break;
        }
        handle_execution(explorer);
        if ((verdict->finding_count > 0 && !explorer->settings->keep_going) ||
            verdict->finding_count >= DISCOVERIES_MAX ||
            hd_supervise_interrupted() ||
            (deadline_ms != 0 && hd_supervise_now_ms() >= deadline_ms)) {
            break;
        }
    }
}

static bool
is_proved(const struct explorer *explorer)
{
    const struct hd_shared *shared = explorer->shared;
    if (explorer->settings->both_clocks) {
        return shared->exhausted[HD_CLOCK_EXACT] &&
               shared->exhausted[HD_CLOCK_JUMP];
    }
    return shared->exhausted[explorer->settings->rules.clock];
}

bool
hd_explore_test(const struct hd_settings *settings, const struct hd_test *test,
                hd_discovery_fn *tell, void *context,
                struct hd_verdict *out_verdict, char *error, size_t bytes)
{
    struct explorer explorer = {
        .tell = tell, .context = context, .verdict = out_verdict};
    *out_verdict = (struct hd_verdict){0};
    if (!hd_plan_init(&explorer.plan, settings, error, bytes) ||
        !explorer_init(&explorer, settings, test, error, bytes)) {
        explorer_finish(&explorer);
        return false;
    }
    const uint64_t start_ms = hd_supervise_now_ms();
    const uint64_t deadline_ms =
        settings->time_limit_ms > 0 ? start_ms + settings->time_limit_ms : 0;
    search(&explorer, deadline_ms);
    const struct hd_shared *shared = explorer.shared;
    out_verdict->executions = shared->executions;
    out_verdict->steps = shared->steps;
    out_verdict->decisions = shared->decisions;
    out_verdict->elapsed_ms = hd_supervise_now_ms() - start_ms;
    out_verdict->proved = is_proved(&explorer);
    out_verdict->interrupted = hd_supervise_interrupted();
    out_verdict->out_of_time =
        deadline_ms != 0 && hd_supervise_now_ms() >= deadline_ms;
    if (shared->globals_restored) {
        snprintf(out_verdict->restored, sizeof(out_verdict->restored), "%s",
                 shared->global_name);
    }
    explorer_finish(&explorer);
    return true;
}

/* ---- replay ---- */

bool
hd_explore_replay(const struct hd_settings *settings,
                  const struct hd_test *test, hd_discovery_fn *tell,
                  void *context, struct hd_verdict *out_verdict,
                  size_t *out_drift, char *error, size_t bytes)
{
    static HD_GLOBAL struct hd_findings findings;
    struct explorer explorer = {
        .tell = tell, .context = context, .verdict = out_verdict};
    *out_verdict = (struct hd_verdict){0};
    if (!explorer_init(&explorer, settings, test, error, bytes)) {
        explorer_finish(&explorer);
        return false;
    }
    /* The fifo run first: its results are what others are compared with. */
    const struct hd_schedule fifo = {0};
    hd_attempt(&explorer.attempt, &fifo, 0);
    explorer.attempt.probe->has_reference = true;
    explorer.attempt.probe->reference = explorer.attempt.probe->results;
    explorer.as_found.pass_output = settings->pass_output;
    hd_attempt(&explorer.attempt, &settings->replay->schedule, 0);
    *out_drift = explorer.attempt.probe->drift;
    out_verdict->executions = 1;
    out_verdict->trace_hash = explorer.attempt.probe->trace_hash;
    hd_runner_judge(explorer.attempt.probe, settings->ignored, &findings);
    for (uint32_t i = 0; i < findings.count; i++) {
        struct hd_token token = token_of(&explorer);
        struct hd_discovery discovery = {
            .settings = settings,
            .test = test,
            .finding = &findings.items[i],
            .long_token = settings->replay,
            .strategy = "replay",
            .executions = 1,
            .reproduced = 1,
            .replays = 1,
            .deviations_found = settings->replay->schedule.count,
        };
        note_kind(out_verdict, findings.items[i].kind);
        hd_schedule_copy(&token.schedule, &settings->replay->schedule);
        tell_last(&explorer, &discovery, &token);
        hd_token_finish(&token);
    }
    explorer_finish(&explorer);
    return true;
}
