/*
 * Selectively uniform random walk (Zhao, Wolff, Mathur, Roychoudhury, ASPLOS
 * 2025). Of each run some steps are interesting, and their interleavings are to
 * be equally likely. So the next interesting step is to be the intended
 * actor's, who is drawn in proportion to how many of them each has before it,
 * those of its descendants included; who would take one out of turn is held
 * back until the intended one has taken its own. All other steps come as they
 * like, each with the same chance.
 *
 *   surw       one object, drawn for each run, and the steps that touch it
 *   surw:all   every step is interesting: urw, the uniform random walk
 *
 * Of many tasks that do the same and one that does not, the one hardly ever
 * comes first. So in every other run all kinds of behaviour have the same
 * weight together, rather than each actor: a step of ours, not of the paper.
 *
 * Who steps how often and touches what is known from the profiling run, a
 * random walk, run 0; and what the next step of an actor touches, from its hint
 * if that says so (HD_OP_KNOWN). Actors that the profile does not know have
 * one step before them. Without an object that two actors are at odds about
 * every step is interesting.
 *
 * Weights are kept by slot (see top.h), with a sum for every 64 of them, so
 * that one is drawn or changed without looking at all. Where they are about the
 * same, it is faster to draw any and take it with a chance that is its weight.
 */
#include "base/assert.h"
#include "strategy/chance.h"
#include "strategy/profile.h"
#include "strategy/strategy.h"
#include <string.h>

#define SLOTS ((uint32_t)1 << 18)
#define BLOCK 64u
#define FEW 16u
#define TRIES 6u
#define NONE UINT32_MAX
#define HELD SLOTS

/*
 * Who is ready: its number in the profile, or of none; free_at: its place among
 * the free, or HELD.
 */
struct slot {
    uint32_t number, free_at;
};

struct surw {
    bool all_asked;
    /* this execution */
    bool walks, all;
    bool by_kind;    /* of behaviour */
    uint32_t object; /* whose steps are interesting: its label */
    uint64_t mask;   /* and its bit in the profile's interests */
    uint32_t intended, intended_slot; /* the actor; where it is ready */
    uint32_t clock;                   /* its slot, or none */
    uint32_t count, free_count;
    uint64_t total;    /* of the weights */
    uint64_t others;   /* of those behind the first block */
    uint32_t heaviest; /* no weight is above it */
    uint32_t failures; /* of draws with it, in a row, until it is found anew */
    struct hd_chance chance;
    struct hd_profile profile;
    /*
     * The rest is made anew for each execution.
     *
     * left   interesting steps, by number; of who is not known: none.
     * extra  by kind of behaviour: what one of them weighs, less 1; 0 but for
     *        who touches the object.
     */
    uint32_t left[HD_PROFILE_ACTORS + 1];
    uint32_t extra[HD_PROFILE_ACTORS + 1];
    struct slot slots[SLOTS];
    /* Slots whose next step is of no interest, and room for what is not kept:
       to write it there is faster than to ask. */
    uint32_t free[SLOTS + 1];
    uint32_t weights[SLOTS];      /* by slot; 0 behind the last, up to FEW */
    uint64_t sums[SLOTS / BLOCK]; /* but the first's */
};

static bool
init(void *self, const char *text, uint64_t seed)
{
    struct surw *surw = self;
    (void)seed;
    surw->all_asked = strcmp(text, "all") == 0;
    return surw->all_asked || text[0] == '\0';
}

/* ---- what is interesting in this run ---- */

static void
weigh_all(struct surw *surw)
{
    memcpy(surw->left, surw->profile.descend,
           surw->profile.actor_count * sizeof(surw->left[0]));
}

static void
weigh_object(struct surw *surw)
{
    const struct hd_profile *profile = &surw->profile;
    const struct hd_profile_object *object = &profile->objects[surw->object];
    memset(surw->left, 0, profile->actor_count * sizeof(surw->left[0]));
    for (uint32_t i = 0; i < object->shares; i++) {
        const struct hd_profile_share *share =
            &profile->shares[object->first_share + i];
        for (uint32_t at = share->actor; at != HD_PROFILE_NONE;
             at = profile->actors[at].parent) {
            surw->left[at] += share->steps;
        }
    }
}

/* The steps of each kind weigh as much together as those of any other; or no
   longer: each as much as any. */
static void
weigh_kinds(struct surw *surw, bool alike)
{
    const struct hd_profile *profile = &surw->profile;
    const struct hd_profile_object *object = &profile->objects[surw->object];
    for (uint32_t i = 0; i < object->shares; i++) {
        const struct hd_profile_share *share =
            &profile->shares[object->first_share + i];
        surw->extra[share->actor] = alike ? share->factor - 1 : 0;
    }
}

