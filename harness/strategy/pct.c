/*
 * Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi,
 * Nagarakatte, ASPLOS 2010): every chain has a priority, drawn at random, and
 * who has the highest steps; at d - 1 points of the execution whoever has just
 * stepped is put below all others. A bug that needs d orderings is found with a
 * chance of at least 1 in n k^(d-1), with n chains and k points.
 *
 * Chains are those of actor->chain: a task, and apart from it what it causes.
 * Two events of one chain that are ready at once come in any order; who is born
 * later gets any rank among those there are. A priority is a hash of the run
 * and the chain, so that only what was lowered has to be remembered.
 *
 * The points are distinct, and counted where more than one is ready, for
 * elsewhere nothing can be changed. How many there will be is not known: the
 * profiling run, a random walk, may have had few, since somebody ended early,
 * but hardly fewer than other runs have steps. So they are drawn among a number
 * that is itself drawn, between the decisions of that run and its steps. With
 * ",all" they are drawn over all steps, with replacement, as in the paper.
 *
 * Priorities are not fair. Who yields over and over while others are ready
 * waits for them, and is put below them; and once the execution is much longer
 * than the profiling run was, the rest of it is a random walk.
 */
#include "strategy/chance.h"
#include "strategy/strategy.h"
#include "strategy/top.h"
#include <stdio.h>
#include <stdlib.h>

#define DEPTH_MAX 100u
#define CHAINS ((size_t)UINT16_MAX + 1)
#define NO_SLOT UINT32_MAX

/* So many yields in a row are a loop that waits. */
#define SPINS_MAX 32u

/* The walk begins after so many times the steps of the profiling run. */
#define FAIR_TIMES 8u
#define FAIR_MIN 1000u

/* Levels, from below: the spinning, the lowered, all others. */
#define LEVEL_LOWERED ((uint32_t)1 << 28)
#define LEVEL_INITIAL ((uint32_t)1 << 29)
#define TIE_BITS 16u

static const uint32_t depths[] = {2, 3, 5, 10};

struct pct {
    /* asked for; 0: not */
    uint64_t horizon_asked;
    uint32_t depth_asked;
    bool all;
    /* learned */
    uint64_t decisions, length; /* in steps */
    bool frozen;
    /* this execution */
    bool walks;
    uint32_t execution, depth, change_count, change_next;
    uint64_t salt;    /* of the priorities */
    uint64_t points;  /* passed so far, of those that may be change points */
    uint32_t spins;   /* yields in a row */
    uint32_t spinner; /* the level of who spins next */
    uint32_t clock;   /* its slot, or none */
    struct hd_chance chance;
    struct {
        uint64_t point;
        uint32_t level;
    } changes[DEPTH_MAX]; /* in order */
    struct hd_top top;
    uint16_t chain[HD_TOP_SLOTS];
    struct {
        uint32_t execution, level;
    } lowered[CHAINS];
};

/* ---- what is asked for ---- */

/* "D", "D,all", "D,all,steps=K"; D may be missing. */
static bool
init(void *self, const char *text, uint64_t seed)
{
    struct pct *pct = self;
    const char *start = text;
    char *end;
    (void)seed;
    if (*text >= '1' && *text <= '9') {
        const unsigned long depth = strtoul(text, &end, 10);
        if (depth > DEPTH_MAX || (*end != '\0' && *end != ',')) {
            return false;
        }
        pct->depth_asked = (uint32_t)depth;
        text = end + (*end == ',');
    }
    if (strncmp(text, "all", 3) == 0 && (text[3] == '\0' || text[3] == ',')) {
        pct->all = true;
        text += 3 + (text[3] == ',');
    }
    if (strncmp(text, "steps=", 6) == 0 && text[6] >= '1' && text[6] <= '9') {
        pct->horizon_asked = strtoul(text + 6, &end, 10);
        text = end;
    }
    return *text == '\0' && (text == start || text[-1] != ',');
}

/* ---- before an execution ---- */

static bool
is_change(const struct pct *pct, uint64_t point)
{
    for (uint32_t i = 0; i < pct->change_count; i++) {
        if (pct->changes[i].point == point) {
            return true;
        }
    }
    return false;
}

