#include "strategy/profile.h"

#include "base/assert.h"
#include "base/random.h"
#include <stdio.h>
#include <string.h>

/* An actor that took more or fewer steps than in the profile is looked for so
   many steps ahead and back. */
#define SHIFT_MAX 4u

void
hd_profile_begin(struct hd_profile *profile)
{
    profile->stepping = HD_PROFILE_NONE;
    profile->runs++;
    if (profile->footprint_count == 0) {
        profile->footprint_count = 1; /* the empty one */
        profile->object_count = 1;    /* labels are from 1 */
    }
}

/* ---- actors ---- */

static uint32_t *
actor_slot(struct hd_profile *profile, uint64_t path)
{
    const uint32_t mask = 2 * HD_PROFILE_ACTORS - 1;
    uint32_t at = (uint32_t)path & mask;
    while (profile->actor_slots[at] != 0 &&
           profile->actors[profile->actor_slots[at] - 1].path != path) {
        at = (at + 1) & mask;
    }
    return &profile->actor_slots[at];
}

static void
add_actor(struct hd_profile *profile, const struct hd_actor *actor,
          uint32_t *slot)
{
    if (profile->actor_count == HD_PROFILE_ACTORS) {
        return;
    }
    profile->actors[profile->actor_count++] = (struct hd_profile_actor){
        .path = actor->path,
        .parent = hd_profile_find(profile, actor->parent),
    };
    *slot = profile->actor_count;
}

/* number: plus 1. */
static void
know(struct hd_profile *profile, uint32_t id, uint32_t number)
{
    if (id >= HD_PROFILE_IDS) {
        return;
    }
    struct hd_profile_known *known = &profile->by_id[id];
    *known = (struct hd_profile_known){.number = number};
    if (number != 0 && profile->frozen) {
        /* Behind the first prediction, and one of each actor before. */
        known->first = profile->actors[number - 1].first + number;
        known->steps = profile->actors[number - 1].steps;
    }
}

uint32_t
hd_profile_born(struct hd_profile *profile, const struct hd_actor *actor)
{
    /* Mostly it is the one that had this id in the execution before. */
    const uint32_t before = hd_profile_find(profile, actor->id);
    if (before != HD_PROFILE_NONE &&
        profile->actors[before].path == actor->path &&
        (profile->by_id[actor->id].first != 0 || !profile->frozen)) {
        return before;
    }
    uint32_t *slot = actor_slot(profile, actor->path);
    if (*slot == 0 && !profile->frozen) {
        add_actor(profile, actor, slot);
    }
    if (!profile->frozen && *slot - 1 < HD_PROFILE_CLOCKS) {
        memset(profile->clocks[*slot - 1], 0, sizeof(profile->clocks[0]));
    }
    know(profile, actor->id, *slot);
    return *slot - 1;
}

/* ---- objects ---- */

static void
keep_access(struct hd_profile *profile, struct hd_profile_object *object,
            uint32_t actor, uint32_t mode, uint32_t step)
{
    for (uint32_t at = object->accesses; at != 0;
         at = profile->accesses[at - 1].next) {
        if (profile->accesses[at - 1].actor == actor) {
            profile->accesses[at - 1].steps[mode] = step;
            return;
        }
    }
    if (profile->access_count == HD_PROFILE_ACCESSES) {
        object->at_odds = true; /* for all that is known */
        return;
    }
    struct hd_profile_access *access =
        &profile->accesses[profile->access_count++];
    *access =
        (struct hd_profile_access){.actor = actor, .next = object->accesses};
    access->steps[mode] = step;
    object->accesses = profile->access_count;
}

/* An actor writes its own state with every step, also with those before. */
static void
note_own(struct hd_profile *profile, uint32_t label)
{
    struct hd_profile_object *object = &profile->objects[label];
    const uint32_t number = *actor_slot(profile, object->name);
    if (number == 0) {
        return;
    }
    struct hd_profile_actor *actor = &profile->actors[number - 1];
    actor->own = label;
    if (actor->steps > 0) {
        keep_access(profile, object, number - 1, HD_WRITES, actor->steps);
    }
}

