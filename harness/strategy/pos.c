/*
 * Partial order sampling (Yuan, Yang, Gu, CAV 2018): every pending step has a
 * priority, drawn at random when it becomes pending; the highest steps, and the
 * steps that race with it draw again. So the orders of steps that conflict are
 * nearly equally likely, however many others come between them.
 *
 * A step is pending when its actor is ready. What it will touch is known where
 * the actor's hint says so (HD_OP_KNOWN), else it is what the profiling run has
 * shown: a random walk, run 0. What is not known conflicts with nothing, and
 * the priorities are then drawn once for each step.
 *
 * Which predicted footprints conflict is a table, made once, and of a few
 * pending steps those that race are found by looking at all. Where many are
 * pending, or hints tell what they touch, they hang in lists, one for each of
 * the first four objects that they touch, so that who races is found without
 * looking at the others. Of those who race there, up to 64 for each object draw
 * again, the newest; a crowd at one object costs no more than that.
 */
#include "strategy/chance.h"
#include "strategy/profile.h"
#include "strategy/strategy.h"
#include "strategy/top.h"

#define FEW HD_TOP_WIDTH_MIN
#define RACERS 512u /* footprints in the table */
#define LINKS 4u
#define BUCKETS ((uint32_t)1 << 14)
#define REDRAWN_MAX 64u
#define NONE UINT32_MAX

/*
 * A node is a pending step; it keeps its number while its slot changes. A link
 * is its place in the list of one object, and is called node * LINKS + which.
 */
struct link {
    uint64_t object; /* its name, or, if that is by first use, see name_of() */
    uint32_t bucket, mode, next, prev;
};

struct bucket {
    uint32_t execution, first;
};

struct pos {
    uint32_t execution;
    bool walks;
    bool predicts;       /* the profile has what is shared */
    bool lists;          /* in this execution from now on */
    uint32_t clock;      /* its slot, or none */
    uint32_t nodes_used; /* ever, in this execution; those given back: */
    uint32_t free_count;
    struct hd_chance chance;
    uint64_t races[RACERS][RACERS / 64]; /* of two footprints; symmetric */
    struct hd_profile profile;
    struct hd_top top;
    uint32_t footprint_of[HD_TOP_SLOTS]; /* by slot */
    /* The rest is for lists. */
    uint32_t free[HD_TOP_SLOTS];
    uint32_t node_of[HD_TOP_SLOTS], slot_of[HD_TOP_SLOTS];
    uint8_t link_count[HD_TOP_SLOTS];
    struct link links[(size_t)HD_TOP_SLOTS * LINKS];
    struct bucket buckets[BUCKETS];
};

/* ---- what races ---- */

static bool
conflict(uint32_t mode, uint32_t other)
{
    return mode != other || mode == HD_WRITES;
}

/* Both are sorted by object. */
static bool
race(const struct hd_profile *profile, const struct hd_footprint *a,
     const struct hd_footprint *b)
{
    uint32_t i = 0, j = 0;
    while (i < a->count && j < b->count) {
        const hd_touch mine = profile->touches[a->first + i];
        const hd_touch other = profile->touches[b->first + j];
        if (HD_TOUCH_OBJECT(mine) == HD_TOUCH_OBJECT(other) &&
            conflict(HD_TOUCH_MODE(mine), HD_TOUCH_MODE(other))) {
            return true;
        }
        i += HD_TOUCH_OBJECT(mine) <= HD_TOUCH_OBJECT(other);
        j += HD_TOUCH_OBJECT(mine) >= HD_TOUCH_OBJECT(other);
    }
    return false;
}

static void
find_races(struct pos *pos)
{
    const struct hd_profile *profile = &pos->profile;
    const uint32_t count = profile->footprint_count;
    for (uint32_t i = 1; i < count && count <= RACERS; i++) {
        for (uint32_t j = 1; j < count; j++) {
            const bool races =
                race(profile, &profile->footprints[i], &profile->footprints[j]);
            pos->races[i][j / 64] |= (uint64_t)races << j % 64;
        }
    }
}

static bool
begin(void *self, const struct hd_run *run)
{
    struct pos *pos = self;
    if (!pos->profile.frozen) {
        if (run->number >= hd_strategy_pos.profiles) {
            hd_profile_freeze(&pos->profile);
            pos->predicts = pos->profile.interesting_count > 0;
            if (pos->predicts) {
                find_races(pos);
            }
        } else {
            hd_profile_begin(&pos->profile);
        }
    }
    hd_chance_begin(&pos->chance, run->seed);
    hd_top_begin(&pos->top);
    pos->execution++;
    pos->walks = !pos->profile.frozen;
    pos->lists = pos->predicts && pos->profile.footprint_count > RACERS;
    pos->clock = NONE;
    pos->nodes_used = pos->free_count = 0;
    return true;
}

