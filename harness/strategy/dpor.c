/*
 * Exhaustive search up to equivalence: dynamic partial-order reduction.
 *
 * Two executions are equivalent if they differ only in the order of steps that
 * do not conflict. From each class one is run. An execution is repeated up to
 * the deepest node that has a branch left, takes that, and goes on by default
 * with the first who is awake. When it is over, its new steps are put in order,
 * and each race that is found asks for a branch at some node (dpor_races.c).
 *
 *   source   (default) source sets: each class once, and some executions end
 *            where all who could step are asleep
 *   optimal  wakeup trees: each class once, and nothing is run in vain. But a
 *            class may be missed if what a step touches depends on what others
 *            did before it; if that is seen, the search gives up its claim
 *
 * Values that are chosen are not reduced: each is taken, as a step of its own.
 * Where nobody is picked (--order=loop), only they are left. Shards share the
 * search as in dfs.c: above the regions everybody who is awake has a branch.
 *
 * Source: Abdulla, Aronis, Jonsson, Sagonas, "Source Sets: A Foundation for
 * Optimal Dynamic Partial Order Reduction", JACM 64 (2017); sleep sets:
 * Godefroid. What differs, and why: docs/decisions/0021-dpor.md.
 */
#include "strategy/dpor.h"

#include "base/random.h"
#include "strategy/strategy.h"
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static bool
init(void *self, const char *text, uint64_t seed)
{
    struct hd_dpor *dpor = self;
    (void)seed;
    dpor->optimal = strcmp(text, "optimal") == 0;
    return dpor->optimal || text[0] == '\0' || strcmp(text, "source") == 0;
}

/* ---- begin and end ---- */

static void
begin_search(struct hd_dpor *dpor)
{
    hd_dpor_resize(dpor, HD_DPOR_NODES, 1);
    hd_dpor_resize(dpor, HD_DPOR_STEPS, 1);
    hd_dpor_resize(dpor, HD_DPOR_BRANCHES, 1);
    *hd_dpor_node(dpor, 0) =
        (struct hd_dpor_node){.shared = dpor->shards > 1, .paths = 1};
    *hd_dpor_step(dpor, 0) = (struct hd_dpor_step){.wild = true};
    dpor->scratch.alive = true;
    dpor->count = 1;
    dpor->begun = true;
}

/*
 * The state comes from a file. An execution from which nothing had been learned
 * yet is run again.
 */
static void
recover(struct hd_dpor *dpor)
{
    hd_dpor_index_steps(dpor);
    dpor->scratch.alive = true;
    if (dpor->running) {
        struct hd_dpor_node *node = hd_dpor_node(dpor, dpor->fresh);
        dpor->count = dpor->fresh + 1;
        node->value_count = dpor->fresh_values;
        node->step = 0;
        dpor->region = dpor->region_before;
    }
}

/* Learn from the execution that is over. */
static void
learn(struct hd_dpor *dpor, bool broke)
{
    const struct hd_dpor_node *last = hd_dpor_node(dpor, dpor->count - 1);
    dpor->running = false;
    if (dpor->depth + 1 < dpor->count) {
        /* It did not come as far as the one that it should have repeated. */
        dpor->diverged = dpor->cut = true;
        dpor->count = dpor->depth + 1;
        return;
    }
    const bool shared = last->shared && dpor->shard > 0;
    const bool is_pruned = dpor->blocked || dpor->foreign || dpor->passes;
    dpor->pruned += is_pruned || shared;
    dpor->complete += !is_pruned && !shared;
    hd_dpor_look(dpor, broke);
}

static bool
go_on(struct hd_dpor *dpor)
{
    if (!dpor->scratch.alive) {
        const bool again = dpor->running;
        recover(dpor);
        if (again) {
            return true;
        }
    }
    if (dpor->running) {
        /* It died in the middle of a step, or nobody told its end. */
        const struct hd_dpor_node *last = hd_dpor_node(dpor, dpor->count - 1);
        learn(dpor, dpor->count > 1 && last->step == 0);
    }
    return hd_dpor_go_back(dpor);
}

