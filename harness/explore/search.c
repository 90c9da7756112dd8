/*
 * Jobs work side by side in rounds. A round is a number of steps for each job,
 * and whatever was found in it is judged when all have ended theirs; what they
 * then learn of each other does not depend on who was faster, so the same
 * search with the same number of jobs makes the same executions and reports the
 * same. Rounds grow, so that little is found late and little time is lost
 * waiting. A job alone needs none.
 */
#include "explore/search.h"

#include "explore/checkpoint.h"
#include "explore/expect.h"
#include "explore/oracle.h"
#include "explore/portfolio.h"
#include "explore/tally.h"
#include "explore/worker.h"

#define DISCOVERIES_MAX 32u
#define HANGS_MAX 10u /* each costs a second or more */
#define ROUND_STEPS_MIN ((uint64_t)1 << 14)
#define ROUND_STEPS_MAX ((uint64_t)1 << 23)

static bool
is_done(const struct hd_job *job)
{
    return hd_part_is_over(
        &(struct hd_part){.plan = &job->plan, .shared = job->shared});
}

/* ---- the fifo run ---- */

static void
count_nothing(struct hd_explorer *explorer)
{
    explorer->shared->executions = 0;
    explorer->shared->arms[0].executions = 0;
    explorer->piloting = false;
}

/* What the pilot has come to is every job's to compare with. */
static void
hand_out_pilot(struct hd_explorer *explorer, uint64_t digest)
{
    const struct hd_shared *probe = explorer->attempt.probe;
    struct hd_oracle oracle;
    hd_oracle_ask(&oracle, explorer->serials, &explorer->attempt);
    for (uint32_t i = 0; i < explorer->job_count; i++) {
        struct hd_shared *shared = explorer->jobs[i].shared;
        shared->oracle = oracle;
        shared->serials = explorer->serials;
        shared->tracks_memory |= probe->tracks_memory;
        shared->has_pilot = true;
        shared->pilot = &probe->log;
        shared->pilot_digest = digest;
        if (shared->executions > 0) { /* resumed: it will not run it again */
            shared->reference = probe->results;
            shared->has_reference = probe->outcome == HD_OUTCOME_OK;
        }
    }
}

/*
 * The fifo run in a process of its own: what the workers' is compared with. If
 * it breaks, it is the first execution of the search. False: it is not what it
 * was when the search began.
 */
static bool
pilot(struct hd_explorer *explorer)
{
    const struct hd_schedule fifo = {0};
    struct hd_shared *shared = explorer->shared;
    struct hd_attempt *attempt = &explorer->attempt;
    explorer->as_found.rules.clock = explorer->plan->arms[0].clock;
    hd_attempt(attempt, &fifo, 0);
    const bool broke = attempt->end == HD_WORKER_BROKEN;
    if (broke && !explorer->resumed) {
        explorer->piloting = true;
        const struct hd_log log = shared->log;
        shared->log = attempt->probe->log;
        attempt->probe->log = log;
        shared->executions++;
        shared->arms[0].executions++;
    }
    if (broke ||
        (attempt->end != HD_WORKER_DONE && attempt->end != HD_WORKER_FOUND)) {
        return !(explorer->resumed && broke && shared->has_pilot);
    }
    const uint64_t digest = hd_log_digest(&attempt->probe->log);
    if (explorer->resumed && !shared->diverged &&
        (!shared->has_pilot || shared->pilot_digest != digest)) {
        return false;
    }
    hand_out_pilot(explorer, digest);
    return true;
}

/* ---- when to end ---- */

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
is_late(uint64_t deadline_ms)
{
    return deadline_ms != 0 && hd_supervise_now_ms() >= deadline_ms;
}

static bool
are_done(const struct hd_explorer *explorer)
{
    for (uint32_t i = 0; i < explorer->job_count; i++) {
        if (!is_done(&explorer->jobs[i])) {
            return false;
        }
    }
    return true;
}

static void
note_hangs(struct hd_explorer *explorer)
{
    uint32_t hangs = 0;
    for (uint32_t i = 0; i < explorer->job_count; i++) {
        hangs += explorer->jobs[i].shared->hangs;
    }
    explorer->verdict->gave_up = hangs >= HANGS_MAX;
}

