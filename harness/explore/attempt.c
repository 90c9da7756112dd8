#include "explore/attempt.h"

#include "base/assert.h"
#include "explore/worker.h"

struct call {
    struct hd_attempt *attempt;
    const struct hd_schedule *schedule;
    const struct hd_rerun *rerun;
    const struct hd_serial *order;
};

static void
replay(void *arg)
{
    const struct call *call = arg;
    const struct hd_attempt *attempt = call->attempt;
    if (call->rerun != NULL) {
        hd_worker_rerun(attempt->probe, attempt->settings, attempt->test,
                        call->rerun);
    }
    if (call->order != NULL) {
        hd_worker_serial(attempt->probe, attempt->settings, attempt->test,
                         call->order);
    }
    hd_worker_replay(attempt->probe, attempt->settings, attempt->test,
                     call->schedule, attempt->recording);
}

static void
run(struct call *call)
{
    struct hd_attempt *attempt = call->attempt;
    struct hd_shared *probe = attempt->probe;
    attempt->count++;
    hd_log_clear(&probe->log);
    probe->held.ms = 0;
    probe->outcome = HD_OUTCOME_FAILED;
    probe->drift = probe->unmet = SIZE_MAX;
    attempt->end =
        hd_supervise(probe, &attempt->settings->watchdog, replay, call, 0);
    attempt->records += probe->log.count;
}

bool
hd_attempt(struct hd_attempt *attempt, const struct hd_schedule *schedule,
           uint64_t signature)
{
    struct call call = {.attempt = attempt, .schedule = schedule};
    struct hd_finding finding;
    run(&call);
    if (signature == HD_SHOWS_NOTHING) {
        return attempt->end == HD_WORKER_DONE &&
               attempt->probe->outcome == HD_OUTCOME_OK;
    }
    return hd_attempt_finding(attempt, signature, &finding);
}

/* What a profiling run prints, finds or dies of is no part of the run. */
static void
run_profiles(struct call *call, struct hd_rerun *rerun, uint64_t before)
{
    const struct hd_settings *settings = call->attempt->settings;
    struct hd_settings quiet = *settings;
    quiet.pass_output = false;
    call->attempt->settings = &quiet;
    for (; rerun->number < rerun->strategy->profiles && rerun->number < before;
         rerun->number++) {
        run(call);
    }
    call->attempt->settings = settings;
}

void
hd_attempt_recipe(struct hd_attempt *attempt, const struct hd_token *recipe)
{
    const char *text;
    struct hd_rerun rerun = {
        .strategy = hd_plan_find_strategy(recipe->strategy, &text),
        .seed = recipe->seed,
    };
    struct call call = {.attempt = attempt, .rerun = &rerun};
    const struct hd_strategy *strategy = rerun.strategy;
    if (strategy->bytes > 0) {
        rerun.self = hd_shared_map(strategy->bytes);
    }
    if ((strategy->bytes > 0 && rerun.self == NULL) ||
        (strategy->init != NULL &&
         !strategy->init(rerun.self, text, rerun.seed))) {
        attempt->end = HD_WORKER_UNABLE;
    } else {
        run_profiles(&call, &rerun, recipe->run);
        rerun.number = recipe->run;
        run(&call);
    }
    hd_shared_unmap(rerun.self, strategy->bytes);
}

void
hd_attempt_serial(struct hd_attempt *attempt, const struct hd_serial *order)
{
    struct call call = {.attempt = attempt, .order = order};
    run(&call);
}

bool
hd_attempt_finding(const struct hd_attempt *attempt, uint64_t signature,
                   struct hd_finding *out_finding)
{
    static HD_GLOBAL struct hd_findings findings;
    hd_runner_judge(attempt->probe, attempt->settings->ignored, &findings);
    const struct hd_finding *finding = hd_findings_find(&findings, signature);
    if (finding == NULL) {
        return false;
    }
    *out_finding = *finding;
    return true;
}

bool
hd_attempt_schedule(const struct hd_attempt *attempt,
                    struct hd_schedule *out_schedule)
{
    struct hd_names names;
    if (!hd_names_init(&names, &attempt->probe->log)) {
        return false;
    }
    const bool whole =
        hd_schedule_read(out_schedule, &attempt->probe->log, &names);
    hd_names_finish(&names);
    return whole;
}