static void
add_change(struct pct *pct, uint64_t point, uint32_t level)
{
    uint32_t at = pct->change_count++;
    for (; at > 0 && pct->changes[at - 1].point > point; at--) {
        pct->changes[at] = pct->changes[at - 1];
    }
    pct->changes[at].point = point;
    pct->changes[at].level = level;
}

static void
draw_changes(struct pct *pct, uint64_t horizon)
{
    struct hd_random *random = &pct->chance.random;
    const bool distinct = !pct->all;
    pct->change_count = pct->change_next = 0;
    for (uint32_t i = 1; i < pct->depth; i++) {
        if (distinct && pct->change_count == horizon) {
            break;
        }
        uint64_t point;
        do {
            point = 1 + hd_random_below(random, horizon);
        } while (distinct && is_change(pct, point));
        add_change(pct, point, LEVEL_LOWERED + pct->depth - i);
    }
}

/* Among how many points those that change something are drawn. */
static uint64_t
draw_horizon(struct pct *pct)
{
    if (pct->horizon_asked > 0) {
        return pct->horizon_asked;
    }
    if (pct->decisions == 0) {
        return 1;
    }
    return pct->all ? pct->length
                    : pct->decisions +
                          hd_random_below(&pct->chance.random,
                                          pct->length - pct->decisions + 1);
}

static bool
begin(void *self, const struct hd_run *run)
{
    struct pct *pct = self;
    const uint64_t profiles = hd_strategy_pct.profiles;
    pct->frozen = pct->frozen || run->number >= profiles;
    hd_chance_begin(&pct->chance, run->seed);
    pct->salt = hd_mix(hd_random_next(&pct->chance.random));
    pct->execution++;
    pct->depth = pct->depth_asked > 0 ? pct->depth_asked
                                      : depths[(run->number - profiles) % 4];
    draw_changes(pct, draw_horizon(pct));
    pct->walks = !pct->frozen;
    pct->points = 0;
    pct->spins = 0;
    pct->spinner = LEVEL_LOWERED;
    pct->clock = NO_SLOT;
    hd_top_begin(&pct->top);
    return true;
}

/* ---- priorities ---- */

static uint64_t
priority_of(struct pct *pct, uint16_t chain)
{
    const uint64_t tie = hd_random_next(&pct->chance.random) >> (64 - TIE_BITS);
    uint32_t level =
        LEVEL_INITIAL + (uint32_t)(hd_mix(pct->salt ^ chain) % LEVEL_INITIAL);
    if (pct->lowered[chain].execution == pct->execution) {
        level = pct->lowered[chain].level;
    }
    return (uint64_t)level << TIE_BITS | tie;
}

static void
lower(struct pct *pct, uint16_t chain, uint32_t level)
{
    pct->lowered[chain].execution = pct->execution;
    pct->lowered[chain].level = level;
    if (chain % 2 == 0) {
        return; /* a task is its chain, and is just stepping */
    }
    for (uint32_t slot = 0; slot < pct->top.count; slot++) {
        if (pct->chain[slot] == chain && slot != pct->clock) {
            hd_top_set(&pct->top, slot, priority_of(pct, chain));
        }
    }
}

/* One of this chain takes the step of a point: is it a change point? */
static void
pass_point(struct pct *pct, uint16_t chain)
{
    pct->points++;
    while (pct->change_next < pct->change_count &&
           pct->changes[pct->change_next].point == pct->points) {
        lower(pct, chain, pct->changes[pct->change_next++].level);
    }
}

/* ---- who is ready ---- */

static void
take(struct pct *pct, uint32_t slot)
{
    const uint32_t moved = hd_top_remove(&pct->top, slot);
    pct->chain[slot] = pct->chain[moved];
    if (pct->clock == slot) {
        pct->clock = NO_SLOT;
    } else if (pct->clock == moved) {
        pct->clock = slot;
    }
}

