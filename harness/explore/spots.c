#include "explore/spots.h"

#include "base/assert.h"
#include <stdlib.h>

#define SPOTS_AT_FIRST 256u
#define SPOTS_MAX ((uint32_t)1 << 17) /* of which half can be used */
#define PAST_MAX ((uint32_t)1 << 15)

static inline uint32_t
hash_of(uint64_t key)
{
    return (uint32_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

/* ---- by name ---- */

static struct hd_spot *
find_spot(const struct hd_spots *spots, uint64_t name)
{
    const uint32_t mask = spots->spot_room - 1;
    for (uint32_t at = hash_of(name) & mask;; at = (at + 1) & mask) {
        struct hd_spot *spot = &spots->spots[at];
        if (spot->execution != spots->execution || spot->name == name) {
            return spot;
        }
    }
}

static bool
enlarge_spots(struct hd_spots *spots)
{
    struct hd_spot *old = spots->spots;
    const uint32_t old_room = spots->spot_room;
    const uint32_t room = old_room > 0 ? old_room * 2 : SPOTS_AT_FIRST;
    struct hd_spot *larger =
        room <= SPOTS_MAX ? calloc(room, sizeof(*larger)) : NULL;
    if (larger == NULL) {
        return false;
    }
    spots->spots = larger;
    spots->spot_room = room;
    for (uint32_t i = 0; i < old_room; i++) {
        if (old[i].execution == spots->execution) {
            *find_spot(spots, old[i].name) = old[i];
        }
    }
    free(old);
    return true;
}

struct hd_spot *
hd_spots_get(struct hd_spots *spots, uint64_t name)
{
    if (spots->spot_room == 0 && !enlarge_spots(spots)) {
        return NULL;
    }
    struct hd_spot *spot = find_spot(spots, name);
    if (spot->execution != spots->execution) {
        if (spots->spot_count * 2 >= spots->spot_room) {
            if (!enlarge_spots(spots)) {
                return NULL;
            }
            spot = find_spot(spots, name);
        }
        *spot = (struct hd_spot){.name = name,
                                 .execution = spots->execution,
                                 .number = ++spots->spot_count};
    }
    return spot;
}

const struct hd_spot *
hd_spots_find(const struct hd_spots *spots, uint64_t name)
{
    const struct hd_spot *spot =
        spots->spot_room > 0 ? find_spot(spots, name) : NULL;
    return spot != NULL && spot->execution == spots->execution ? spot : NULL;
}

const struct hd_spot *
hd_spots_next(const struct hd_spots *spots, uint32_t *from)
{
    while (*from < spots->spot_room) {
        const struct hd_spot *spot = &spots->spots[(*from)++];
        if (spot->execution == spots->execution) {
            return spot;
        }
    }
    return NULL;
}

/* ---- by spot and actor ---- */

static struct hd_spot_own *
find_own(const struct hd_spots *spots, uint32_t spot, uint32_t actor)
{
    const uint32_t mask = spots->own_room - 1;
    uint32_t at = hash_of((uint64_t)spot << 32 | actor) & mask;
    for (;; at = (at + 1) & mask) {
        struct hd_spot_own *own = &spots->owns[at];
        if (own->execution != spots->execution ||
            (own->spot == spot && own->actor == actor)) {
            return own;
        }
    }
}

static bool
enlarge_owns(struct hd_spots *spots)
{
    struct hd_spot_own *old = spots->owns;
    const uint32_t old_room = spots->own_room;
    const uint32_t room = old_room > 0 ? old_room * 2 : SPOTS_AT_FIRST;
    struct hd_spot_own *larger =
        room <= SPOTS_MAX ? calloc(room, sizeof(*larger)) : NULL;
    if (larger == NULL) {
        return false;
    }
    spots->owns = larger;
    spots->own_room = room;
    for (uint32_t i = 0; i < old_room; i++) {
        if (old[i].execution == spots->execution) {
            *find_own(spots, old[i].spot, old[i].actor) = old[i];
        }
    }
    free(old);
    return true;
}

struct hd_spot_own *
hd_spots_own(struct hd_spots *spots, const struct hd_spot *spot, uint32_t actor)
{
    if (spots->own_room == 0 && !enlarge_owns(spots)) {
        return NULL;
    }
    struct hd_spot_own *own = find_own(spots, spot->number, actor);
    if (own->execution != spots->execution) {
        if (spots->own_count * 2 >= spots->own_room) {
            if (!enlarge_owns(spots)) {
                return NULL;
            }
            own = find_own(spots, spot->number, actor);
        }
        *own = (struct hd_spot_own){.execution = spots->execution,
                                    .spot = spot->number,
                                    .actor = actor};
        spots->own_count++;
    }
    return own;
}

/* ---- the past ---- */

static bool
enlarge_past(struct hd_spots *spots)
{
    const uint32_t room =
        spots->past_room > 0 ? spots->past_room * 2 : SPOTS_AT_FIRST;
    struct hd_past *past =
        room <= PAST_MAX ? realloc(spots->past, room * sizeof(*past)) : NULL;
    if (past == NULL) {
        spots->past_lost = true;
        return false;
    }
    spots->past = past;
    spots->past_room = room;
    return true;
}

void
hd_spots_keep(struct hd_spots *spots, struct hd_spot *spot,
              const struct hd_past *access)
{
    if (!spots->keeps_past || spots->past_lost ||
        (spots->past_count == spots->past_room && !enlarge_past(spots))) {
        return;
    }
    struct hd_past *past = &spots->past[spots->past_count++];
    *past = *access;
    past->name = spot->name;
    past->before = spot->past;
    spot->past = spots->past_count;
}

/* ---- accesses ---- */

void
hd_spot_take_away(struct hd_spot_access *accesses, uint32_t count, uint8_t mask)
{
    for (uint32_t i = 0; i < count; i++) {
        accesses[i].mask &= (uint8_t)~mask;
    }
}

uint32_t
hd_spot_room(const struct hd_spot_access *accesses, uint32_t count)
{
    uint32_t oldest = 0;
    HD_ASSERT(count > 0);
    for (uint32_t i = 0; i < count; i++) {
        if (accesses[i].mask == 0) {
            return i;
        }
        if (accesses[i].step < accesses[oldest].step) {
            oldest = i;
        }
    }
    return oldest;
}

/* ---- one execution ---- */

void
hd_spots_begin(struct hd_spots *spots, bool keeps_past)
{
    spots->execution++;
    spots->spot_count = spots->own_count = spots->past_count = 0;
    spots->keeps_past = keeps_past;
    spots->past_lost = false;
}

void
hd_spots_finish(struct hd_spots *spots)
{
    free(spots->spots);
    free(spots->owns);
    free(spots->past);
    *spots = (struct hd_spots){.spots = NULL};
}