/* Its label; 0 where there is no room. */
static uint32_t
label_of(struct hd_profile *profile, uint64_t name)
{
    const uint32_t mask = 2 * HD_PROFILE_OBJECTS - 1;
    const uint32_t run = name & HD_OBJECT_NEW ? profile->runs : 0;
    uint32_t at = (uint32_t)hd_mix(name ^ run) & mask;
    for (; profile->object_slots[at] != 0; at = (at + 1) & mask) {
        const uint32_t label = profile->object_slots[at];
        const struct hd_profile_object *object = &profile->objects[label];
        if (object->name == name && object->run == run) {
            return label;
        }
    }
    if (profile->object_count == HD_PROFILE_OBJECTS) {
        return 0;
    }
    profile->objects[profile->object_count] =
        (struct hd_profile_object){.name = name, .run = run};
    profile->object_slots[at] = profile->object_count;
    note_own(profile, profile->object_count);
    return profile->object_count++;
}

/* ---- who is at odds ---- */

static void
merge(uint32_t *clock, const uint32_t *with)
{
    for (uint32_t i = 0; i < HD_PROFILE_CLOCKS; i++) {
        clock[i] = with[i] > clock[i] ? with[i] : clock[i];
    }
}

void
hd_profile_ready(struct hd_profile *profile, const struct hd_actor *actor,
                 const struct hd_actor *by)
{
    const uint32_t number = hd_profile_find(profile, actor->id);
    if (profile->frozen || number >= HD_PROFILE_CLOCKS) {
        return;
    }
    const uint32_t cause =
        by != NULL ? hd_profile_find(profile, by->id) : HD_PROFILE_NONE;
    if (cause < HD_PROFILE_CLOCKS) {
        merge(profile->clocks[number], profile->clocks[cause]);
    }
    for (uint32_t i = 0; i < HD_PROFILE_CLOCKS && by == NULL; i++) {
        profile->clocks[number][i] = profile->clocks[i][i];
    }
}

static bool
conflict(uint32_t mode, uint32_t other)
{
    return mode != other || mode == HD_WRITES;
}

/* Has an earlier access of another, in conflict, not happened before? */
static bool
is_at_odds(const struct hd_profile *profile, uint32_t actor, uint32_t mode,
           const struct hd_profile_access *other)
{
    const bool known =
        actor < HD_PROFILE_CLOCKS && other->actor < HD_PROFILE_CLOCKS;
    const uint32_t settled = known ? profile->clocks[actor][other->actor] : 0;
    for (uint32_t i = 0; i < 3; i++) {
        if (conflict(mode, i) && other->steps[i] > settled) {
            return true;
        }
    }
    return false;
}

static void
note_access(struct hd_profile *profile, hd_touch touch, uint32_t actor)
{
    struct hd_profile_object *object =
        &profile->objects[HD_TOUCH_OBJECT(touch)];
    object->together =
        hd_mix(object->together ^
               hd_mix((uint64_t)actor << 32 | profile->actors[actor].steps));
    for (uint32_t at = object->accesses; at != 0 && !object->at_odds;
         at = profile->accesses[at - 1].next) {
        object->at_odds = profile->accesses[at - 1].actor != actor &&
                          is_at_odds(profile, actor, HD_TOUCH_MODE(touch),
                                     &profile->accesses[at - 1]);
    }
    if (!object->at_odds) {
        keep_access(profile, object, actor, HD_TOUCH_MODE(touch),
                    profile->actors[actor].steps + 1);
    }
}

