/*
 * What profiling runs teach a sampler: who takes how many steps, and what each
 * of them touches that others touch, too.
 *
 * Actors are known by their paths, so that they are found again in any run, and
 * numbered in the order in which they were first born. Objects are known by
 * labels that mean something in the profile only: that two steps have touched
 * the same one in a run predicts that they will conflict, whatever the object
 * is called in another. Accesses that only order steps are left out, and so is,
 * in the end, every object that no two actors were at odds about.
 *
 * A prediction depends on what is the same with every compiler: the path, the
 * number of the step, and the kind of operation that the actor comes from.
 *
 * Everything has room for so many; what comes later is not known. What has
 * settled an order is known of the first few actors and objects only, by vector
 * clocks; others are at odds wherever they conflict.
 */
#ifndef HD_STRATEGY_PROFILE_H
#define HD_STRATEGY_PROFILE_H

#include <heddle/scheduler.h>
#include <stddef.h>

#define HD_PROFILE_ACTORS ((uint32_t)1 << 15)
#define HD_PROFILE_IDS ((uint32_t)1 << 17)
#define HD_PROFILE_STEPS ((uint32_t)1 << 18)
#define HD_PROFILE_PREDICTIONS (HD_PROFILE_STEPS + HD_PROFILE_ACTORS + 1)
#define HD_PROFILE_OBJECTS ((uint32_t)1 << 15)
#define HD_PROFILE_FOOTPRINTS ((uint32_t)1 << 15)
#define HD_PROFILE_TOUCHES ((uint32_t)1 << 17)
#define HD_PROFILE_WIDE 16u /* objects in one footprint */
#define HD_PROFILE_CLOCKS 256u
#define HD_PROFILE_CLOCKED 1024u
#define HD_PROFILE_ACCESSES ((uint32_t)1 << 16)

#define HD_PROFILE_NONE UINT32_MAX

/* The object, labelled from 1, above two bits for the hd_access_mode. */
typedef uint32_t hd_touch;
#define HD_TOUCH(object, mode) ((hd_touch)((object) << 2 | (mode)))
#define HD_TOUCH_OBJECT(touch) ((touch) >> 2)
#define HD_TOUCH_MODE(touch) ((touch)&3u)

/* Sorted by object. */
struct hd_touches {
    hd_touch items[HD_PROFILE_WIDE];
    uint32_t count;
};

/*
 * parent   its number, or NONE.
 * steps    how many it took; the first is at `first` of the profile's steps.
 * own      the label of its own state, if others touch that; else 0.
 * like     the first actor that behaved like it: as many steps, from the same
 *          kinds of operation, that touched the same of what several share.
 */
struct hd_profile_actor {
    uint64_t path;
    uint32_t parent, first, steps, own, like;
};

/*
 * Touches, from first on. Number 0 is empty. Once the profile is frozen, no two
 * are equal, and those of an actor's steps contain its own state.
 */
struct hd_footprint {
    uint32_t first, count;
};

/*
 * What a step is going to touch.
 *
 * kind       of the operation that it comes from; or ANY.
 * interests  bit i % 64 for each interesting[i] that it touches.
 */
struct hd_prediction {
    uint32_t footprint, kind;
    uint64_t interests;
};
#define HD_PREDICTION_ANY UINT32_MAX

/*
 * Who has an id in this execution.
 *
 * number  plus 1; 0: not known.
 * first   of its predictions, of which it has one more than steps.
 */
struct hd_profile_known {
    uint32_t number, first, steps;
};

/*
 * So many steps of an actor touch an object. factor: what one of them weighs if
 * all kinds of behaviour at that object weigh the same.
 */
struct hd_profile_share {
    uint32_t actor, steps, factor;
};

/* Without padding: it is kept in files, and those are compared. */
struct hd_profile_step {
    uint32_t actor, footprint;
    uint32_t kind; /* of the operation that it came from */
};

/*
 * name      as in hd_access; run: which, if the name is by first use, else 0.
 * at_odds   two actors were at odds about it.
 * accesses  the newest of those below, plus 1; not kept once it is at odds.
 * together  a hash of the steps that touch it.
 * shares    of the actors that touch it, from first_share on.
 */
struct hd_profile_object {
    uint64_t name, together;
    uint32_t run, accesses;
    bool at_odds;
    uint32_t first_share, shares;
};

/* An actor's last access of an object in each mode: its step, from 1. */
struct hd_profile_access {
    uint32_t actor, next; /* plus 1 */
    uint32_t steps[3];
};

