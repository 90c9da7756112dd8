/*
 * One test: its search, or the replay of one schedule. Workers die of what they
 * find; its log is here, and from there on everything is an attempt: a schedule
 * in a process of its own.
 */
#include "explore/explore.h"

#include "explore/checkpoint.h"
#include "explore/discover.h"
#include "explore/oracle.h"
#include "explore/search.h"
#include "explore/sometimes.h"
#include "explore/stop.h"
#include "explore/tally.h"
#include <stdio.h>
#include <stdlib.h>

/* ---- jobs ---- */

/* The settings of a job: those of a shard of the search. */
static struct hd_settings
settings_of(const struct hd_settings *settings, uint32_t job)
{
    struct hd_settings own = *settings;
    if (settings->jobs > 1) {
        own.shards =
            (settings->shards > 1 ? settings->shards : 1) * settings->jobs;
        own.shard = settings->shard * settings->jobs + job;
    }
    return own;
}

static bool
jobs_init(struct hd_explorer *explorer, const struct hd_settings *settings,
          char *error, size_t bytes)
{
    const uint32_t count = settings->jobs > 1 ? settings->jobs : 1;
    snprintf(error, bytes, "out of memory");
    explorer->jobs = calloc(count, sizeof(*explorer->jobs));
    for (uint32_t i = 0; explorer->jobs != NULL && i < count; i++) {
        struct hd_job *job = &explorer->jobs[i];
        const struct hd_settings own = settings_of(settings, i);
        job->explorer = explorer;
        job->shared = hd_shared_create();
        explorer->job_count++;
        if (job->shared == NULL ||
            !hd_plan_init(&job->plan, &own, error, bytes)) {
            return false;
        }
        if (settings->coverage !=
            HD_COVERAGE_NONE) { /* without memory it does without */
            job->shared->coverage = hd_coverage_create();
        }
    }
    if (explorer->jobs == NULL) {
        return false;
    }
    explorer->plan = &explorer->jobs[0].plan;
    explorer->shared = explorer->jobs[0].shared;
    return true;
}

static bool
explorer_init(struct hd_explorer *explorer, const struct hd_settings *settings,
              const struct hd_test *test, char *error, size_t bytes)
{
    explorer->settings = settings;
    explorer->test = test;
    explorer->start_ms = hd_supervise_now_ms();
    explorer->as_found = *settings;
    explorer->as_found.pass_output = false;
    explorer->attempt = (struct hd_attempt){
        .settings = &explorer->as_found,
        .test = test,
        .probe = hd_shared_create(),
    };
    explorer->serials = hd_shared_map(sizeof(*explorer->serials));
    if (explorer->attempt.probe == NULL || !hd_sometimes_begin()) {
        snprintf(error, bytes, "out of memory");
        return false;
    }
    hd_supervise_begin();
    return true;
}

static void
explorer_finish(struct hd_explorer *explorer)
{
    for (uint32_t i = 0; i < explorer->job_count; i++) {
        hd_plan_finish(&explorer->jobs[i].plan);
        hd_shared_destroy(explorer->jobs[i].shared);
    }
    free(explorer->jobs);
    hd_shared_destroy(explorer->attempt.probe);
    hd_shared_unmap(explorer->serials, sizeof(*explorer->serials));
}

/* ---- the search ---- */

static void
note_verdict(const struct hd_explorer *explorer, uint64_t deadline_ms)
{
    struct hd_part parts[HD_SHIFTS_MAX];
    struct hd_verdict *verdict = explorer->verdict;
    const uint64_t now_ms = hd_supervise_now_ms();
    for (uint32_t i = 0; i < explorer->job_count; i++) {
        parts[i] = (struct hd_part){.plan = &explorer->jobs[i].plan,
                                    .shared = explorer->jobs[i].shared};
    }
    hd_tally(verdict, explorer->settings, parts, explorer->job_count,
             explorer->settings->shards <= 1);
    verdict->elapsed_ms = explorer->earlier_ms + now_ms - explorer->start_ms;
    verdict->interrupted = hd_supervise_interrupted() != 0;
    verdict->out_of_time = deadline_ms != 0 && now_ms >= deadline_ms &&
                           !verdict->proved && !verdict->part_done;
}

/* How far it has come, from what the workers write. */
static void
draw(const void *arg)
{
    const struct hd_explorer *explorer = arg;
    struct hd_live live = {
        .test = explorer->test->name,
        .elapsed_ms = hd_supervise_now_ms() - explorer->start_ms,
        .findings = explorer->verdict->finding_count,
    };
    for (uint32_t i = 0; i < explorer->job_count; i++) {
        const struct hd_shared *shared = explorer->jobs[i].shared;
        live.executions += shared->executions;
        if (explorer->job_count == 1 && shared->coverage != NULL) {
            live.distinct = shared->coverage->distinct;
        }
        for (uint32_t arm = 0; arm < explorer->plan->arm_count; arm++) {
            const double explored = shared->arms[arm].explored;
            live.explored = explored > live.explored ? explored : live.explored;
        }
    }
    explorer->settings->live(&live);
}

/* The verdict, and what is to be known of the search another day. */
static void
conclude(struct hd_explorer *explorer, uint64_t deadline_ms)
{
    note_verdict(explorer, deadline_ms);
    hd_checkpoint_save(explorer);
    if (explorer->settings->shards <= 1) { /* else another may know better */
        hd_discover_unmet(explorer);
    }
    hd_sometimes_end();
}

bool
hd_explore_test(const struct hd_settings *settings, const struct hd_test *test,
                hd_discovery_fn *tell, void *context,
                struct hd_verdict *out_verdict, char *error, size_t bytes)
{
    struct hd_explorer explorer = {
        .tell = tell, .context = context, .verdict = out_verdict};
    *out_verdict = (struct hd_verdict){0};
    if (!explorer_init(&explorer, settings, test, error, bytes) ||
        !jobs_init(&explorer, settings, error, bytes) ||
        !hd_checkpoint_load(&explorer, error, bytes)) {
        explorer_finish(&explorer);
        return false;
    }
    const uint64_t deadline_ms =
        settings->time_limit_ms > 0
            ? explorer.start_ms + settings->time_limit_ms
            : 0;
    hd_supervise_tick(settings->live != NULL ? draw : NULL, &explorer);
    const bool searched = hd_search(&explorer, deadline_ms);
    hd_supervise_tick(NULL, NULL);
    if (searched) {
        conclude(&explorer, deadline_ms);
    } else {
        snprintf(error, bytes,
                 "%s is of another program: the fifo run is not what it was",
                 settings->checkpoint->path);
    }
    explorer_finish(&explorer);
    return searched;
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
    hd_oracle_ask(&attempt->probe->oracle, explorer.serials, attempt);
    attempt->probe->serials = explorer.serials;
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
