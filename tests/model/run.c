/*
 * The machine on the real interface: its tasks are actors of a ready set, and
 * a strategy picks.
 */
#include "base/arena.h"
#include "base/random.h"
#include "base/ready.h"
#include "explore/shared.h"
#include "tally.h"
#include "trace.h"
#include <string.h>

#define RECORDS 4096u

struct world {
    const struct model *model;
    const struct model_search *search;
    struct model_result *result;
    struct hd_log log;
    struct hd_arena arena;
    struct hd_ready ready;
    struct model_state state;
    struct model_trace trace;
    struct hd_actor actors[MODEL_TASKS_MAX];
    struct hd_record records[RECORDS];
};

static struct world world;

/* There are no turns here: when nobody can step, time may pass. */
static bool
turn(struct hd_ready *ready)
{
    (void)ready;
    return false;
}

/* ---- from the machine's state to the ready set ---- */

static void
refresh_hint(unsigned number)
{
    const struct hd_op hint = model_hint(world.model, &world.state, number);
    struct hd_actor *actor = &world.actors[number];
    actor->hint = world.search->hides_hints && hint.kind != HD_OP_LOCK
                      ? (struct hd_op){.kind = hint.kind}
                      : hint;
}

static void
bear_actors(unsigned from, struct hd_actor *parent)
{
    for (unsigned i = from; i < world.state.task_count; i++) {
        struct hd_actor *actor = &world.actors[i];
        actor->ready_at = UINT32_MAX;
        refresh_hint(i); /* it may be born blocked */
        hd_actor_born(&world.ready, actor, parent,
                      (enum hd_actor_kind)world.state.tasks[i].kind);
        HD_ASSERT(actor->path == world.state.tasks[i].path);
    }
}

static uint32_t
rank_of(const struct hd_actor *actor)
{
    return actor->kind == HD_ACTOR_CLOCK ? UINT32_MAX : actor->id;
}

/* Sorted by number, so that the first is the lowest. */
static void
post(struct hd_actor *actor, struct hd_actor *by)
{
    struct hd_ready *ready = &world.ready;
    struct hd_actor *next = ready->fifo.fifo_next;
    while (next != &ready->marker && rank_of(next) < rank_of(actor)) {
        next = next->fifo_next;
    }
    hd_ready_array_add(ready, actor, by);
    hd_ready_link(next, actor);
}

/* Did `number` become enabled by a cause that cannot be otherwise? */
static bool
is_caused(unsigned number, const struct model_effect *effect)
{
    const struct model_task *task = &world.state.tasks[number];
    return effect->woken >> number & 1 ||
           (task->kind != HD_ACTOR_CLOCK && task->status == MODEL_LIVE &&
            world.model->code[task->line].op == MODEL_JOIN);
}

static void
update(unsigned stepped, const struct model_effect *effect)
{
    struct hd_actor *by = &world.actors[stepped];
    for (unsigned i = 0; i < world.state.task_count; i++) {
        refresh_hint(i);
        if (hd_ready_has(&world.ready, &world.actors[i]) &&
            !model_can_step(world.model, &world.state, i)) {
            hd_ready_remove(&world.ready, &world.actors[i], by);
        }
    }
    by->flags = 0;
    for (unsigned i = 0; i < world.state.task_count; i++) {
        struct hd_actor *actor = &world.actors[i];
        const bool can = model_can_step(world.model, &world.state, i);
        const bool woken = effect->woken >> i & 1 &&
                           world.state.tasks[i].status == MODEL_WOKEN;
        if (hd_ready_has(&world.ready, actor) || (!can && !woken)) {
            continue;
        }
        if (actor == by) {
            by->flags = HD_ACTOR_CONTINUES;
        }
        post(actor, is_caused(i, effect) ? by : actor);
        if (!can) { /* signalled, and blocked at once by a mutex */
            hd_ready_remove(&world.ready, actor, by);
        }
    }
}

static void
post_all_that_can_step(void)
{
    for (unsigned i = 0; i < world.state.task_count; i++) {
        refresh_hint(i);
        if (model_can_step(world.model, &world.state, i)) {
            post(&world.actors[i], NULL);
        }
    }
}

/* ---- one execution ---- */

static void
remember(uint32_t choice)
{
    struct model_result *result = world.result;
    HD_ASSERT(result->choice_count < MODEL_SCHEDULE_MAX);
    result->choices[result->choice_count++] = choice;
}