/* Zeroed storage is an empty profile that learns. */
struct hd_profile {
    bool frozen;
    uint32_t runs, actor_count, record_count;
    uint32_t object_count, footprint_count, touch_count, share_count;
    uint32_t access_count;
    uint32_t interesting_count;
    uint64_t interest; /* the sum of their weights */
    uint32_t stepping; /* who steps, learning; or NONE */
    uint8_t kind;      /* where it comes from */
    struct hd_profile_actor actors[HD_PROFILE_ACTORS];
    struct hd_profile_step records[HD_PROFILE_STEPS]; /* in their order */
    /* By actor, and one for all its other steps; the first is nobody's. */
    struct hd_prediction predictions[HD_PROFILE_PREDICTIONS];
    struct hd_profile_object objects[HD_PROFILE_OBJECTS]; /* by label */
    struct hd_footprint footprints[HD_PROFILE_FOOTPRINTS];
    hd_touch touches[HD_PROFILE_TOUCHES];
    struct hd_profile_share shares[HD_PROFILE_TOUCHES];
    /*
     * Objects at odds, of those that are always touched together the first;
     * each weighs one less than it has actors. weights: summed up to it.
     */
    uint32_t interesting[HD_PROFILE_OBJECTS];
    uint64_t weights[HD_PROFILE_OBJECTS];
    uint32_t actor_slots[2 * HD_PROFILE_ACTORS];
    uint32_t object_slots[2 * HD_PROFILE_OBJECTS];
    uint32_t footprint_slots[2 * HD_PROFILE_FOOTPRINTS];
    /* By number: its steps and those of all its descendants. */
    uint32_t descend[HD_PROFILE_ACTORS];
    struct hd_profile_known by_id[HD_PROFILE_IDS]; /* in this execution */
    /* What is below is not needed once it is frozen. */
    struct hd_profile_step steps[HD_PROFILE_STEPS]; /* by actor */
    struct hd_footprint learned[HD_PROFILE_FOOTPRINTS];
    hd_touch learned_touches[HD_PROFILE_TOUCHES];
    uint64_t behaviours[HD_PROFILE_ACTORS];
    struct hd_profile_access accesses[HD_PROFILE_ACCESSES];
    /* Of an actor: how many steps of each happen before its next. */
    uint32_t clocks[HD_PROFILE_CLOCKS][HD_PROFILE_CLOCKS];
    /* Of an object: the same for its accesses so far, by mode. */
    uint32_t object_clocks[HD_PROFILE_CLOCKED][3][HD_PROFILE_CLOCKS];
};

/* So many bytes of it have to be kept. */
static inline size_t
hd_profile_used(const struct hd_profile *profile)
{
    return profile->frozen ? offsetof(struct hd_profile, steps)
                           : sizeof(*profile);
}

/* What it wants to be told while it learns, besides births. */
#define HD_PROFILE_WANTS (HD_WANT_SINGLES | HD_WANT_STEPS)

/* ---- learning, in this order; nothing once it is frozen ---- */

void hd_profile_begin(struct hd_profile *profile);
/* As the hook of this name. */
void hd_profile_ready(struct hd_profile *profile, const struct hd_actor *actor,
                      const struct hd_actor *by);
/* The actor is going to step: to be called for each step. */
void hd_profile_stepping(struct hd_profile *profile,
                         const struct hd_actor *actor);
void hd_profile_stepped(struct hd_profile *profile,
                        const struct hd_access *accesses, uint32_t count);
void hd_profile_freeze(struct hd_profile *profile);

/* Add an access to a list: two of one object are the stronger. */
void hd_touches_add(struct hd_touches *touches, uint32_t object, uint32_t mode);
/* The number of this footprint, new or not; 0 where there is no room. */
uint32_t hd_profile_footprint(struct hd_profile *profile,
                              const struct hd_touches *touches);

/* ---- in every run ---- */

/* Its number, NONE if it is not known; it is known from now on. */
uint32_t hd_profile_born(struct hd_profile *profile,
                         const struct hd_actor *actor);

static inline uint32_t
hd_profile_find(const struct hd_profile *profile, uint32_t id)
{
    return id < HD_PROFILE_IDS ? profile->by_id[id].number - 1
                               : HD_PROFILE_NONE;
}

/* What the profile has come to, for progress. */
void hd_profile_progress(const struct hd_profile *profile,
                         struct hd_progress *out_progress);

/* Which of `interesting`, by its weight; at is below interest. */
uint32_t hd_profile_draw(const struct hd_profile *profile, uint64_t at);

/*
 * What the step of an actor will touch that comes from another kind of
 * operation than in the profile, or that it did not take there.
 */
const struct hd_prediction *hd_profile_nearest(
    const struct hd_profile *profile, const struct hd_profile_known *known,
    const struct hd_actor *actor);

/* What the next step of a ready actor will touch, of a frozen profile. */
static inline const struct hd_prediction *
hd_profile_next(const struct hd_profile *profile, const struct hd_actor *actor)
{
    if (__builtin_expect(actor->id >= HD_PROFILE_IDS, 0)) {
        return &profile->predictions[0];
    }
    const struct hd_profile_known *known = &profile->by_id[actor->id];
    const uint32_t at =
        actor->steps < known->steps ? actor->steps : known->steps;
    const struct hd_prediction *next = &profile->predictions[known->first + at];
    return next->kind == actor->hint.kind
               ? next
               : hd_profile_nearest(profile, known, actor);
}

#endif