static bool
begin(void *self, const struct hd_run *run)
{
    struct hd_dpor *dpor = self;
    dpor->shard = run->shard;
    dpor->shards = run->shards;
    if (!dpor->begun) {
        begin_search(dpor);
    } else if (dpor->done || !go_on(dpor)) {
        dpor->done = true;
        return false;
    }
    struct hd_dpor_scratch *scratch = &dpor->scratch;
    scratch->born = scratch->disabled_count = 0;
    /* Numbers by first use would be others if the first were not noted. */
    scratch->repeats = dpor->fresh > 0 && hd_dpor_node(dpor, dpor->fresh)->plain
                           ? dpor->fresh - 1
                           : 0;
    scratch->actors[0] = (struct hd_dpor_actor){0};
    dpor->depth = dpor->value_at = dpor->ready_count = 0;
    dpor->quiet = UINT32_MAX;
    dpor->lost = dpor->blocked = dpor->foreign = dpor->passes = false;
    dpor->region_before = dpor->region;
    dpor->running = true;
    return true;
}

static void
end(void *self, const struct hd_view *view, enum hd_outcome outcome)
{
    struct hd_dpor *dpor = self;
    (void)view;
    if (dpor->running) {
        dpor->cut |= outcome == HD_OUTCOME_LIMIT;
        learn(dpor, outcome == HD_OUTCOME_FAILED);
    }
}

/* ---- who steps ---- */

static enum hd_dpor_op
op_of(const struct hd_op *hint)
{
    if (!(hint->flags & HD_OP_KNOWN)) {
        return HD_DPOR_PLAIN;
    }
    switch (hint->kind) {
    case HD_OP_LOCK:
        return HD_DPOR_LOCK;
    case HD_OP_AWAIT:
    case HD_OP_WAIT:
    case HD_OP_EVENT:
    case HD_OP_CONDITION:
    case HD_OP_SEMAPHORE:
    case HD_OP_BARRIER:
    case HD_OP_JOIN:
    case HD_OP_GET:
    case HD_OP_PUT:
        return HD_DPOR_GENERAL;
    default:
        return HD_DPOR_PLAIN;
    }
}

/* What an actor will do, as far as it is known; mostly it is not. */
static inline void
note_hint(struct hd_dpor_actor *own, const struct hd_actor *actor)
{
    own->pending = actor->hint.flags & HD_OP_KNOWN;
    own->op = HD_DPOR_PLAIN;
    if (__builtin_expect(own->pending, 0)) {
        own->op = op_of(&actor->hint);
        own->object = actor->hint.object;
        own->mode = actor->hint.mode;
    }
}

/* The node is one of the last execution's: is everything as it was? */
static struct hd_actor *
repeat(struct hd_dpor *dpor, const struct hd_view *view)
{
    const struct hd_dpor_node *node = hd_dpor_node(dpor, dpor->depth);
    if (node->hash != (view->trace_hash ^ view->ready_hash)) {
        dpor->diverged = dpor->cut = true;
        dpor->count = dpor->depth;
        dpor->fresh = dpor->depth;
        dpor->depth--;
        dpor->passes = true;
        return NULL;
    }
    if (dpor->depth == dpor->fresh) {
        return hd_dpor_node_branch(dpor, view);
    }
    return view->ready[node->at];
}

static void
note_picked(struct hd_dpor *dpor, const struct hd_actor *actor)
{
    struct hd_dpor_actor *own = &dpor->scratch.actors[actor->id];
    if (dpor->depth >= dpor->fresh) {
        struct hd_dpor_node *node = hd_dpor_node(dpor, dpor->depth);
        node->before = own->last;
        node->enabler = own->enabler;
        node->barrier = own->barrier;
        node->op = (uint8_t)op_of(&actor->hint);
        node->ordinal = actor->steps + 1;
        node->step = 0;
    }
    own->last = dpor->depth;
    own->ready = own->pending = false;
    dpor->ready_count--;
    dpor->value_at = 0;
}

static struct hd_actor *
pick(void *self, const struct hd_view *view)
{
    struct hd_dpor *dpor = self;
    struct hd_actor *actor;
    if (dpor->lost) {
        return view->first;
    }
    if (dpor->passes) {
        return NULL;
    }
    if (dpor->depth + 1 == HD_DPOR_DEPTH_MAX) {
        dpor->lost = dpor->cut = true;
        return view->first;
    }
    if (dpor->depth + 1 < dpor->count) {
        dpor->depth++;
        actor = repeat(dpor, view);
    } else {
        actor = hd_dpor_node_new(dpor, view);
        dpor->depth += actor != NULL && !dpor->lost;
    }
    if (actor != NULL && !dpor->lost) {
        note_picked(dpor, actor);
    }
    return actor;
}

