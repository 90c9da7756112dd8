/*
 * An exhaustive arm that expects to be done soon goes on alone: what is proved
 * need not be sampled. Otherwise nobody waits for anybody: what a sampler finds
 * at once is found at once, however long the exhaustive search would take.
 */
#include "explore/portfolio.h"

#include "strategy/strategy.h"

/* One step of an arm that has all shares. */
#define STEP_TIME ((uint64_t)1 << 10)
#define ALL_SHARES 1000u

/* Shares shift after so many executions, and never below this. */
#define WINDOW_EXECUTIONS 200u
#define SHARE_MIN 50u

/* An exhaustive arm is nearly done if it expects so many executions in all. */
#define SOON_EXECUTIONS 30u
#define PROGRESS_ALWAYS 100u /* it is asked after each execution, ... */
#define PROGRESS_EVERY 16u   /* ... then no more often */
#define HEAD_START 4u        /* before that its estimate says little */

static bool
is_complete(const struct hd_shared *shared, uint32_t arm)
{
    return shared->arms[arm].ended && !shared->arms[arm].cut;
}

static bool
may_run(const struct hd_plan *plan, const struct hd_shared *shared,
        uint32_t index)
{
    const struct hd_arm *arm = &plan->arms[index];
    const struct hd_arm_state *state = &shared->arms[index];
    return !state->ended && state->executions < arm->executions_max &&
           (arm->after == 0 || is_complete(shared, arm->after - 1));
}

static bool
is_soon_done(const struct hd_arm *arm, const struct hd_arm_state *state)
{
    return arm->is_exhaustive && state->executions < SOON_EXECUTIONS &&
           (state->executions < HEAD_START ||
            (double)state->executions <= SOON_EXECUTIONS * state->explored);
}

/* Who is next in this stage; the plan's arm_count: nobody. */
static uint32_t
choose(const struct hd_plan *plan, const struct hd_shared *shared)
{
    const struct hd_stage *stage = &plan->stages[shared->stage];
    uint32_t least = plan->arm_count;
    if (shared->executions >= stage->total_max ||
        shared->exhausted[stage->clock]) {
        return least;
    }
    for (uint32_t i = stage->first; i < stage->first + stage->count; i++) {
        if (!may_run(plan, shared, i)) {
            continue;
        }
        if (is_soon_done(&plan->arms[i], &shared->arms[i])) {
            return i;
        }
        if (least == plan->arm_count ||
            shared->arms[i].time < shared->arms[least].time) {
            least = i;
        }
    }
    return least;
}

/* How far it has come, if it can say. */
static void
note_progress(const struct hd_arm *arm, struct hd_arm_state *state)
{
    struct hd_progress progress = {0};
    if (arm->strategy->progress != NULL) {
        arm->strategy->progress(arm->self, &progress);
        state->explored = progress.explored;
        state->pruned = progress.pruned;
        state->cut = progress.cut;
    }
}

/* Nothing is left for it to run. */
static void
note_end(const struct hd_arm *arm, struct hd_shared *shared,
         struct hd_arm_state *state)
{
    note_progress(arm, state);
    state->ended = true;
    if (arm->is_exhaustive && !state->cut) {
        bool *exhausted =
            arm->is_assumed ? shared->exhausted_objects : shared->exhausted;
        exhausted[arm->clock] = true;
    }
}

static bool
begin_run(const struct hd_plan *plan, const struct hd_arm *arm,
          struct hd_shared *shared)
{
    const struct hd_strategy *strategy = arm->strategy;
    const struct hd_run run = {
        .number = shared->run,
        .seed = hd_run_seed(arm->seed, shared->run),
        .shard = plan->shard,
        .shards = plan->shards,
    };
    return strategy->begin == NULL || strategy->begin(arm->self, &run);
}

/* The first time: it need not catch up with those that began before it. */
static void
begin_arm(const struct hd_arm *arm, struct hd_shared *shared,
          struct hd_arm_state *state)
{
    if (state->share == 0) {
        state->share = arm->share;
        state->time =
            arm->after > 0 ? shared->arms[arm->after - 1].time : state->time;
    }
}

