/*
 * The supervisor's search. Workers explore until they find something or die;
 * whatever it was, its log is here, and from there on everything is an
 * attempt: a schedule in a process of its own.
 */
#include "explore/explore.h"

#include "explore/discover.h"
#include "explore/divergence.h"
#include "explore/expect.h"
#include "explore/oracle.h"
#include "explore/portfolio.h"
#include "explore/sometimes.h"
#include "explore/stop.h"
#include "explore/worker.h"
#include <stdio.h>
#include <string.h>

#define DISCOVERIES_MAX 32u
#define HANGS_MAX 10u /* each costs a second or more */

static void
explore(void *arg)
{
    struct hd_explorer *explorer = arg;
    hd_worker_explore(explorer->shared, explorer->settings, explorer->test,
                      &explorer->plan);
}

static bool
explorer_init(struct hd_explorer *explorer, const struct hd_settings *settings,
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
    if (explorer->shared == NULL || explorer->attempt.probe == NULL ||
        !hd_sometimes_begin()) {
        snprintf(error, bytes, "out of memory");
        return false;
    }
    hd_supervise_begin();
    return true;
}

/* Without memory for it the search does without. */
static void
begin_coverage(struct hd_explorer *explorer)
{
    if (!explorer->settings->no_coverage) {
        explorer->shared->coverage = hd_coverage_create();
    }
}

static void
explorer_finish(struct hd_explorer *explorer)
{
    hd_plan_finish(&explorer->plan);
    hd_shared_destroy(explorer->shared);
    hd_shared_destroy(explorer->attempt.probe);
}

/* ---- the search ---- */

static void
count_nothing(struct hd_explorer *explorer)
{
    explorer->shared->executions = 0;
    explorer->shared->arms[0].executions = 0;
    explorer->piloting = false;
}

/*
 * The fifo run in a process of its own: what the workers' is compared with. If
 * it breaks, it is the first execution of the search.
 */
static enum hd_worker_end
pilot(struct hd_explorer *explorer)
{
    const struct hd_schedule fifo = {0};
    struct hd_shared *shared = explorer->shared;
    struct hd_attempt *attempt = &explorer->attempt;
    explorer->as_found.rules.clock = explorer->plan.arms[0].clock;
    hd_attempt(attempt, &fifo, 0);
    if (attempt->end == HD_WORKER_BROKEN) {
        explorer->piloting = true;
        const struct hd_log log = shared->log;
        shared->log = attempt->probe->log;
        attempt->probe->log = log;
        shared->executions++;
        shared->arms[0].executions++;
    } else {
        hd_oracle_ask(&shared->oracle, attempt);
        shared->has_pilot = true;
        shared->pilot = &attempt->probe->log;
        shared->pilot_digest = hd_log_digest(shared->pilot);
    }
    return attempt->end;
}

/* Is there something unexpected, or everything that is expected? */
static bool
has_enough(const struct hd_explorer *explorer)
{
    const struct hd_verdict *verdict = explorer->verdict;
    const char *kinds = hd_expected(explorer->settings, explorer->test);
    if (verdict->finding_count == 0 || explorer->settings->keep_going) {
        return verdict->finding_count >= DISCOVERIES_MAX;
    }
    return !hd_expected_nothing_else(kinds, verdict) ||
           hd_is_as_expected(kinds, verdict);
}

static bool
is_over(const struct hd_explorer *explorer, uint64_t deadline_ms)
{
    return has_enough(explorer) || hd_supervise_interrupted() != 0 ||
           explorer->verdict->gave_up ||
           (deadline_ms != 0 && hd_supervise_now_ms() >= deadline_ms);
}

static enum hd_worker_end
search_on(struct hd_explorer *explorer, uint64_t deadline_ms)
{
    const enum hd_worker_end end =
        hd_supervise(explorer->shared, &explorer->settings->watchdog, explore,
                     explorer, deadline_ms);
    if (end == HD_WORKER_BROKEN) {
        hd_portfolio_end(&explorer->plan, explorer->shared,
                         explorer->shared->log.count, false);
    }
    return end;
}

static void
search(struct hd_explorer *explorer, uint64_t deadline_ms)
{
    struct hd_shared *shared = explorer->shared;
    struct hd_verdict *verdict = explorer->verdict;
    uint32_t hangs = 0;
    enum hd_worker_end end = pilot(explorer);
    if (end == HD_WORKER_DONE || end == HD_WORKER_FOUND) {
        end = search_on(explorer, deadline_ms);
    }
    while (end != HD_WORKER_DONE && end != HD_WORKER_UNABLE &&
           end != HD_WORKER_STOPPED) {
        if (end != HD_WORKER_RENEW) {
            hangs += shared->log.seen >> HD_LOG_HANG & 1;
            verdict->gave_up = hangs >= HANGS_MAX;
            hd_discover(explorer);
        }
        if (is_over(explorer, deadline_ms)) {
            break;
        }
        if (explorer->piloting) {
            count_nothing(explorer); /* the workers begin with the same run */
        }
        end = search_on(explorer, deadline_ms);
    }
    verdict->unable = end == HD_WORKER_UNABLE;
    verdict->complete =
        end == HD_WORKER_DONE && hd_supervise_interrupted() == 0;
}

static bool
is_proved(const struct hd_explorer *explorer)
{
    const struct hd_shared *shared = explorer->shared;
    if (shared->diverged) {
        return false;
    }
    if (explorer->settings->both_clocks) {
        return shared->exhausted[HD_CLOCK_EXACT] &&
               shared->exhausted[HD_CLOCK_JUMP];
    }
    return shared->exhausted[explorer->settings->rules.clock];
}

