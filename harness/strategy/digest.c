/*
 * What a profile comes to: it is frozen, and put into the order in which it is
 * asked. Steps are sorted by actor, objects that nobody is at odds about are
 * dropped, the others get their shares and weights, actors that behave alike
 * are found, and footprints that have become equal are one. The tables for
 * looking things up while it learns are free by now, and hold what is needed
 * for a moment.
 */
#include "base/assert.h"
#include "base/random.h"
#include "strategy/profile.h"
#include <string.h>

/* No kind of behaviour weighs more than so many times as much. */
#define FACTOR_MAX 256u

static void
sort_steps(struct hd_profile *profile)
{
    uint32_t first = 0;
    for (uint32_t i = 0; i < profile->actor_count; i++) {
        profile->actors[i].first = first;
        first += profile->actors[i].steps;
        profile->actors[i].steps = 0;
    }
    for (uint32_t i = 0; i < profile->record_count; i++) {
        const struct hd_profile_step *record = &profile->records[i];
        struct hd_profile_actor *actor = &profile->actors[record->actor];
        profile->steps[actor->first + actor->steps++] = *record;
    }
}

/* Parents are born before their children. */
static void
sum_descendants(struct hd_profile *profile)
{
    for (uint32_t i = 0; i < profile->actor_count; i++) {
        profile->descend[i] = profile->actors[i].steps;
    }
    for (uint32_t i = profile->actor_count; i-- > 0;) {
        const struct hd_profile_actor *actor = &profile->actors[i];
        if (actor->parent < i) {
            profile->descend[actor->parent] += profile->descend[i];
        }
    }
}

static void
forget_private(struct hd_profile *profile)
{
    for (uint32_t i = 1; i < profile->footprint_count; i++) {
        struct hd_footprint *footprint = &profile->footprints[i];
        hd_touch *touches = &profile->touches[footprint->first];
        uint32_t kept = 0;
        for (uint32_t j = 0; j < footprint->count; j++) {
            if (profile->objects[HD_TOUCH_OBJECT(touches[j])].at_odds) {
                touches[kept++] = touches[j];
            }
        }
        footprint->count = kept;
    }
}

static void
forget_own(struct hd_profile *profile)
{
    for (uint32_t i = 0; i < profile->actor_count; i++) {
        if (!profile->objects[profile->actors[i].own].at_odds) {
            profile->actors[i].own = 0;
        }
    }
}

/*
 * One step of an actor touches an object. In the first pass, out is NULL:
 * count the shares; in the second, place them. An actor's steps come together,
 * so its share of an object is the object's newest.
 */
static void
add_share(struct hd_profile *profile, uint32_t label, uint32_t actor,
          uint32_t last[], bool places)
{
    struct hd_profile_object *object = &profile->objects[label];
    const bool is_first = last[label] != actor + 1;
    last[label] = actor + 1;
    if (is_first) {
        object->shares++;
    }
    if (places) {
        struct hd_profile_share *share =
            &profile->shares[object->first_share + object->shares - 1];
        share->actor = actor;
        share->steps = is_first ? 1 : share->steps + 1;
    }
}

static void
pass_shares(struct hd_profile *profile, bool places)
{
    /* The table of objects is not looked up any more. */
    uint32_t *last = profile->object_slots;
    memset(last, 0, profile->object_count * sizeof(*last));
    for (uint32_t i = 0; i < profile->actor_count; i++) {
        const struct hd_profile_actor *actor = &profile->actors[i];
        for (uint32_t j = 0; j < actor->steps; j++) {
            const struct hd_footprint *footprint =
                &profile
                     ->footprints[profile->steps[actor->first + j].footprint];
            for (uint32_t k = 0; k < footprint->count; k++) {
                const hd_touch touch = profile->touches[footprint->first + k];
                add_share(profile, HD_TOUCH_OBJECT(touch), i, last, places);
            }
            if (actor->own != 0) {
                add_share(profile, actor->own, i, last, places);
            }
        }
    }
}