static uint32_t
wants_now(const void *self)
{
    const struct pos *pos = self;
    return pos->profile.frozen ? 0 : HD_PROFILE_WANTS;
}

static void
born(void *self, const struct hd_actor *actor)
{
    struct pos *pos = self;
    if (!pos->profile.frozen || pos->predicts) {
        hd_profile_born(&pos->profile, actor);
    }
}

/* Never 0. */
static uint64_t
draw(struct pos *pos)
{
    return hd_random_next(&pos->chance.random) >> HD_TOP_SLOT_BITS | 1;
}

/* ---- who touches what ---- */

static uint32_t
bucket_of(uint64_t object)
{
    return (uint32_t)hd_mix(object) & (BUCKETS - 1);
}

static void
hang(struct pos *pos, uint32_t node, uint64_t object, uint32_t mode)
{
    if (pos->link_count[node] == LINKS) {
        return;
    }
    const uint32_t at = node * LINKS + pos->link_count[node]++;
    const uint32_t number = bucket_of(object);
    struct bucket *bucket = &pos->buckets[number];
    if (bucket->execution != pos->execution) {
        *bucket = (struct bucket){.execution = pos->execution, .first = NONE};
    }
    pos->links[at] = (struct link){.object = object,
                                   .bucket = number,
                                   .mode = mode,
                                   .next = bucket->first,
                                   .prev = NONE};
    if (bucket->first != NONE) {
        pos->links[bucket->first].prev = at;
    }
    bucket->first = at;
}

/* What has no name but in the profile is called by its label there. */
static uint64_t
name_of(const struct hd_profile *profile, uint32_t label)
{
    const struct hd_profile_object *object = &profile->objects[label];
    return object->run != 0 ? HD_OBJECT_NEW | label : object->name;
}

static void
hang_footprint(struct pos *pos, uint32_t node, uint32_t number)
{
    const struct hd_profile *profile = &pos->profile;
    const struct hd_footprint *footprint = &profile->footprints[number];
    for (uint32_t i = 0; i < footprint->count; i++) {
        const hd_touch touch = profile->touches[footprint->first + i];
        hang(pos, node, name_of(profile, HD_TOUCH_OBJECT(touch)),
             HD_TOUCH_MODE(touch));
    }
}

static void
unhang(struct pos *pos, uint32_t node)
{
    for (uint32_t i = 0; i < pos->link_count[node]; i++) {
        const struct link *link = &pos->links[node * LINKS + i];
        if (link->next != NONE) {
            pos->links[link->next].prev = link->prev;
        }
        if (link->prev != NONE) {
            pos->links[link->prev].next = link->next;
        } else {
            pos->buckets[link->bucket].first = link->next;
        }
    }
    pos->link_count[node] = 0;
}

/* Who races with this step, which is taken now, draws again. */
static void
redraw_listed(struct pos *pos, uint32_t node)
{
    for (uint32_t i = 0; i < pos->link_count[node]; i++) {
        const struct link *mine = &pos->links[node * LINKS + i];
        uint32_t at = pos->buckets[mine->bucket].first;
        for (uint32_t count = 0; at != NONE && count < REDRAWN_MAX; count++) {
            const struct link *other = &pos->links[at];
            if (at / LINKS != node && mine->object == other->object &&
                conflict(mine->mode, other->mode)) {
                hd_top_set(&pos->top, pos->slot_of[at / LINKS], draw(pos));
            }
            at = other->next;
        }
    }
}

/* The same where there are few. */
static void
redraw_few(struct pos *pos, uint32_t slot)
{
    const uint64_t *row = pos->races[pos->footprint_of[slot]];
    uint32_t racing = 0;
    for (uint32_t i = 0; i < pos->top.count; i++) {
        const uint32_t other = pos->footprint_of[i];
        racing |= (uint32_t)(row[other / 64] >> other % 64 & 1) << i;
    }
    racing &= ~(UINT32_C(1) << slot);
    for (; racing != 0; racing &= racing - 1) {
        hd_top_set(&pos->top, (uint32_t)__builtin_ctz(racing), draw(pos));
    }
}

/* ---- who is ready ---- */

static void
take(struct pos *pos, uint32_t slot)
{
    const uint32_t moved = hd_top_remove(&pos->top, slot);
    pos->footprint_of[slot] = pos->footprint_of[moved];
    if (pos->lists) {
        const uint32_t node = pos->node_of[slot];
        pos->node_of[slot] = pos->node_of[moved];
        pos->slot_of[pos->node_of[slot]] = slot;
        unhang(pos, node);
        pos->free[pos->free_count++] = node;
    }
    if (pos->clock == slot) {
        pos->clock = NONE;
    } else if (pos->clock == moved) {
        pos->clock = slot;
    }
}

