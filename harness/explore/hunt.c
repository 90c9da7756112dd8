/*
 * The worker decides which execution is worth a look (shared->goal), and ends
 * with it. One that breaks its worker is looked at, too, and counts; after a
 * hang, or too many of the others, the hunt is given up.
 */
#include "explore/hunt.h"

#include "explore/attempt.h"
#include "explore/portfolio.h"
#include "explore/worker.h"

#define BREAKS_MAX 20u

struct party {
    const struct hd_hunt *hunt;
    struct hd_plan plan;
    struct hd_shared *shared;
};

static void
explore(void *arg)
{
    struct party *party = arg;
    hd_worker_explore(party->shared, party->hunt->settings, party->hunt->test,
                      &party->plan);
}

static bool
plan_init(struct party *party)
{
    const struct hd_hunt *hunt = party->hunt;
    if (hunt->few == NULL) {
        return hd_plan_init_hunt(&party->plan, hunt->settings,
                                 hunt->schedules_max);
    }
    return hd_plan_init_few(&party->plan, hunt->settings, hunt->few,
                            hunt->schedules_max);
}

static bool
party_init(struct party *party, const struct hd_hunt *hunt)
{
    const struct hd_shared *outer = hunt->outer;
    party->hunt = hunt;
    struct hd_shared *shared = party->shared = hd_shared_create();
    if (shared == NULL || !plan_init(party)) {
        return false;
    }
    shared->goal = hunt->goal;
    shared->hunted = hunt->signature;
    shared->steps_max = hunt->steps_max;
    hd_shared_copy_reference(shared, outer);
    shared->globals_restored = outer->globals_restored;
    return true;
}

static void
party_finish(struct party *party)
{
    hd_plan_finish(&party->plan);
    hd_shared_destroy(party->shared);
}

/* Is the execution in the log what is hunted? */
static bool
is_it(const struct party *party, enum hd_worker_end end)
{
    static HD_GLOBAL struct hd_findings findings;
    if (party->hunt->goal == HD_GOAL_PASSES) {
        return end == HD_WORKER_FOUND;
    }
    hd_runner_judge(party->shared, party->hunt->settings->ignored, &findings);
    return hd_findings_find(&findings, party->hunt->signature) != NULL;
}

static bool
read_schedule(const struct party *party, struct hd_schedule *schedule)
{
    struct hd_names names;
    if (!hd_names_init(&names, &party->shared->log)) {
        return false;
    }
    const bool whole = hd_schedule_read(schedule, &party->shared->log, &names);
    hd_names_finish(&names);
    return whole;
}

/* May it go on after a worker that ended like this? */
static bool
goes_on(struct party *party, enum hd_worker_end end, uint32_t *breaks)
{
    if (end == HD_WORKER_BROKEN) {
        hd_portfolio_end(&party->plan, party->shared, party->shared->log.count,
                         HD_NOT_LOOKED_AT);
        return !(party->shared->log.seen >> HD_LOG_HANG & 1) &&
               ++*breaks < BREAKS_MAX;
    }
    return (end == HD_WORKER_FOUND || end == HD_WORKER_RENEW) &&
           hd_supervise_interrupted() == 0;
}

struct hd_hunted
hd_hunt(const struct hd_hunt *hunt)
{
    struct hd_hunted hunted = {0};
    struct party party = {0};
    uint32_t breaks = 0;
    bool more = party_init(&party, hunt);
    while (more && !hunted.found) {
        const enum hd_worker_end end = hd_supervise(
            party.shared, &hunt->settings->watchdog, explore, &party, 0);
        const bool shown = end == HD_WORKER_FOUND || end == HD_WORKER_BROKEN;
        more = goes_on(&party, end, &breaks);
        hunted.found = shown && is_it(&party, end) &&
                       read_schedule(&party, &hunted.schedule);
        hunted.exhausted = end == HD_WORKER_DONE && !party.shared->diverged &&
                           party.shared->exhausted[hunt->settings->rules.clock];
    }
    if (party.shared != NULL) {
        hunted.schedules = party.shared->executions;
        hunted.steps = party.shared->steps;
    }
    party_finish(&party);
    return hunted;
}