/* Is there one before that is touched by the same steps? */
static bool
is_known_as(const struct hd_profile *profile, uint64_t together,
            uint32_t slots[])
{
    const uint32_t mask = 2 * HD_PROFILE_FOOTPRINTS - 1;
    uint32_t at = (uint32_t)together & mask;
    for (; slots[at] != 0; at = (at + 1) & mask) {
        const uint32_t label = profile->interesting[slots[at] - 1];
        if (profile->objects[label].together == together) {
            return true;
        }
    }
    slots[at] = profile->interesting_count + 1;
    return false;
}

static void
find_interesting(struct hd_profile *profile)
{
    /* Nor the table of footprints. */
    uint32_t *slots = profile->footprint_slots;
    memset(slots, 0, sizeof(profile->footprint_slots));
    for (uint32_t label = 1; label < profile->object_count; label++) {
        struct hd_profile_object *object = &profile->objects[label];
        if (object->at_odds && object->shares > 1 &&
            !is_known_as(profile, object->together, slots)) {
            profile->interest += object->shares - 1;
            profile->interesting[profile->interesting_count] = label;
            profile->weights[profile->interesting_count++] = profile->interest;
        } else {
            object->at_odds = false; /* another stands for it */
        }
    }
    forget_private(profile);
}

static void
share_out(struct hd_profile *profile)
{
    pass_shares(profile, false);
    uint32_t first = 0;
    for (uint32_t label = 1; label < profile->object_count; label++) {
        struct hd_profile_object *object = &profile->objects[label];
        object->first_share = first;
        first += object->shares;
        object->shares = 0;
    }
    if (first <= HD_PROFILE_TOUCHES) {
        pass_shares(profile, true);
        find_interesting(profile);
    }
}

/* What is between two, like a result that is waited for, says nothing. */
static bool
is_of_several(const struct hd_profile *profile, hd_touch touch)
{
    return profile->objects[HD_TOUCH_OBJECT(touch)].shares > 2;
}

static uint64_t
behaviour_of(const struct hd_profile *profile,
             const struct hd_profile_actor *actor)
{
    uint64_t hash = actor->steps;
    for (uint32_t i = 0; i < actor->steps; i++) {
        const struct hd_profile_step *step = &profile->steps[actor->first + i];
        const struct hd_footprint *footprint =
            &profile->footprints[step->footprint];
        hash = hd_mix(hash ^ step->kind);
        for (uint32_t j = 0; j < footprint->count; j++) {
            const hd_touch touch = profile->touches[footprint->first + j];
            if (is_of_several(profile, touch)) {
                hash = hd_mix(hash ^ (uint64_t)touch << 8);
            }
        }
    }
    return hash;
}

static void
find_alike(struct hd_profile *profile)
{
    uint32_t *slots = profile->footprint_slots;
    uint64_t *hashes = profile->behaviours;
    const uint32_t mask = 2 * HD_PROFILE_FOOTPRINTS - 1;
    memset(slots, 0, sizeof(profile->footprint_slots));
    for (uint32_t i = 0; i < profile->actor_count; i++) {
        hashes[i] = behaviour_of(profile, &profile->actors[i]);
        uint32_t at = (uint32_t)hashes[i] & mask;
        while (slots[at] != 0 && hashes[slots[at] - 1] != hashes[i]) {
            at = (at + 1) & mask;
        }
        slots[at] = slots[at] != 0 ? slots[at] : i + 1;
        profile->actors[i].like = slots[at] - 1;
    }
}

