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
#define FACTOR_MAX 256u
#define NONE UINT32_MAX
#define HELD SLOTS

/* What is known of who is ready. free_at: its place among the free, or HELD. */
struct slot {
    uint32_t id, number, free_at;
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
    uint32_t count, free_count, slots_used;
    uint64_t total;    /* of the weights */
    uint32_t heaviest; /* no weight is above it */
    uint32_t failures; /* of draws with it, in a row, until it is found anew */
    struct hd_chance chance;
    struct hd_profile profile;
    /* The rest is made anew for each execution. */
    uint32_t left[HD_PROFILE_ACTORS];    /* interesting steps, by number */
    uint32_t factors[HD_PROFILE_ACTORS]; /* by kind: what one of them weighs */
    uint32_t of_kind[HD_PROFILE_ACTORS]; /* summed; all 0 between two uses */
    struct slot slots[SLOTS];
    /* Slots whose next step is of no interest, and room for what is not kept:
       to write it there is faster than to ask. */
    uint32_t free[SLOTS + 1];
    uint32_t weights[SLOTS]; /* by slot; 0 behind the last, up to FEW */
    uint64_t sums[SLOTS / BLOCK];
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

/* The steps of each kind weigh as much together as those of any other. */
static void
weigh_kinds(struct surw *surw)
{
    const struct hd_profile *profile = &surw->profile;
    const struct hd_profile_object *object = &profile->objects[surw->object];
    const struct hd_profile_share *shares =
        &profile->shares[object->first_share];
    uint32_t most = 0;
    for (uint32_t i = 0; i < object->shares; i++) {
        uint32_t *sum = &surw->of_kind[profile->actors[shares[i].actor].like];
        *sum += shares[i].steps;
        most = *sum > most ? *sum : most;
    }
    for (uint32_t i = 0; i < profile->actor_count; i++) {
        surw->factors[i] = 1;
    }
    for (uint32_t i = 0; i < object->shares; i++) {
        const uint32_t sum =
            surw->of_kind[profile->actors[shares[i].actor].like];
        const uint32_t factor = most / sum;
        surw->factors[shares[i].actor] =
            factor < FACTOR_MAX ? factor : FACTOR_MAX;
    }
    for (uint32_t i = 0; i < object->shares; i++) {
        surw->of_kind[profile->actors[shares[i].actor].like] = 0;
    }
}

static void
choose_interest(struct surw *surw)
{
    const struct hd_profile *profile = &surw->profile;
    surw->all = surw->all_asked || profile->interesting_count == 0;
    surw->object = 0;
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
        weigh_kinds(surw);
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
    surw->count = surw->free_count = surw->slots_used = 0;
    surw->total = surw->heaviest = surw->failures = 0;
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
static bool
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
    return (next->interests & surw->mask) != 0 &&
           (profile->interesting_count <= 64 ||
            touches_object(profile, next->footprint, surw->object));
}

/* ---- slots ---- */

/* No branches here: whose next step is of interest no processor foresees. */

static void
add_free(struct surw *surw, uint32_t slot, bool is_free)
{
    surw->slots[slot].free_at = is_free ? surw->free_count : HELD;
    surw->free[surw->free_count] = slot;
    surw->free_count += is_free;
}

static void
remove_free(struct surw *surw, uint32_t slot)
{
    const uint32_t at = surw->slots[slot].free_at;
    const bool is_free = at != HELD;
    surw->free_count -= is_free;
    const uint32_t last = surw->free[surw->free_count];
    const uint32_t moved = is_free ? last : slot;
    surw->free[at] = moved;
    surw->slots[moved].free_at = at;
    surw->slots[slot].free_at = HELD;
}

/* The last slot moves into the gap; it may be the gap. */
static void
move_last(struct surw *surw, uint32_t last, uint32_t slot)
{
    const uint32_t weight = surw->weights[last];
    surw->weights[slot] = weight;
    surw->weights[last] = 0;
    surw->sums[last / BLOCK] -= weight;
    surw->sums[slot / BLOCK] += weight;
    surw->slots[slot] = surw->slots[last];
    surw->free[surw->slots[slot].free_at] = slot;
}

static void
add_weight(struct surw *surw, uint32_t slot, uint32_t weight)
{
    surw->weights[slot] = weight;
    surw->sums[slot / BLOCK] += weight;
    surw->total += weight;
    if (weight > surw->heaviest) {
        surw->heaviest = weight;
    }
}

static void
remove_weight(struct surw *surw, uint32_t slot)
{
    surw->sums[slot / BLOCK] -= surw->weights[slot];
    surw->total -= surw->weights[slot];
    surw->weights[slot] = 0;
}

/* A slot that this execution has not used yet: what it holds is another's. */
static void
begin_slot(struct surw *surw, uint32_t slot)
{
    if (slot % BLOCK == 0) {
        surw->sums[slot / BLOCK] = 0;
    }
    surw->slots_used = slot + 1;
}

/* Where a slot is once the last has moved into the gap. */
static uint32_t
follow(uint32_t at, uint32_t last, uint32_t gap)
{
    const uint32_t moved = at == last ? gap : at;
    return at == gap ? NONE : moved;
}

/* The actor in this slot is no longer ready; the last one fills the gap. */
static void
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
    const bool is_interesting = taken->free_at == HELD && slot != surw->clock;
    if (is_interesting) {
        if (taken->number != NONE && surw->left[taken->number] > 0) {
            surw->left[taken->number]--;
        }
        surw->intended = NONE;
    }
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
    if (number == HD_PROFILE_NONE) {
        return 0;
    }
    const uint32_t left = surw->left[number];
    return surw->by_kind && !surw->all ? left * surw->factors[number] : left;
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
    const uint32_t number = hd_profile_find(&surw->profile, actor->id);
    const bool is_clock = actor->kind == HD_ACTOR_CLOCK;
    if (slot >= surw->slots_used) {
        begin_slot(surw, slot);
    }
    surw->count++;
    surw->slots[slot] = (struct slot){.id = actor->id, .number = number};
    const bool is_free = !is_clock && !is_interesting(surw, actor);
    add_free(surw, slot, is_free);
    const uint32_t weight = is_clock ? 0 : weight_of(surw, number);
    add_weight(surw, slot, weight + (weight == 0 && !is_free && !is_clock));
    surw->clock = is_clock ? slot : surw->clock;
    if (actor->id == surw->intended) {
        surw->intended_slot = slot;
    }
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
    for (uint32_t i = 0; i < surw->count; i += 4) {
        for (uint32_t j = i; j < i + 4; j++) {
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
    uint32_t at = 0;
    while (before >= surw->sums[at]) {
        before -= surw->sums[at++];
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
intend(struct surw *surw)
{
    surw->intended_slot = draw_by_weight(surw);
    surw->intended = surw->slots[surw->intended_slot].id;
}

/*
 * One of those who are not held back: the free, and, where its next step is
 * interesting, the intended one. None: nobody was intended, or everybody waits
 * for who cannot come.
 */
static uint32_t
draw_unheld(struct surw *surw)
{
    const uint32_t intended = surw->intended_slot;
    const bool waits =
        intended != NONE && surw->slots[intended].free_at == HELD;
    const uint32_t count = surw->free_count + waits;
    if (count == 0) {
        return NONE;
    }
    if (surw->free_count == 0) {
        return intended;
    }
    const uint64_t at = hd_random_below(&surw->chance.random, count);
    return at < surw->free_count ? surw->free[at] : intended;
}

static uint32_t
draw(struct surw *surw)
{
    if (surw->intended == NONE && surw->free_count > 0) {
        /* Only when one of interest is drawn somebody has to be intended. */
        const uint32_t count = surw->count - (surw->clock != NONE);
        const uint64_t at = hd_random_below(&surw->chance.random, count);
        if (at < surw->free_count) {
            return surw->free[at];
        }
    }
    uint32_t slot = NONE;
    if (surw->intended != NONE) {
        slot = draw_unheld(surw);
    }
    if (slot == NONE) {
        intend(surw);
        slot = draw_unheld(surw);
    }
    return slot;
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
        slot = draw(surw);
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