/* ---- values ---- */

/* A value that has not been asked for before. */
static uint32_t
new_value(struct hd_dpor *dpor, struct hd_dpor_node *node, uint32_t bound,
          uint32_t hash)
{
    const uint32_t index = node->value_count;
    if (!hd_dpor_resize(dpor, HD_DPOR_VALUES, node->value_from + index + 1)) {
        dpor->lost = true;
        return 0;
    }
    struct hd_dpor_value *value = hd_dpor_value(dpor, node->value_from + index);
    *value = (struct hd_dpor_value){.bound = bound, .hash = hash};
    if (!hd_dpor_value_first(dpor, node, index)) {
        dpor->passes = dpor->blocked = true; /* all of them sleep */
        return 0;
    }
    node->value_count++;
    return value->taken;
}

static uint64_t
choose(void *self, const struct hd_view *view, const struct hd_value *value)
{
    struct hd_dpor *dpor = self;
    const uint32_t hash =
        (uint32_t)hd_mix(view->trace_hash ^ value->actor->path);
    if (value->bound > UINT32_MAX) {
        dpor->cut = true;
        return 0;
    }
    if (dpor->lost || dpor->passes || !dpor->running) {
        return 0;
    }
    struct hd_dpor_node *node = hd_dpor_node(dpor, dpor->depth);
    const uint32_t index = dpor->value_at++;
    if (index >= node->value_count) {
        return new_value(dpor, node, (uint32_t)value->bound, hash);
    }
    const struct hd_dpor_value *was =
        hd_dpor_value(dpor, node->value_from + index);
    if (was->bound != value->bound || was->hash != hash) {
        dpor->diverged = dpor->cut = dpor->passes = true;
        return 0;
    }
    return was->taken;
}

/* ---- what steps do ---- */

static void
born(void *self, const struct hd_actor *actor)
{
    struct hd_dpor *dpor = self;
    if (actor->id >= HD_DPOR_ACTORS_MAX) {
        dpor->lost = dpor->cut = true;
        return;
    }
    struct hd_dpor_actor *own = &dpor->scratch.actors[actor->id];
    *own = (struct hd_dpor_actor){.path = actor->path};
    note_hint(own, actor);
    dpor->scratch.born = actor->id;
}

static void
ready(void *self, const struct hd_actor *actor, const struct hd_actor *by)
{
    struct hd_dpor *dpor = self;
    if (dpor->lost || !dpor->running) {
        return;
    }
    struct hd_dpor_actor *own = &dpor->scratch.actors[actor->id];
    own->ready = true;
    own->since = dpor->depth;
    note_hint(own, actor);
    if (actor->kind == HD_ACTOR_CLOCK) {
        /* Whoever waits for a time enables it; it does not matter who. */
    } else if (by == NULL) {
        /* Time has passed; all that becomes ready then comes at once. */
        if (dpor->depth > 0 && dpor->ready_count > 0 &&
            dpor->quiet != dpor->depth) {
            dpor->cut = true;
        }
        dpor->quiet = dpor->depth;
        own->barrier = dpor->depth + 1;
    } else if (by != actor) {
        own->enabler = dpor->scratch.actors[by->id].last;
    }
    dpor->ready_count++;
}

static void
unready(void *self, const struct hd_actor *actor, const struct hd_actor *by)
{
    struct hd_dpor *dpor = self;
    (void)by;
    if (dpor->lost || !dpor->running) {
        return;
    }
    struct hd_dpor_scratch *scratch = &dpor->scratch;
    struct hd_dpor_actor *own = &scratch->actors[actor->id];
    own->ready = false;
    dpor->ready_count--;
    note_hint(own, actor);
    const bool waits = own->pending && own->op != HD_DPOR_PLAIN;
    if (waits || own->since >= dpor->depth) {
        return; /* a waiter is looked at in the end */
    }
    if (scratch->disabled_count == HD_DPOR_DISABLED_MAX) {
        dpor->cut = true;
        return;
    }
    scratch->disabled[scratch->disabled_count++] =
        (struct hd_dpor_disabled){.step = dpor->depth, .actor = actor->id};
}