static void
weigh_shares(struct hd_profile *profile, const struct hd_profile_object *object,
             uint32_t *sums)
{
    struct hd_profile_share *shares = &profile->shares[object->first_share];
    uint32_t most = 0;
    for (uint32_t i = 0; i < object->shares; i++) {
        uint32_t *sum = &sums[profile->actors[shares[i].actor].like];
        *sum += shares[i].steps;
        most = *sum > most ? *sum : most;
    }
    for (uint32_t i = 0; i < object->shares; i++) {
        const uint32_t sum = sums[profile->actors[shares[i].actor].like];
        HD_ASSERT(sum > 0); /* who has a share takes a step */
        const uint32_t factor = most / sum;
        shares[i].factor = factor < FACTOR_MAX ? factor : FACTOR_MAX;
    }
    for (uint32_t i = 0; i < object->shares; i++) {
        sums[profile->actors[shares[i].actor].like] = 0;
    }
}

static void
weigh_kinds(struct hd_profile *profile)
{
    uint32_t *sums = profile->footprint_slots;
    memset(sums, 0, profile->actor_count * sizeof(*sums));
    for (uint32_t i = 0; i < profile->interesting_count; i++) {
        weigh_shares(profile, &profile->objects[profile->interesting[i]], sums);
    }
}

/* As what it has learned, with what the actor touches besides. */
static uint32_t
refine(struct hd_profile *profile, const struct hd_footprint *learned,
       uint32_t own)
{
    struct hd_touches touches = {.count = 0};
    if (profile->objects[own].at_odds) {
        hd_touches_add(&touches, own, HD_WRITES);
    }
    for (uint32_t i = 0; i < learned->count; i++) {
        const hd_touch touch = profile->learned_touches[learned->first + i];
        hd_touches_add(&touches, HD_TOUCH_OBJECT(touch), HD_TOUCH_MODE(touch));
    }
    return hd_profile_footprint(profile, &touches);
}

/* Whose numbers are in order, as they were found. */
static uint32_t
rank_of(const struct hd_profile *profile, uint32_t label)
{
    uint32_t low = 0, high = profile->interesting_count - 1;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (profile->interesting[middle] >= label) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    HD_ASSERT(profile->interesting[low] == label);
    return low;
}

static struct hd_prediction
predict(struct hd_profile *profile, uint32_t learned, uint32_t own,
        uint32_t kind)
{
    struct hd_prediction prediction = {.kind = kind};
    prediction.footprint = refine(profile, &profile->learned[learned], own);
    const struct hd_footprint *footprint =
        &profile->footprints[prediction.footprint];
    for (uint32_t i = 0; i < footprint->count; i++) {
        const hd_touch touch = profile->touches[footprint->first + i];
        const uint32_t rank = rank_of(profile, HD_TOUCH_OBJECT(touch));
        prediction.interests |= UINT64_C(1) << rank % 64;
    }
    return prediction;
}

static void
predict_all(struct hd_profile *profile)
{
    struct hd_prediction *next = profile->predictions;
    memcpy(profile->learned, profile->footprints,
           profile->footprint_count * sizeof(profile->learned[0]));
    memcpy(profile->learned_touches, profile->touches,
           profile->touch_count * sizeof(profile->touches[0]));
    memset(profile->footprint_slots, 0, sizeof(profile->footprint_slots));
    profile->footprint_count = 1;
    profile->touch_count = 0;
    *next++ = (struct hd_prediction){.kind = HD_PREDICTION_ANY};
    for (uint32_t i = 0; i < profile->actor_count; i++) {
        const struct hd_profile_actor *actor = &profile->actors[i];
        const struct hd_profile_step *steps = &profile->steps[actor->first];
        for (uint32_t j = 0; j < actor->steps; j++) {
            *next++ =
                predict(profile, steps[j].footprint, actor->own, steps[j].kind);
        }
        *next++ = predict(profile, 0, actor->own, HD_PREDICTION_ANY);
    }
}

void
hd_profile_freeze(struct hd_profile *profile)
{
    HD_ASSERT(!profile->frozen);
    profile->frozen = true;
    sort_steps(profile);
    sum_descendants(profile);
    forget_private(profile);
    forget_own(profile);
    share_out(profile);
    find_alike(profile);
    if (profile->interesting_count > 0) {
        weigh_kinds(profile);
        predict_all(profile);
    }
}