/* How many executions the searches took that have seen everything. */
static uint64_t
count_all(const struct hd_explorer *explorer)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < explorer->plan.arm_count; i++) {
        const struct hd_arm_state *state = &explorer->shared->arms[i];
        if (explorer->plan.arms[i].is_exhaustive && state->ended) {
            count += state->executions - state->pruned;
        }
    }
    return count;
}

static void
note_arms(const struct hd_explorer *explorer)
{
    struct hd_verdict *verdict = explorer->verdict;
    verdict->arm_count = explorer->plan.arm_count;
    for (uint32_t i = 0; i < explorer->plan.arm_count; i++) {
        verdict->arms[i] = (struct hd_arm_verdict){
            .strategy = explorer->plan.arms[i].strategy->name,
            .clock = explorer->plan.arms[i].clock,
            .executions = explorer->shared->arms[i].executions,
        };
    }
}

static void
note_verdict(const struct hd_explorer *explorer, uint64_t start_ms,
             uint64_t deadline_ms)
{
    const struct hd_shared *shared = explorer->shared;
    struct hd_verdict *verdict = explorer->verdict;
    const uint64_t now_ms = hd_supervise_now_ms();
    verdict->executions = shared->executions;
    verdict->steps = shared->steps;
    verdict->decisions = shared->decisions;
    verdict->elapsed_ms = now_ms - start_ms;
    const bool is_shard = explorer->settings->shards > 1;
    const bool done = is_proved(explorer);
    verdict->proved = done && !is_shard;
    verdict->part_done = done && is_shard;
    verdict->all = done ? count_all(explorer) : 0;
    verdict->interrupted = hd_supervise_interrupted() != 0;
    verdict->out_of_time = deadline_ms != 0 && now_ms >= deadline_ms && !done;
    note_arms(explorer);
    if (shared->globals_restored) {
        snprintf(verdict->restored, sizeof(verdict->restored), "%s",
                 shared->global_name);
    }
}

bool
hd_explore_test(const struct hd_settings *settings, const struct hd_test *test,
                hd_discovery_fn *tell, void *context,
                struct hd_verdict *out_verdict, char *error, size_t bytes)
{
    struct hd_explorer explorer = {
        .tell = tell, .context = context, .verdict = out_verdict};
    *out_verdict = (struct hd_verdict){0};
    if (!hd_plan_init(&explorer.plan, settings, error, bytes) ||
        !explorer_init(&explorer, settings, test, error, bytes)) {
        explorer_finish(&explorer);
        return false;
    }
    begin_coverage(&explorer);
    const uint64_t start_ms = hd_supervise_now_ms();
    const uint64_t deadline_ms =
        settings->time_limit_ms > 0 ? start_ms + settings->time_limit_ms : 0;
    search(&explorer, deadline_ms);
    note_verdict(&explorer, start_ms, deadline_ms);
    if (settings->shards <= 1) { /* else another shard may know better */
        hd_discover_unmet(&explorer);
    }
    hd_sometimes_end();
    explorer_finish(&explorer);
    return true;
}

/* ---- replay ---- */

static bool
check_recipe(const struct hd_token *token, char *error, size_t bytes)
{
    const char *text;
    if (!token->is_recipe) {
        return true;
    }
    const struct hd_strategy *strategy =
        hd_plan_find_strategy(token->strategy, &text);
    if (strategy != NULL && hd_plan_has_recipe(strategy)) {
        return true;
    }
    snprintf(error, bytes,
             strategy != NULL
                 ? "the runs of strategy '%s' cannot be replayed by number"
                 : "the recipe is for a strategy '%s', and there is none",
             token->strategy);
    return false;
}

bool
hd_explore_replay(const struct hd_settings *settings,
                  const struct hd_test *test, hd_discovery_fn *tell,
                  void *context, struct hd_verdict *out_verdict,
                  struct hd_drift *out_drift, char *error, size_t bytes)
{
    const struct hd_token *token = settings->replay;
    struct hd_explorer explorer = {
        .tell = tell, .context = context, .verdict = out_verdict};
    *out_verdict = (struct hd_verdict){0};
    if (!check_recipe(token, error, bytes) ||
        !explorer_init(&explorer, settings, test, error, bytes)) {
        explorer_finish(&explorer);
        return false;
    }
    /* The fifo run first: its results are what others are compared with. */
    const struct hd_schedule fifo = {0};
    struct hd_attempt *attempt = &explorer.attempt;
    hd_attempt(attempt, &fifo, 0);
    attempt->probe->has_reference = attempt->probe->outcome == HD_OUTCOME_OK;
    attempt->probe->reference = attempt->probe->results;
    hd_oracle_ask(&attempt->probe->oracle, attempt);
    explorer.as_found.pass_output = settings->pass_output;
    explorer.as_found.callers = true;
    if (token->is_recipe) {
        hd_attempt_recipe(attempt, token);
    } else {
        hd_attempt(attempt, &token->schedule, 0);
    }
    *out_drift = (struct hd_drift){.misfit = attempt->probe->drift,
                                   .unmet = attempt->probe->unmet};
    out_verdict->executions = 1;
    out_verdict->unable = attempt->end == HD_WORKER_UNABLE;
    out_verdict->interrupted = attempt->end == HD_WORKER_STOPPED;
    out_verdict->digest = hd_log_digest(&attempt->probe->log);
    hd_discover_replay(&explorer);
    if (settings->stop_at != 0) {
        hd_stop_replay(attempt, settings,
                       settings->stop_at == HD_STOP_AT_FINDING
                           ? out_verdict->step
                           : settings->stop_at);
    }
    explorer_finish(&explorer);
    return true;
}