static void
choose_interest(struct surw *surw)
{
    const struct hd_profile *profile = &surw->profile;
    surw->all = surw->all_asked || profile->interesting_count == 0;
    if (surw->all) {
        weigh_all(surw);
        return;
    }
    const uint32_t which = hd_profile_draw(
        profile, hd_random_below(&surw->chance.random, profile->interest));
    surw->object = profile->interesting[which];
    surw->mask = UINT64_C(1) << which % 64;
    weigh_object(surw);
    if (surw->by_kind) {
        weigh_kinds(surw, true);
    }
}

static bool
begin(void *self, const struct hd_run *run)
{
    struct surw *surw = self;
    if (!surw->profile.frozen) {
        if (run->number >= hd_strategy_surw.profiles) {
            hd_profile_freeze(&surw->profile);
        } else {
            hd_profile_begin(&surw->profile);
        }
    }
    hd_chance_begin(&surw->chance, run->seed);
    surw->walks = !surw->profile.frozen;
    surw->intended = surw->intended_slot = surw->clock = NONE;
    surw->count = surw->free_count = 0;
    surw->others = 0;
    surw->total = surw->heaviest = surw->failures = 0;
    if (surw->by_kind) {
        weigh_kinds(surw, false); /* as the execution before did */
    }
    surw->by_kind = !surw->all_asked && run->number % 2 == 1;
    memset(surw->weights, 0, FEW * sizeof(surw->weights[0]));
    if (!surw->walks) {
        choose_interest(surw);
    }
    return true;
}

static uint32_t
wants_now(const void *self)
{
    const struct surw *surw = self;
    return surw->profile.frozen ? 0 : HD_PROFILE_WANTS;
}

static bool
touches_object(const struct hd_profile *profile, uint32_t number,
               uint32_t object)
{
    const struct hd_footprint *footprint = &profile->footprints[number];
    for (uint32_t i = 0; i < footprint->count; i++) {
        if (HD_TOUCH_OBJECT(profile->touches[footprint->first + i]) == object) {
            return true;
        }
    }
    return false;
}

/* Will the next step of a ready actor be an interesting one? */
static uint32_t
is_interesting(const struct surw *surw, const struct hd_actor *actor)
{
    const struct hd_profile *profile = &surw->profile;
    if (surw->all) {
        return true;
    }
    if (actor->hint.flags & HD_OP_KNOWN) {
        return profile->objects[surw->object].name == actor->hint.object;
    }
    const struct hd_prediction *next = hd_profile_next(profile, actor);
    const uint32_t may = (next->interests & surw->mask) != 0;
    if (__builtin_expect(profile->interesting_count > 64, 0)) {
        return may && touches_object(profile, next->footprint, surw->object);
    }
    return may;
}

/* ---- slots ---- */

/* No branches here: whose next step is of interest no processor foresees. */

static void
add_free(struct surw *surw, uint32_t slot, uint32_t is_free)
{
    surw->slots[slot].free_at = is_free ? surw->free_count : HELD;
    surw->free[surw->free_count] = slot;
    surw->free_count += is_free;
}

static void
remove_free(struct surw *surw, uint32_t slot)
{
    const uint32_t at = surw->slots[slot].free_at;
    const uint32_t is_free = at != HELD;
    surw->free_count -= is_free;
    const uint32_t last = surw->free[surw->free_count];
    const uint32_t moved = is_free ? last : slot;
    surw->free[at] = moved;
    surw->slots[moved].free_at = at;
    surw->slots[slot].free_at = HELD;
}

/* The first block's sum is what is left of the total. */
static void
add_to_sum(struct surw *surw, uint32_t slot, uint64_t weight)
{
    surw->sums[slot / BLOCK] += weight;
    surw->others += slot >= BLOCK ? weight : 0;
}

/* The last slot moves into the gap; it may be the gap. */
static void
move_last(struct surw *surw, uint32_t last, uint32_t slot)
{
    const uint32_t weight = surw->weights[last];
    surw->weights[slot] = weight;
    surw->weights[last] = 0;
    if (__builtin_expect(last >= BLOCK, 0)) {
        add_to_sum(surw, last, -(uint64_t)weight);
        add_to_sum(surw, slot, weight);
    }
    surw->slots[slot] = surw->slots[last];
    surw->free[surw->slots[slot].free_at] = slot;
}

static void
add_weight(struct surw *surw, uint32_t slot, uint32_t weight)
{
    surw->weights[slot] = weight;
    if (__builtin_expect(slot >= BLOCK, 0)) {
        if (slot % BLOCK == 0) {
            surw->sums[slot / BLOCK] = 0;
        }
        add_to_sum(surw, slot, weight);
    }
    surw->total += weight;
    surw->heaviest = weight > surw->heaviest ? weight : surw->heaviest;
}