static void
step(struct hd_actor *actor)
{
    const unsigned number = (unsigned)(actor - world.actors);
    const unsigned tasks = world.state.task_count;
    const uint32_t values = model_values(world.model, &world.state, number);
    struct model_moment moment = {.path = actor->path,
                                  .ordinal = actor->steps,
                                  .after = world.state.tasks[number].after};
    struct model_effect effect;
    remember(actor->id);
    if (values > 1) {
        moment.value = (uint32_t)hd_ready_choose(&world.ready, actor,
                                                 HD_VALUE_USER, values);
        remember((uint32_t)moment.value);
    }
    model_step(world.model, &world.state, number, moment.value, &effect);
    for (uint32_t i = 0; world.ready.notes && i < effect.count; i++) {
        const struct hd_access *access = &effect.accesses[i];
        hd_ready_note_at(&world.ready, access->object, access->place,
                         hd_access_how(access->mode, access->flags));
    }
    model_trace_push(&world.trace, moment, effect.accesses, effect.count);
    bear_actors(tasks, actor);
    update(number, &effect);
}

static void
begin(const struct model *model, const struct model_search *search, void *self)
{
    world.model = model;
    world.search = search;
    world.log = (struct hd_log){.mask = RECORDS - 1, .records = world.records};
    hd_arena_reset(&world.arena);
    hd_ready_init(&world.ready, &world.log, &world.arena, turn);
    hd_ready_use(&world.ready, search->strategy, self, true);
    hd_ready_observe(&world.ready, search->observer);
    memset(world.actors, 0, sizeof(world.actors));
    world.trace.count = world.trace.access_count = 0;
    model_begin(model, &world.state);
    bear_actors(0, &world.ready.root);
    post_all_that_can_step();
}

static bool
go_on(void)
{
    uint32_t due;
    if (world.ready.attention ||
        !model_pass_time(world.model, &world.state, &due)) {
        return false;
    }
    post_all_that_can_step();
    return true;
}

static enum hd_outcome
outcome(void)
{
    if (world.ready.attention) {
        return HD_OUTCOME_PRUNED;
    }
    if (model_is_unfinished(&world.state)) {
        return HD_OUTCOME_DEADLOCK;
    }
    return model_is_bad(world.model, &world.state) ? HD_OUTCOME_FAILED
                                                   : HD_OUTCOME_OK;
}

bool
model_run(const struct model *model, const struct model_search *search,
          void *self, uint64_t number, struct model_result *out_result)
{
    const struct hd_strategy *strategy = search->strategy;
    const struct hd_run run = {
        .number = number,
        .seed = hd_mix(hd_mix(search->seed) ^ number),
    };
    if (strategy->begin != NULL && !strategy->begin(self, &run)) {
        return false;
    }
    memset(out_result, 0, sizeof(*out_result));
    world.result = out_result;
    begin(model, search, self);
    do {
        struct hd_actor *actor;
        while ((actor = hd_ready_pick(&world.ready)) != NULL) {
            step(actor);
        }
    } while (go_on());
    out_result->outcome = outcome();
    out_result->bad = model_is_bad(model, &world.state);
    out_result->steps = world.state.steps;
    out_result->trace = model_trace_hash(&world.trace);
    if (world.ready.tells) {
        hd_ready_tell(&world.ready);
    }
    if (strategy->end != NULL) {
        strategy->end(self, &world.ready.view, out_result->outcome);
    }
    return true;
}

void
model_explore(const struct model *model, const struct model_search *search,
              struct model_counts *out_counts)
{
    static struct model_result result;
    const struct hd_strategy *strategy = search->strategy;
    const char *text = search->text != NULL ? search->text : "";
    /* Mapped: what is large and not used costs nothing. */
    void *self = hd_shared_map(strategy->bytes + 1);
    HD_ASSERT(self != NULL);
    memset(out_counts, 0, sizeof(*out_counts));
    HD_ASSERT(strategy->init == NULL ||
              strategy->init(self, text, search->seed));
    while (out_counts->runs < search->runs_max &&
           model_run(model, search, self, out_counts->runs, &result)) {
        out_counts->runs++;
        out_counts->diverged |=
            strategy->diverged != NULL && strategy->diverged(self);
        if (result.outcome == HD_OUTCOME_PRUNED) {
            out_counts->pruned++;
        } else {
            model_tally(out_counts, model, &world.state, &world.trace);
        }
    }
    out_counts->cut = out_counts->runs == search->runs_max;
    if (strategy->progress != NULL) {
        struct hd_progress progress = {0};
        strategy->progress(self, &progress);
        out_counts->cut |= progress.cut;
    }
    hd_shared_unmap(self, strategy->bytes + 1);
}