/* What the step touched, its actor's own state among it. */
static uint32_t
gather(struct hd_dpor *dpor, uint64_t path, const struct hd_access *accesses,
       uint32_t count)
{
    struct hd_dpor_access *gathered = dpor->scratch.gathered;
    gathered[0] = (struct hd_dpor_access){.object = path, .mode = HD_WRITES};
    for (uint32_t i = 0; i < count; i++) {
        gathered[1 + i] = (struct hd_dpor_access){
            .object = accesses[i].object,
            .mode = accesses[i].mode,
            .flags = accesses[i].flags,
        };
    }
    return 1 + count;
}

static void
stepped(void *self, const struct hd_actor *actor,
        const struct hd_access *accesses, uint32_t count)
{
    struct hd_dpor *dpor = self;
    if (dpor->lost || !dpor->running || dpor->depth == 0) {
        return;
    }
    struct hd_dpor_node *node = hd_dpor_node(dpor, dpor->depth);
    if (actor != NULL) {
        note_hint(&dpor->scratch.actors[actor->id], actor);
    }
    if (dpor->depth < dpor->fresh) {
        return;
    }
    if (count > HD_DPOR_ACCESSES_MAX) {
        node->step = hd_dpor_step_unknown(dpor, node->path);
    } else {
        node->step = hd_dpor_step_find(
            dpor, (struct hd_dpor_draft){
                      .path = node->path,
                      .ordinal = node->ordinal,
                      .count = gather(dpor, node->path, accesses, count),
                      .values = node,
                      .accesses = dpor->scratch.gathered,
                  });
    }
    if (dpor->optimal && node->branches != 0) {
        hd_dpor_wakeup_sift(dpor, node);
    }
}

static uint64_t
repeats(const void *self)
{
    const struct hd_dpor *dpor = self;
    return dpor->scratch.repeats;
}

/* ---- how far it has come ---- */

static uint32_t
branches_left(struct hd_dpor *dpor, const struct hd_dpor_node *node)
{
    uint32_t count = 0;
    for (uint32_t i = node->branches; i != 0; count++) {
        i = hd_dpor_branch(dpor, i)->next;
    }
    return count;
}

/* Knuth: a branch of n stands for the n-th part; n may still grow. */
static double
explored(struct hd_dpor *dpor)
{
    double share = 1;
    double sum = 0;
    for (uint32_t at = 0; at < dpor->count && share > 1e-12; at++) {
        const struct hd_dpor_node *node = hd_dpor_node(dpor, at);
        share /= node->done + 1 + branches_left(dpor, node);
        sum += share * node->done;
        for (uint32_t i = 0; i < node->value_count; i++) {
            const struct hd_dpor_value *value =
                hd_dpor_value(dpor, node->value_from + i);
            share /= value->bound;
            sum += share * value->taken;
        }
    }
    return sum;
}

static void
progress(void *self, struct hd_progress *out_progress)
{
    struct hd_dpor *dpor = self;
    const double now = dpor->begun && !dpor->done ? explored(dpor) : dpor->done;
    dpor->explored = now > dpor->explored ? now : dpor->explored;
    out_progress->pruned = dpor->pruned;
    out_progress->explored = dpor->explored;
    out_progress->cut = dpor->cut || dpor->varied;
    snprintf(out_progress->text, sizeof(out_progress->text),
             "%llu complete, %llu superfluous",
             (unsigned long long)dpor->complete,
             (unsigned long long)dpor->pruned);
}

static bool
diverged(void *self)
{
    struct hd_dpor *dpor = self;
    const bool did = dpor->diverged;
    dpor->diverged = false;
    return did;
}

static size_t
used(const void *self)
{
    const struct hd_dpor *dpor = self;
    return offsetof(struct hd_dpor, store) +
           ((size_t)(dpor->pages + 1) << HD_DPOR_PAGE_BITS);
}

const struct hd_strategy hd_strategy_dpor = {
    .name = "dpor",
    .summary = "one schedule of each kind, exhaustively",
    .abi = HD_STRATEGY_ABI,
    .wants = HD_WANT_SINGLES | HD_WANT_STEPS | HD_WANT_READY | HD_WANT_BIRTHS,
    .bytes = sizeof(struct hd_dpor),
    .init = init,
    .begin = begin,
    .pick = pick,
    .choose = choose,
    .born = born,
    .ready = ready,
    .unready = unready,
    .stepped = stepped,
    .repeats = repeats,
    .end = end,
    .diverged = diverged,
    .progress = progress,
    .used = used,
};