/* A node for the step in this slot. */
static uint32_t
add_node(struct pos *pos, uint32_t slot)
{
    const uint32_t node =
        pos->free_count > 0 ? pos->free[--pos->free_count] : pos->nodes_used++;
    pos->node_of[slot] = node;
    pos->slot_of[node] = slot;
    pos->link_count[node] = 0;
    return node;
}

/* From now on: those who are pending so far first. */
static void
begin_lists(struct pos *pos)
{
    pos->lists = true;
    for (uint32_t slot = 0; slot < pos->top.count; slot++) {
        hang_footprint(pos, add_node(pos, slot), pos->footprint_of[slot]);
    }
}

static void
note_touched(struct pos *pos, uint32_t slot, const struct hd_actor *actor)
{
    const bool is_known = actor->hint.flags & HD_OP_KNOWN;
    uint32_t footprint = 0;
    if (pos->predicts && !is_known && slot != pos->clock) {
        footprint = hd_profile_next(&pos->profile, actor)->footprint;
    }
    pos->footprint_of[slot] = footprint;
    if (!pos->lists && (is_known || (pos->predicts && slot >= FEW))) {
        begin_lists(pos);
    }
    if (pos->lists) {
        const uint32_t node = add_node(pos, slot);
        hang_footprint(pos, node, footprint);
        if (is_known && actor->hint.object != 0) {
            hang(pos, node, actor->hint.object, actor->hint.mode);
        }
    }
}

static void
ready(void *self, const struct hd_actor *actor, const struct hd_actor *by)
{
    struct pos *pos = self;
    if (pos->walks) {
        hd_profile_ready(&pos->profile, actor, by);
        return;
    }
    if (actor->ready_at == 0 && pos->top.count == 1) {
        take(pos, 0); /* it was the only one, and has stepped unasked */
    }
    const uint32_t slot = pos->top.count;
    if (actor->ready_at != slot || slot == HD_TOP_SLOTS) {
        pos->walks = true;
        return;
    }
    const bool is_clock = actor->kind == HD_ACTOR_CLOCK;
    pos->clock = is_clock ? slot : pos->clock;
    note_touched(pos, slot, actor);
    hd_top_add(&pos->top, is_clock ? 0 : draw(pos));
}

static void
unready(void *self, const struct hd_actor *actor, const struct hd_actor *by)
{
    struct pos *pos = self;
    (void)by;
    if (!pos->walks && actor->ready_at < pos->top.count) {
        take(pos, actor->ready_at);
    }
}

/* ---- who steps ---- */

static struct hd_actor *
walk(struct pos *pos, const struct hd_view *view)
{
    struct hd_actor *actor = hd_chance_walk(&pos->chance, view);
    hd_profile_stepping(&pos->profile, actor);
    return actor;
}

static struct hd_actor *
pick(void *self, const struct hd_view *view)
{
    struct pos *pos = self;
    pos->walks = pos->walks || view->ready_count != pos->top.count;
    if (pos->walks) {
        return walk(pos, view);
    }
    uint32_t slot = hd_top_highest(&pos->top);
    if (pos->clock != NONE &&
        hd_chance_clock(&pos->chance, view->ready_count)) {
        slot = pos->clock;
    }
    if (pos->lists) {
        redraw_listed(pos, pos->node_of[slot]);
    } else if (pos->predicts) {
        redraw_few(pos, slot);
    }
    take(pos, slot);
    return view->ready[slot];
}

static void
stepped(void *self, const struct hd_actor *actor,
        const struct hd_access *accesses, uint32_t count)
{
    struct pos *pos = self;
    (void)actor;
    hd_profile_stepped(&pos->profile, accesses, count);
}

static uint64_t
choose(void *self, const struct hd_view *view, const struct hd_value *value)
{
    (void)view;
    return hd_chance_choose(&((struct pos *)self)->chance, value);
}

/* ---- how far ---- */

static void
progress(void *self, struct hd_progress *out_progress)
{
    hd_profile_progress(&((struct pos *)self)->profile, out_progress);
}

static size_t
used(const void *self)
{
    const struct pos *pos = self;
    return offsetof(struct pos, profile) + hd_profile_used(&pos->profile);
}

const struct hd_strategy hd_strategy_pos = {
    .name = "pos",
    .summary = "by priorities that are drawn again where steps race",
    .abi = HD_STRATEGY_ABI,
    .wants = HD_WANT_BIRTHS | HD_WANT_READY,
    .profiles = 1,
    .bytes = sizeof(struct pos),
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