static void
remove_weight(struct surw *surw, uint32_t slot)
{
    if (__builtin_expect(slot >= BLOCK, 0)) {
        add_to_sum(surw, slot, -(uint64_t)surw->weights[slot]);
    }
    surw->total -= surw->weights[slot];
    surw->weights[slot] = 0;
}

/* Where a slot is once the last has moved into the gap. */
static uint32_t
follow(uint32_t at, uint32_t last, uint32_t gap)
{
    const uint32_t moved = at == last ? gap : at;
    return at == gap ? NONE : moved;
}

/* The actor in this slot is no longer ready; the last one fills the gap. */
static inline void
take(struct surw *surw, uint32_t slot)
{
    const uint32_t last = --surw->count;
    remove_free(surw, slot);
    remove_weight(surw, slot);
    move_last(surw, last, slot);
    surw->intended_slot = follow(surw->intended_slot, last, slot);
    surw->clock = follow(surw->clock, last, slot);
}

/* The actor in this slot steps: was it interesting, and whose turn is next? */
static void
note_step(struct surw *surw, uint32_t slot)
{
    const struct slot *taken = &surw->slots[slot];
    const uint32_t is_interesting =
        (taken->free_at == HELD) & (slot != surw->clock);
    uint32_t *left = &surw->left[taken->number];
    *left -= is_interesting & (*left > 0);
    surw->intended = is_interesting ? NONE : surw->intended;
    take(surw, slot);
}

static void
born(void *self, const struct hd_actor *actor)
{
    struct surw *surw = self;
    const struct hd_profile *profile = &surw->profile;
    const uint32_t number = hd_profile_born(&surw->profile, actor);
    if (surw->walks || number == HD_PROFILE_NONE) {
        return;
    }
    const uint32_t parent = profile->actors[number].parent;
    if (parent == HD_PROFILE_NONE) {
        return;
    }
    /* What it will do was its parent's to do until now. */
    const uint32_t whole = surw->left[parent], part = surw->left[number];
    surw->left[parent] = whole > part ? whole - part : 0;
    if (surw->intended == actor->parent && whole > 0 &&
        hd_random_below(&surw->chance.random, whole) < part) {
        surw->intended = actor->id;
        surw->intended_slot = NONE;
    }
}

static uint32_t
weight_of(const struct surw *surw, uint32_t number)
{
    const uint32_t left = surw->left[number];
    return left + left * surw->extra[number];
}

static void
ready(void *self, const struct hd_actor *actor, const struct hd_actor *by)
{
    struct surw *surw = self;
    if (surw->walks) {
        hd_profile_ready(&surw->profile, actor, by);
        return;
    }
    if (actor->ready_at == 0 && surw->count == 1) {
        note_step(surw, 0); /* it was the only one, and has stepped unasked */
    }
    const uint32_t slot = surw->count;
    if (actor->ready_at != slot || slot == SLOTS) {
        surw->walks = true;
        return;
    }
    uint32_t number = hd_profile_find(&surw->profile, actor->id);
    number = number < HD_PROFILE_ACTORS ? number : HD_PROFILE_ACTORS;
    surw->count++;
    surw->slots[slot] = (struct slot){.number = number};
    if (__builtin_expect(actor->kind == HD_ACTOR_CLOCK, 0)) {
        surw->clock = slot;
        add_free(surw, slot, 0);
        add_weight(surw, slot, 0);
    } else {
        const uint32_t is_held = is_interesting(surw, actor);
        const uint32_t weight = weight_of(surw, number);
        add_free(surw, slot, 1 - is_held);
        add_weight(surw, slot, weight + ((weight == 0) & is_held));
    }
    surw->intended_slot =
        actor->id == surw->intended ? slot : surw->intended_slot;
}

static void
unready(void *self, const struct hd_actor *actor, const struct hd_actor *by)
{
    struct surw *surw = self;
    (void)by;
    if (!surw->walks && actor->ready_at < surw->count) {
        take(surw, actor->ready_at);
    }
}

/* ---- who steps ---- */

/* The same of a few: as many as have no more before and in them. */
static uint32_t
find_of_few(const struct surw *surw, uint64_t before)
{
    uint64_t sum = 0;
    uint32_t at = 0;
    for (uint32_t i = 0; i < surw->count; i += FEW / 2) {
        for (uint32_t j = i; j < i + FEW / 2; j++) {
            sum += surw->weights[j];
            at += before >= sum;
        }
    }
    return at;
}

/* The slot with so much weight before it. */
static uint32_t
find_by_weight(const struct surw *surw, uint64_t before)
{
    if (surw->count <= FEW) {
        return find_of_few(surw, before);
    }
    uint64_t sum = surw->total - surw->others;
    uint32_t at = 0;
    while (before >= sum) {
        before -= sum;
        sum = surw->sums[++at];
    }
    at *= BLOCK;
    while (before >= surw->weights[at]) {
        before -= surw->weights[at++];
    }
    return at;
}