static bool
is_over(struct hd_explorer *explorer, uint64_t deadline_ms)
{
    note_hangs(explorer);
    return has_enough(explorer) || hd_supervise_interrupted() != 0 ||
           explorer->verdict->gave_up || explorer->verdict->unable ||
           is_late(deadline_ms);
}

/* ---- a round ---- */

static void
work(void *arg)
{
    struct hd_job *job = arg;
    hd_worker_explore(job->shared, job->explorer->settings, job->explorer->test,
                      &job->plan);
}

static bool
shows_known_only(const struct hd_job *job)
{
    static HD_GLOBAL struct hd_findings findings;
    hd_runner_judge(job->shared, job->explorer->settings->ignored, &findings);
    for (uint32_t i = 0; i < findings.count; i++) {
        if (!hd_shared_knows(job->shared, &findings.items[i])) {
            return false;
        }
    }
    return true;
}

/* A worker has ended: does the next one go on at once? */
static bool
goes_on(const struct hd_shift *shift)
{
    struct hd_job *job = shift->arg;
    struct hd_shared *shared = job->shared;
    if (shift->end == HD_WORKER_BROKEN) {
        hd_portfolio_end(&job->plan, shared, shared->log.count, false);
        shared->hangs += shared->log.seen >> HD_LOG_HANG & 1;
        return shared->hangs < HANGS_MAX && shows_known_only(job);
    }
    return shift->end == HD_WORKER_RENEW;
}

/* What one has found the others need not find. */
static void
share_known(struct hd_explorer *explorer, const struct hd_shared *from)
{
    for (uint32_t i = 0; i < explorer->job_count; i++) {
        for (uint32_t k = 0; k < from->known_count; k++) {
            hd_shared_learn(explorer->jobs[i].shared, from->known[k]);
        }
    }
}

static void
judge(struct hd_explorer *explorer, const struct hd_shift *shift)
{
    struct hd_job *job = shift->arg;
    explorer->verdict->unable |= shift->end == HD_WORKER_UNABLE;
    explorer->stopped |= shift->end == HD_WORKER_STOPPED;
    if (shift->end == HD_WORKER_FOUND || shift->end == HD_WORKER_BROKEN) {
        explorer->plan = &job->plan;
        explorer->shared = job->shared;
        hd_discover(explorer);
        share_known(explorer, job->shared);
        explorer->stopped |= hd_supervise_interrupted() != 0;
    }
}

/* steps: of each job, if there are several. */
static void
run_round(struct hd_explorer *explorer, uint64_t steps, uint64_t deadline_ms)
{
    struct hd_shift shifts[HD_SHIFTS_MAX];
    uint32_t count = 0;
    for (uint32_t i = 0; i < explorer->job_count; i++) {
        struct hd_job *job = &explorer->jobs[i];
        if (is_done(job)) {
            continue;
        }
        job->shared->steps_max =
            explorer->job_count > 1 ? job->shared->steps + steps : UINT64_MAX;
        shifts[count++] =
            (struct hd_shift){.shared = job->shared,
                              .watchdog = &explorer->settings->watchdog,
                              .task = work,
                              .again = goes_on,
                              .arg = job};
    }
    hd_supervise_all(shifts, count, deadline_ms);
    for (uint32_t i = 0; i < count; i++) {
        judge(explorer, &shifts[i]);
    }
}

/* ---- the search ---- */

/* The earlier of two deadlines, of which 0 is none. */
static uint64_t
earlier(uint64_t a, uint64_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

bool
hd_search(struct hd_explorer *explorer, uint64_t deadline_ms)
{
    struct hd_verdict *verdict = explorer->verdict;
    uint64_t steps = ROUND_STEPS_MIN;
    if (!pilot(explorer)) {
        return false;
    }
    verdict->unable = explorer->attempt.end == HD_WORKER_UNABLE;
    if (explorer->piloting) {
        hd_discover(explorer);
        share_known(explorer, explorer->shared);
    }
    while (!is_over(explorer, deadline_ms) && !are_done(explorer)) {
        if (explorer->piloting) {
            count_nothing(explorer); /* the workers begin with the same run */
        }
        run_round(explorer, steps,
                  earlier(deadline_ms, hd_checkpoint_due_ms(explorer)));
        steps = steps < ROUND_STEPS_MAX ? 2 * steps : steps;
        hd_checkpoint_keep(explorer);
    }
    verdict->complete = hd_supervise_interrupted() == 0 &&
                        (are_done(explorer) || is_late(deadline_ms));
    return true;
}