static void
ready(void *self, const struct hd_actor *actor, const struct hd_actor *by)
{
    struct pct *pct = self;
    (void)by;
    if (pct->walks) {
        return;
    }
    if (actor->ready_at == 0 && pct->top.count == 1) {
        /* The only one that was ready has stepped, and nobody was asked. */
        const uint16_t chain = pct->chain[0];
        take(pct, 0);
        if (pct->all) {
            pass_point(pct, chain);
        }
    }
    if (actor->ready_at != pct->top.count || pct->top.count == HD_TOP_SLOTS) {
        pct->walks = true;
        return;
    }
    const bool is_clock = actor->kind == HD_ACTOR_CLOCK;
    pct->chain[pct->top.count] = actor->chain;
    if (is_clock) {
        pct->clock = pct->top.count;
    }
    hd_top_add(&pct->top, is_clock ? 0 : priority_of(pct, actor->chain));
}

static void
unready(void *self, const struct hd_actor *actor, const struct hd_actor *by)
{
    struct pct *pct = self;
    (void)by;
    if (!pct->walks && actor->ready_at < pct->top.count) {
        take(pct, actor->ready_at);
    }
}

/* ---- who steps ---- */

static void
learn(struct pct *pct, const struct hd_view *view)
{
    if (!pct->frozen) {
        pct->length = view->step + 1;
        pct->decisions++;
    }
}

/* Is it fair to go on by priority? */
static bool
must_walk(struct pct *pct, const struct hd_view *view)
{
    pct->walks = pct->walks || view->ready_count != pct->top.count ||
                 view->step > FAIR_MIN + pct->length * FAIR_TIMES;
    return pct->walks;
}

static void
note_spin(struct pct *pct, const struct hd_view *view,
          const struct hd_actor *actor)
{
    const bool spins = view->last == actor && actor->flags & HD_ACTOR_YIELDED;
    pct->spins = spins ? pct->spins + 1 : 0;
    if (pct->spins == SPINS_MAX) {
        pct->spins = 0;
        lower(pct, actor->chain, --pct->spinner);
    }
}

static struct hd_actor *
pick(void *self, const struct hd_view *view)
{
    struct pct *pct = self;
    learn(pct, view);
    if (must_walk(pct, view)) {
        return hd_chance_walk(&pct->chance, view);
    }
    uint32_t slot = hd_top_highest(&pct->top);
    if (pct->clock != NO_SLOT &&
        hd_chance_clock(&pct->chance, view->ready_count)) {
        slot = pct->clock;
    }
    struct hd_actor *actor = view->ready[slot];
    take(pct, slot);
    note_spin(pct, view, actor);
    pass_point(pct, actor->chain);
    return actor;
}

/* Nobody was asked about its last steps, if one was left. */
static void
end(void *self, const struct hd_view *view, enum hd_outcome outcome)
{
    struct pct *pct = self;
    (void)outcome;
    if (!pct->frozen) {
        pct->length = view->step;
    }
}

static uint64_t
choose(void *self, const struct hd_view *view, const struct hd_value *value)
{
    (void)view;
    return hd_chance_choose(&((struct pct *)self)->chance, value);
}

/* ---- how far ---- */

static void
progress(void *self, struct hd_progress *out_progress)
{
    const struct pct *pct = self;
    const unsigned long long least =
        pct->horizon_asked > 0 ? pct->horizon_asked : pct->decisions;
    const unsigned long long most =
        pct->horizon_asked > 0 ? pct->horizon_asked : pct->length;
    char depth[16] = "2, 3, 5, 10";
    if (pct->depth_asked > 0) {
        snprintf(depth, sizeof(depth), "%u", pct->depth_asked);
    }
    snprintf(out_progress->text, sizeof(out_progress->text),
             "depth %s over %llu to %llu %s", depth, pct->all ? most : least,
             most, pct->all ? "steps" : "decisions");
}

static size_t
used(const void *self)
{
    (void)self;
    return offsetof(struct pct, top);
}

const struct hd_strategy hd_strategy_pct = {
    .name = "pct",
    .summary = "by priorities that change at a few points (pct:DEPTH)",
    .abi = HD_STRATEGY_ABI,
    .wants = HD_WANT_READY,
    .profiles = 1,
    .bytes = sizeof(struct pct),
    .init = init,
    .begin = begin,
    .pick = pick,
    .choose = choose,
    .ready = ready,
    .unready = unready,
    .progress = progress,
    .used = used,
    .end = end,
};