static void
find_heaviest(struct surw *surw)
{
    surw->heaviest = 1;
    for (uint32_t slot = 0; slot < surw->count; slot++) {
        if (surw->weights[slot] > surw->heaviest) {
            surw->heaviest = surw->weights[slot];
        }
    }
}

/* A slot in proportion to its weight; one of them must have any. */
static uint32_t
draw_by_weight(struct surw *surw)
{
    HD_ASSERT(surw->total > 0);
    struct hd_random *random = &surw->chance.random;
    for (uint32_t i = 0; i < TRIES && surw->count > FEW; i++) {
        const uint32_t slot = (uint32_t)hd_random_below(random, surw->count);
        if (hd_random_below(random, surw->heaviest) < surw->weights[slot]) {
            return slot;
        }
    }
    if (surw->count > FEW && ++surw->failures >= surw->count) {
        surw->failures = 0;
        find_heaviest(surw);
    }
    return find_by_weight(surw, hd_random_below(random, surw->total));
}

static void
intend(struct surw *surw, const struct hd_view *view)
{
    surw->intended_slot = draw_by_weight(surw);
    surw->intended = view->ready[surw->intended_slot]->id;
}

/* Is the intended one ready, and its next step interesting? */
static uint32_t
is_due(const struct surw *surw)
{
    const uint32_t slot = surw->intended_slot;
    return slot != NONE && surw->slots[slot].free_at == HELD;
}

/*
 * One of those who are not held back: the free, and, when it is due, the
 * intended one.
 */
static uint32_t
draw_unheld(struct surw *surw)
{
    if (surw->free_count == 0) {
        return surw->intended_slot;
    }
    const uint64_t at =
        hd_random_below(&surw->chance.random, surw->free_count + is_due(surw));
    const uint32_t free = surw->free[at];
    return at < surw->free_count ? free : surw->intended_slot;
}

static uint32_t
draw(struct surw *surw, const struct hd_view *view)
{
    if (surw->intended == NONE) {
        /* Only when one of interest is drawn somebody has to be intended. */
        const uint32_t count = surw->count - (surw->clock != NONE);
        if (surw->free_count > 0) {
            const uint64_t at = hd_random_below(&surw->chance.random, count);
            if (at < surw->free_count) {
                return surw->free[at];
            }
        }
        intend(surw, view);
    } else if (surw->free_count == 0 && !is_due(surw)) {
        intend(surw, view); /* everybody waits for who cannot come */
    }
    return draw_unheld(surw);
}

static struct hd_actor *
walk(struct surw *surw, const struct hd_view *view)
{
    struct hd_actor *actor = hd_chance_walk(&surw->chance, view);
    hd_profile_stepping(&surw->profile, actor);
    return actor;
}

static struct hd_actor *
pick(void *self, const struct hd_view *view)
{
    struct surw *surw = self;
    surw->walks = surw->walks || view->ready_count != surw->count;
    if (surw->walks) {
        return walk(surw, view);
    }
    uint32_t slot = surw->clock;
    if (slot == NONE || !hd_chance_clock(&surw->chance, view->ready_count)) {
        slot = draw(surw, view);
    }
    note_step(surw, slot);
    return view->ready[slot];
}

static void
stepped(void *self, const struct hd_actor *actor,
        const struct hd_access *accesses, uint32_t count)
{
    struct surw *surw = self;
    (void)actor;
    hd_profile_stepped(&surw->profile, accesses, count);
}

static uint64_t
choose(void *self, const struct hd_view *view, const struct hd_value *value)
{
    (void)view;
    return hd_chance_choose(&((struct surw *)self)->chance, value);
}

/* ---- how far ---- */

static void
progress(void *self, struct hd_progress *out_progress)
{
    hd_profile_progress(&((struct surw *)self)->profile, out_progress);
}

static size_t
used(const void *self)
{
    const struct surw *surw = self;
    return offsetof(struct surw, profile) + hd_profile_used(&surw->profile);
}

const struct hd_strategy hd_strategy_surw = {
    .name = "surw",
    .summary = "uniform over the orders at one object (surw:all: of all steps)",
    .abi = HD_STRATEGY_ABI,
    .wants = HD_WANT_BIRTHS | HD_WANT_READY,
    .profiles = 1,
    .bytes = sizeof(struct surw),
    .init = init,
    .begin = begin,
    .pick = pick,
    .choose = choose,
    .born = born,
    .ready = ready,
    .unready = unready,
    .stepped = stepped,
    .progress = progress,
    .used = used,
    .wants_now = wants_now,
};