/* What came before at this object has happened before from now on. */
static void
settle(struct hd_profile *profile, hd_touch touch, uint32_t actor)
{
    const uint32_t object = HD_TOUCH_OBJECT(touch);
    if (object >= HD_PROFILE_CLOCKED || actor >= HD_PROFILE_CLOCKS) {
        return;
    }
    for (uint32_t mode = 0; mode < 3; mode++) {
        if (conflict(HD_TOUCH_MODE(touch), mode)) {
            merge(profile->clocks[actor], profile->object_clocks[object][mode]);
        }
    }
}

static void
publish(struct hd_profile *profile, hd_touch touch, uint32_t actor)
{
    const uint32_t object = HD_TOUCH_OBJECT(touch);
    if (object < HD_PROFILE_CLOCKED && actor < HD_PROFILE_CLOCKS) {
        merge(profile->object_clocks[object][HD_TOUCH_MODE(touch)],
              profile->clocks[actor]);
    }
}

/* ---- footprints ---- */

void
hd_touches_add(struct hd_touches *touches, uint32_t object, uint32_t mode)
{
    uint32_t at = 0;
    while (at < touches->count &&
           HD_TOUCH_OBJECT(touches->items[at]) < object) {
        at++;
    }
    if (at < touches->count && HD_TOUCH_OBJECT(touches->items[at]) == object) {
        if (HD_TOUCH_MODE(touches->items[at]) != mode) {
            touches->items[at] = HD_TOUCH(object, HD_WRITES);
        }
        return;
    }
    if (touches->count == HD_PROFILE_WIDE) {
        return;
    }
    memmove(&touches->items[at + 1], &touches->items[at],
            (touches->count - at) * sizeof(hd_touch));
    touches->items[at] = HD_TOUCH(object, mode);
    touches->count++;
}

static bool
is_footprint(const struct hd_profile *profile, uint32_t number,
             const struct hd_touches *touches)
{
    const struct hd_footprint *footprint = &profile->footprints[number];
    return footprint->count == touches->count &&
           memcmp(&profile->touches[footprint->first], touches->items,
                  touches->count * sizeof(hd_touch)) == 0;
}

uint32_t
hd_profile_footprint(struct hd_profile *profile,
                     const struct hd_touches *touches)
{
    const uint32_t mask = 2 * HD_PROFILE_FOOTPRINTS - 1;
    uint64_t hash = touches->count;
    if (touches->count == 0) {
        return 0;
    }
    for (uint32_t i = 0; i < touches->count; i++) {
        hash = hd_mix(hash ^ touches->items[i]);
    }
    uint32_t at = (uint32_t)hash & mask;
    for (; profile->footprint_slots[at] != 0; at = (at + 1) & mask) {
        if (is_footprint(profile, profile->footprint_slots[at], touches)) {
            return profile->footprint_slots[at];
        }
    }
    if (profile->footprint_count == HD_PROFILE_FOOTPRINTS ||
        profile->touch_count + touches->count > HD_PROFILE_TOUCHES) {
        return 0;
    }
    profile->footprints[profile->footprint_count] = (struct hd_footprint){
        .first = profile->touch_count, .count = touches->count};
    memcpy(&profile->touches[profile->touch_count], touches->items,
           touches->count * sizeof(hd_touch));
    profile->touch_count += touches->count;
    profile->footprint_slots[at] = profile->footprint_count;
    return profile->footprint_count++;
}

/* ---- steps ---- */

void
hd_profile_stepping(struct hd_profile *profile, const struct hd_actor *actor)
{
    if (profile->frozen) {
        return;
    }
    const uint32_t number = hd_profile_find(profile, actor->id);
    /* What an earlier run has shown of this step holds. */
    const bool is_next = number != HD_PROFILE_NONE &&
                         profile->actors[number].steps == actor->steps;
    profile->stepping = is_next ? number : HD_PROFILE_NONE;
    profile->kind = actor->hint.kind;
    if (number < HD_PROFILE_CLOCKS) {
        profile->clocks[number][number] = actor->steps + 1;
    }
}