const struct hd_arm *
hd_portfolio_begin(const struct hd_plan *plan, struct hd_shared *shared)
{
    for (; shared->stage < plan->stage_count; shared->stage++) {
        uint32_t index;
        while ((index = choose(plan, shared)) < plan->arm_count) {
            const struct hd_arm *arm = &plan->arms[index];
            struct hd_arm_state *state = &shared->arms[index];
            shared->arm = index;
            shared->run = hd_plan_run(plan, arm, state->executions);
            begin_arm(arm, shared, state);
            if (begin_run(plan, arm, shared)) {
                return arm;
            }
            note_end(arm, shared, state);
        }
    }
    shared->arm = 0; /* what is run now is the plan's first run again */
    shared->run = 0;
    return NULL;
}

/*
 * What part of its share an arm keeps whose traces came as often per step as
 * all arms' together, or more or less often: from a half to one and a half.
 */
static uint32_t
shifted(const struct hd_arm *arm, const struct hd_arm_state *state,
        double mean_rate)
{
    const double rate =
        (double)state->window_traces / (double)(state->window_steps + 1);
    const double factor = mean_rate > 0 ? rate / mean_rate : 1;
    const double bounded = factor < 0.5 ? 0.5 : factor > 1.5 ? 1.5 : factor;
    const uint32_t share = (uint32_t)(arm->share * bounded);
    return share > SHARE_MIN ? share : SHARE_MIN;
}

/* The stage's samplers that see more that is new get larger shares. */
static void
shift_shares(const struct hd_plan *plan, struct hd_shared *shared)
{
    const struct hd_stage *stage = &plan->stages[shared->stage];
    uint64_t traces = 0;
    uint64_t steps = 1;
    for (uint32_t i = stage->first; i < stage->first + stage->count; i++) {
        if (!plan->arms[i].is_exhaustive) {
            traces += shared->arms[i].window_traces;
            steps += shared->arms[i].window_steps;
        }
    }
    for (uint32_t i = stage->first; i < stage->first + stage->count; i++) {
        struct hd_arm_state *state = &shared->arms[i];
        if (!plan->arms[i].is_exhaustive && state->share > 0) {
            state->share =
                shifted(&plan->arms[i], state, (double)traces / (double)steps);
        }
        state->window_traces = state->window_steps = 0;
    }
}

/*
 * A search that will be done within its bounds goes on at double speed, and the
 * head start counts half: it is too short to make everybody else catch up.
 */
static uint32_t
present_share(const struct hd_arm *arm, const struct hd_arm_state *state)
{
    const bool ends = arm->is_exhaustive &&
                      (state->executions <= HEAD_START ||
                       (double)state->executions * 2 <=
                           (double)arm->executions_max * state->explored);
    return ends ? state->share * 2 : state->share;
}

void
hd_portfolio_end(const struct hd_plan *plan, struct hd_shared *shared,
                 uint64_t steps, enum hd_novelty novelty)
{
    const struct hd_arm *arm = &plan->arms[shared->arm];
    struct hd_arm_state *state = &shared->arms[shared->arm];
    shared->executions++;
    state->executions++;
    state->steps += steps;
    state->traces += novelty == HD_SEEN_FIRST;
    state->window_traces += novelty == HD_SEEN_FIRST;
    state->window_steps += novelty != HD_NOT_LOOKED_AT ? steps : 0;
    state->time +=
        (steps + 1) * STEP_TIME * ALL_SHARES / present_share(arm, state);
    if (arm->is_exhaustive && (state->executions < PROGRESS_ALWAYS ||
                               state->executions % PROGRESS_EVERY == 0)) {
        note_progress(arm, state);
    }
    if (++shared->window >= WINDOW_EXECUTIONS &&
        shared->stage < plan->stage_count) {
        shared->window = 0;
        shift_shares(plan, shared);
    }
}
