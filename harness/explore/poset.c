/*
 * Each object has a list of its accesses so far. A step is after those that it
 * conflicts with, and after all that these are after.
 */
#include "explore/poset.h"

#include "base/random.h"
#include <stdlib.h>
#include <string.h>

/* One access, in the list of its object; 0 ends a list. */
struct entry {
    uint64_t object;
    uint32_t step, next;
    uint8_t mode;
};

/* What is needed while the order is built. */
struct building {
    struct hd_poset *poset;
    struct entry *entries;
    uint32_t entry_count;
    uint32_t *slots; /* by object: its latest entry */
    size_t mask;
    uint64_t *enabled; /* a row by actor: what its next step is after */
    uint32_t current;  /* the step that began last, or NONE */
};

/* ---- rows ---- */

static uint64_t *
row(const struct building *building, uint32_t step)
{
    return building->poset->before + (size_t)step * building->poset->words;
}

static void
set_bit(uint64_t *bits, uint32_t at)
{
    bits[at / 64] |= UINT64_C(1) << (at % 64);
}

/* Step `from`, and all before it. */
static void
add_past(const struct building *building, uint64_t *to, uint32_t from)
{
    const uint64_t *past = row(building, from);
    for (uint32_t i = 0; i < building->poset->words; i++) {
        to[i] |= past[i];
    }
    set_bit(to, from);
}

/* ---- conflicts ---- */

static uint32_t *
slot_of(const struct building *building, uint64_t object)
{
    size_t at = hd_mix(object) & building->mask;
    while (building->slots[at] != 0 &&
           building->entries[building->slots[at]].object != object) {
        at = (at + 1) & building->mask;
    }
    return &building->slots[at];
}

/* The step is after those that touched the object in a conflicting way. */
static void
touch(struct building *building, uint32_t step, uint64_t object, uint8_t mode)
{
    uint32_t *slot = slot_of(building, object);
    uint64_t *past = row(building, step);
    for (uint32_t i = *slot; i != 0; i = building->entries[i].next) {
        const struct entry *entry = &building->entries[i];
        if (entry->step != step && (mode == HD_WRITES || entry->mode != mode)) {
            add_past(building, past, entry->step);
        }
    }
    building->entries[++building->entry_count] = (struct entry){
        .object = object, .step = step, .next = *slot, .mode = mode};
    *slot = building->entry_count;
}

/* ---- the events of the recording ---- */

static uint32_t
actor_of(struct hd_poset *poset, const struct hd_recorded *event)
{
    const uint32_t known = hd_poset_actor(poset, event->actor);
    if (known != HD_POSET_NONE) {
        return known;
    }
    poset->actors[poset->actor_count] = (struct hd_poset_actor){
        .id = event->actor,
        .path = event->path,
        .first = HD_POSET_NONE,
        .last = HD_POSET_NONE,
    };
    return poset->actor_count++;
}

static void
begin_step(struct building *building, uint32_t index)
{
    struct hd_poset *poset = building->poset;
    const struct hd_recorded *event = &poset->recording->events[index];
    const uint32_t number = actor_of(poset, event);
    const uint32_t step = poset->step_count++;
    struct hd_poset_actor *actor = &poset->actors[number];
    uint64_t *enabled = building->enabled + (size_t)number * poset->words;
    poset->steps[step] = (struct hd_poset_step){
        .actor = number, .number = 1, .event = index, .next = HD_POSET_NONE};
    memcpy(row(building, step), enabled, poset->words * sizeof(*enabled));
    memset(enabled, 0, poset->words * sizeof(*enabled));
    if (actor->last == HD_POSET_NONE) {
        actor->first = step;
    } else {
        poset->steps[step].number = poset->steps[actor->last].number + 1;
        poset->steps[actor->last].next = step;
        add_past(building, row(building, step), actor->last);
    }
    actor->last = step;
    building->current = step;
    touch(building, step, event->path, HD_WRITES);
    for (uint32_t i = event->from; i < event->from + event->count; i++) {
        const struct hd_access *access = &poset->recording->accesses[i];
        touch(building, step, access->object, access->mode);
    }
}

/* By the outside: after all so far. */
static void
enable(struct building *building, const struct hd_recorded *event)
{
    struct hd_poset *poset = building->poset;
    const uint32_t actor = actor_of(poset, event);
    uint64_t *enabled = building->enabled + (size_t)actor * poset->words;
    for (uint32_t i = 0; event->by == 0 && i < poset->step_count; i++) {
        set_bit(enabled, i);
    }
    const uint32_t by = hd_poset_actor(poset, event->by);
    if (by != HD_POSET_NONE && poset->actors[by].last != HD_POSET_NONE) {
        add_past(building, enabled, poset->actors[by].last);
    }
    if (event->by != 0 && building->current != HD_POSET_NONE) {
        add_past(building, enabled, building->current);
    }
}

static void
build(struct building *building)
{
    const struct hd_recording *recording = building->poset->recording;
    building->current = HD_POSET_NONE;
    for (uint32_t i = 0; i < recording->event_count; i++) {
        const struct hd_recorded *event = &recording->events[i];
        switch (event->kind) {
        case HD_EVENT_STEP:
            begin_step(building, i);
            break;
        case HD_EVENT_UNREADY:
            break; /* who did it has listed a write */
        default:
            enable(building, event);
        }
    }
}

/* ---- the whole ---- */

/* No more actors than events. */
static uint32_t
count_actors(const struct hd_recording *recording)
{
    uint32_t most = 0;
    for (uint32_t i = 0; i < recording->event_count; i++) {
        const uint32_t id = recording->events[i].actor;
        most = id > most ? id : most;
    }
    return most < recording->event_count ? most + 1 : recording->event_count;
}

bool
hd_poset_init(struct hd_poset *poset, const struct hd_recording *recording)
{
    const size_t steps = recording->step_count + 1;
    const size_t actors = count_actors(recording) + 1;
    const size_t entries = steps + recording->access_count + 1;
    struct building building = {.poset = poset};
    *poset = (struct hd_poset){.recording = recording};
    if (recording->overfull || recording->step_count == 0) {
        return false;
    }
    poset->words = (uint32_t)(steps + 63) / 64;
    poset->steps = calloc(steps, sizeof(*poset->steps));
    poset->actors = calloc(actors, sizeof(*poset->actors));
    poset->before = calloc(steps * poset->words, sizeof(*poset->before));
    building.enabled = calloc(actors * poset->words, sizeof(uint64_t));
    building.entries = calloc(entries, sizeof(*building.entries));
    for (building.mask = 16; building.mask < entries * 2;) {
        building.mask *= 2;
    }
    building.slots = calloc(building.mask, sizeof(*building.slots));
    building.mask--;
    const bool whole = poset->steps != NULL && poset->actors != NULL &&
                       poset->before != NULL && building.enabled != NULL &&
                       building.entries != NULL && building.slots != NULL;
    if (whole) {
        build(&building);
    }
    free(building.enabled);
    free(building.entries);
    free(building.slots);
    return whole;
}

void
hd_poset_finish(struct hd_poset *poset)
{
    free(poset->steps);
    free(poset->actors);
    free(poset->before);
    *poset = (struct hd_poset){.step_count = 0};
}

uint32_t
hd_poset_actor(const struct hd_poset *poset, uint32_t id)
{
    uint32_t i = 0;
    while (i < poset->actor_count && poset->actors[i].id != id) {
        i++;
    }
    return i < poset->actor_count ? i : HD_POSET_NONE;
}