static void
read_accesses(struct hd_profile *profile, const struct hd_access *accesses,
              uint32_t count, struct hd_touches *touches)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct hd_access *access = &accesses[i];
        if (access->flags & HD_ACCESS_ENABLES) {
            continue;
        }
        const uint32_t object = label_of(profile, access->object);
        if (object != 0) {
            hd_touches_add(touches, object, access->mode);
        }
    }
}

/*
 * What a step has read may be why it writes at all: somebody's result, which
 * it has waited for. So reads settle the order of its writes.
 */
static void
note_accesses(struct hd_profile *profile, const struct hd_touches *touches,
              uint32_t actor)
{
    const uint32_t own = profile->actors[actor].own;
    if (own != 0) {
        note_access(profile, HD_TOUCH(own, HD_WRITES), actor);
        settle(profile, HD_TOUCH(own, HD_WRITES), actor);
        publish(profile, HD_TOUCH(own, HD_WRITES), actor);
    }
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < touches->count; i++) {
            const hd_touch touch = touches->items[i];
            if ((HD_TOUCH_MODE(touch) == HD_READS) == (pass == 0)) {
                note_access(profile, touch, actor);
            }
        }
        for (uint32_t i = 0; i < touches->count; i++) {
            const hd_touch touch = touches->items[i];
            if ((HD_TOUCH_MODE(touch) == HD_READS) == (pass == 0)) {
                settle(profile, touch, actor);
            }
        }
    }
    for (uint32_t i = 0; i < touches->count; i++) {
        publish(profile, touches->items[i], actor);
    }
}

void
hd_profile_stepped(struct hd_profile *profile, const struct hd_access *accesses,
                   uint32_t count)
{
    struct hd_touches touches = {.count = 0};
    const uint32_t actor = profile->stepping;
    profile->stepping = HD_PROFILE_NONE;
    if (profile->frozen || actor == HD_PROFILE_NONE ||
        profile->record_count == HD_PROFILE_STEPS) {
        return;
    }
    read_accesses(profile, accesses, count, &touches);
    note_accesses(profile, &touches, actor);
    profile->records[profile->record_count++] = (struct hd_profile_step){
        .actor = actor,
        .footprint = hd_profile_footprint(profile, &touches),
        .kind = profile->kind,
    };
    profile->actors[actor].steps++;
}

/* ---- what it is asked ---- */

void
hd_profile_progress(const struct hd_profile *profile,
                    struct hd_progress *out_progress)
{
    if (profile->frozen) {
        snprintf(out_progress->text, sizeof(out_progress->text),
                 "%u objects are shared", profile->interesting_count);
    }
}

/* Of so few it is faster to look at all than to guess where to look. */
#define DRAWN_BY_COUNTING 16u

uint32_t
hd_profile_draw(const struct hd_profile *profile, uint64_t at)
{
    HD_ASSERT(at < profile->interest);
    const uint32_t count = profile->interesting_count;
    if (count <= DRAWN_BY_COUNTING) {
        uint32_t which = 0;
        for (uint32_t i = 0; i < count; i++) {
            which += profile->weights[i] <= at;
        }
        return which;
    }
    uint32_t low = 0, high = count - 1;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (profile->weights[middle] > at) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

const struct hd_prediction *
hd_profile_nearest(const struct hd_profile *profile,
                   const struct hd_profile_known *known,
                   const struct hd_actor *actor)
{
    const struct hd_prediction *steps = &profile->predictions[known->first];
    const uint32_t count = known->steps, kind = actor->hint.kind;
    if (actor->steps >= count) {
        return &steps[count];
    }
    for (uint32_t shift = 1; shift <= SHIFT_MAX; shift++) {
        const uint32_t later = actor->steps + shift;
        const uint32_t earlier = actor->steps - shift; /* it may wrap around */
        if (later < count && steps[later].kind == kind) {
            return &steps[later];
        }
        if (earlier < count && steps[earlier].kind == kind) {
            return &steps[earlier];
        }
    }
    return &steps[count];
}
