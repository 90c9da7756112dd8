/*
 * Each step is looked at when it has ended, granule by granule: what had its
 * actor last done to these bytes, and who has written them since? What of that
 * is no race, since one step happens before the other, is asked only then.
 */
#include "explore/races.h"

#include "base/random.h"
#include "explore/where.h"
#include "memory/memory.h"
#include <stdlib.h>
#include <string.h>

/* A step that has ended. */
struct step {
    struct hd_races *races;
    const struct hd_ready *ready;
    uint32_t actor, number;
    uint64_t at;
};

/* What the step did to one granule, and what had been done to it before. */
struct touched {
    const struct step *step;
    const struct hd_granule *granule;
    struct hd_spot *spot;
    struct hd_spot_own *own;
    uint8_t fresh, writes; /* bytes read as others left them; written */
};

/* ---- noting ---- */

/* Once for each kind and its places. */
static bool
is_noted(struct hd_races *races, enum hd_race_kind kind,
         const struct hd_race *race)
{
    uint64_t what = (uint64_t)kind;
    for (uint32_t i = 0; i < race->access_count; i++) {
        what = hd_mix(what ^ race->access[i].place);
    }
    for (uint32_t i = 0; i < races->noted_count; i++) {
        if (races->noted[i] == what) {
            return true;
        }
    }
    if (races->noted_count == HD_RACES_MAX) {
        return true;
    }
    races->noted[races->noted_count++] = what;
    return false;
}

static void
note(struct hd_races *races, struct hd_log *log, enum hd_race_kind kind,
     const struct hd_race *race)
{
    const struct hd_race_access *last = &race->access[race->access_count - 1];
    if (!is_noted(races, kind, race)) {
        hd_log_bytes(log,
                     (struct hd_record){.kind = HD_LOG_RACE,
                                        .op = (uint8_t)kind,
                                        .subject = last->actor,
                                        .value = last->place},
                     race, sizeof(*race));
    }
}

/* What another one has written over with the same: something may come of it. */
static void
suspect(struct hd_races *races, const struct hd_race *race)
{
    if (races->suspect_count < HD_RACES_MAX) {
        races->suspects[races->suspect_count++] = *race;
    }
}

/* ---- what a step does to a granule ---- */

static struct hd_spot_access
this_access(const struct touched *touched, uint8_t mask, bool writes)
{
    const struct hd_granule *granule = touched->granule;
    return (struct hd_spot_access){
        .place = writes ? granule->write_place : granule->read_place,
        .value = writes ? granule->after : granule->before,
        .at = touched->step->at,
        .actor = touched->step->actor,
        .step = touched->step->number,
        .mask = mask,
        .writes = writes,
        .has_value = granule->flags & HD_GRANULE_VALUES,
    };
}

/*
 * It writes bytes that it accessed in an earlier step: what it made of what it
 * read there, or the next of its own. Has somebody written them since, and does
 * that not happen before this step?
 */
static void
seek_lost_update(const struct touched *touched,
                 const struct hd_spot_access *read)
{
    const struct step *step = touched->step;
    const uint8_t blind = touched->writes & (uint8_t)~touched->fresh;
    for (uint32_t i = 0; i < HD_SPOT_WRITES; i++) {
        const struct hd_spot_access *write = &touched->spot->writes[i];
        const uint8_t mask = write->mask & read->mask & blind;
        if (mask == 0 || write->actor == step->actor ||
            write->step <= read->step ||
            hd_before_is(&step->races->before, write->step, step->number,
                         false)) {
            continue;
        }
        struct hd_race race = {
            .memory = hd_where_is(touched->spot, mask),
            .access_count = 3,
            .both_read = touched->spot->bases[i].mask & mask &&
                         touched->spot->bases[i].step > write->follows &&
                         read->step > write->follows,
        };
        const struct hd_spot_access last = this_access(touched, mask, true);
        race.access[0] = hd_where_access(&race.memory, read);
        race.access[1] = hd_where_access(&race.memory, write);
        race.access[2] = hd_where_access(&race.memory, &last);
        race.access[3] =
            hd_where_access(&race.memory, &touched->spot->bases[i]);
        const bool same = race.access[1].has_value &&
                          race.access[2].has_value &&
                          race.access[1].value == race.access[2].value;
        if (same || read->writes) {
            suspect(step->races, &race);
        } else {
            note(step->races, step->ready->log, HD_RACE_LOST_UPDATE, &race);
        }
    }
}

static void
seek(const struct touched *touched)
{
    for (uint32_t i = 0; i < HD_SPOT_OWN; i++) {
        const struct hd_spot_access *own = &touched->own->last[i];
        if (own->mask != 0) {
            seek_lost_update(touched, own);
        }
    }
}

/* ---- blocks that were given back ---- */

#define FREED_AT_FIRST 64u

/* When: records in the log when that step ended. */
struct hd_freed {
    uint64_t at;
    uint32_t execution;
};

static void
keep_freed(const struct step *step, uint32_t block)
{
    struct hd_races *races = step->races;
    uint32_t room = races->freed_room > 0 ? races->freed_room : FREED_AT_FIRST;
    while (room <= block) {
        room *= 2;
    }
    if (room != races->freed_room) {
        struct hd_freed *freed = realloc(races->freed, room * sizeof(*freed));
        if (freed == NULL) {
            return;
        }
        memset(freed + races->freed_room, 0,
               (room - races->freed_room) * sizeof(*freed));
        races->freed = freed;
        races->freed_room = room;
    }
    races->freed[block] =
        (struct hd_freed){.at = step->at, .execution = races->before.execution};
}

/* It touches what was given back; in this step, if nobody says otherwise. */
static void
note_freed(const struct touched *touched)
{
    const struct step *step = touched->step;
    const struct hd_granule *granule = touched->granule;
    const struct hd_block *block = hd_memory_block(step->ready, granule->block);
    const uint8_t mask = granule->reads | granule->writes;
    if (block == NULL || mask == 0) {
        return;
    }
    const struct hd_freed *freed = granule->block < step->races->freed_room
                                       ? &step->races->freed[granule->block]
                                       : NULL;
    const bool is_known =
        freed != NULL && freed->execution == step->races->before.execution;
    struct hd_race race = {.memory = hd_where_is(touched->spot, mask),
                           .access_count = 2};
    race.access[0] =
        (struct hd_race_access){.place = block->freed_place,
                                .at = is_known ? freed->at : step->at,
                                .actor = block->freed_by,
                                .mode = HD_RACE_FREES};
    const struct hd_spot_access use =
        this_access(touched, mask, granule->reads == 0);
    race.access[1] = hd_where_access(&race.memory, &use);
    race.access[1].has_value = false; /* it is anybody's */
    note(step->races, step->ready->log, HD_RACE_FREED, &race);
}

/* ---- what is kept of it ---- */

/* When did it last read what it writes? Step 0: it has not. */
static struct hd_spot_access
base_of(const struct touched *touched)
{
    const uint8_t mask = touched->fresh & touched->writes;
    struct hd_spot_access base = {.step = 0};
    if (mask == touched->writes) {
        return this_access(touched, mask, false);
    }
    for (uint32_t i = 0; i < HD_SPOT_OWN; i++) {
        const struct hd_spot_access *own = &touched->own->last[i];
        if (own->mask & touched->writes && !own->writes &&
            own->step > base.step) {
            base = *own;
        }
    }
    return base;
}

static void
keep_write(const struct touched *touched)
{
    struct hd_spot *spot = touched->spot;
    struct hd_spot_access write = this_access(touched, touched->writes, true);
    for (uint32_t i = 0; i < HD_SPOT_WRITES; i++) {
        const struct hd_spot_access *before = &spot->writes[i];
        if (before->mask & write.mask && before->step > write.follows) {
            write.follows = before->step;
        }
    }
    hd_spot_take_away(spot->writes, HD_SPOT_WRITES, write.mask);
    const uint32_t at = hd_spot_room(spot->writes, HD_SPOT_WRITES);
    spot->writes[at] = write;
    spot->bases[at] = base_of(touched);
}

static void
keep(const struct touched *touched)
{
    struct hd_spot_own *own = touched->own;
    const uint8_t reads = touched->fresh & (uint8_t)~touched->writes;
    if (touched->writes != 0) {
        keep_write(touched);
    }
    hd_spot_take_away(own->last, HD_SPOT_OWN, reads | touched->writes);
    if (touched->writes != 0) {
        own->last[hd_spot_room(own->last, HD_SPOT_OWN)] =
            this_access(touched, touched->writes, true);
    }
    if (reads != 0) {
        own->last[hd_spot_room(own->last, HD_SPOT_OWN)] =
            this_access(touched, reads, false);
    }
}

/* What is known of the spot itself. */
static void
keep_spot(const struct touched *touched)
{
    struct hd_spot *spot = touched->spot;
    const struct hd_granule *granule = touched->granule;
    const uint32_t actor = touched->step->actor;
    if (spot->actor == 0) {
        const struct hd_actor *who = touched->step->ready->view.last;
        spot->actor = actor;
        hd_where_note(spot, touched->step->ready, granule);
        spot->several =
            spot->owner != 0 && who != NULL && spot->owner != who->path;
    }
    spot->several |= spot->actor != actor;
    if (!(granule->flags & HD_GRANULE_FREED) &&
        granule->flags & HD_GRANULE_VALUES) {
        spot->value = granule->after;
        spot->known |= granule->reads | granule->writes;
    }
    hd_spots_keep(&touched->step->races->spots, spot,
                  &(struct hd_past){
                      .value_before = granule->before,
                      .value_after = granule->after,
                      .read_place = granule->read_place,
                      .write_place = granule->write_place,
                      .at = touched->step->at,
                      .actor = actor,
                      .step = touched->step->number,
                      .fresh = touched->fresh,
                      .writes = touched->writes,
                      .has_value = (granule->flags & HD_GRANULE_VALUES) != 0});
}

static void
look(const struct step *step, const struct hd_granule *granule)
{
    /* Who adds reads, too, whatever the mark says. */
    const uint8_t adds =
        (granule->reads | granule->writes) & (uint8_t)~granule->changed;
    struct touched touched = {
        .step = step,
        .granule = granule,
        .fresh = granule->fresh_reads | adds,
        .writes = granule->writes,
    };
    touched.spot = hd_spots_get(&step->races->spots, granule->name);
    touched.own = touched.spot != NULL ? hd_spots_own(&step->races->spots,
                                                      touched.spot, step->actor)
                                       : NULL;
    if (touched.own == NULL) {
        return;
    }
    keep_spot(&touched);
    if (granule->flags & HD_GRANULE_FREED) {
        note_freed(&touched);
    } else {
        seek(&touched);
        keep(&touched);
    }
    if (granule->flags & HD_GRANULE_FREES) {
        keep_freed(step, granule->block);
    }
}

/* ---- the observer ---- */

static void
became_ready(struct hd_observer *observer, const struct hd_ready *ready,
             const struct hd_actor *actor, const struct hd_actor *by)
{
    struct hd_races *races = (struct hd_races *)observer;
    hd_before_ready(&races->before, ready, actor, by);
}

static void
touched(struct hd_observer *observer, const struct hd_ready *ready,
        uint32_t actor, const struct hd_granule *granules, uint32_t count)
{
    struct hd_races *races = (struct hd_races *)observer;
    (void)ready;
    (void)actor;
    races->granules = granules;
    races->granule_count = count;
}

static void
stepped(struct hd_observer *observer, const struct hd_ready *ready,
        uint32_t actor, const struct hd_access *accesses, uint32_t count)
{
    struct hd_races *races = (struct hd_races *)observer;
    const struct step step = {
        .races = races,
        .ready = ready,
        .actor = actor,
        .number = hd_before_step(&races->before, ready, actor, accesses, count),
        .at = ready->log->count,
    };
    for (uint32_t i = 0; i < races->granule_count && step.number != 0; i++) {
        look(&step, &races->granules[i]);
    }
    races->tracked += races->granule_count;
    races->granule_count = 0;
}

struct hd_observer *
hd_races_begin(struct hd_races *races, const struct hd_serials *serials)
{
    races->observer = (struct hd_observer){
        .ready = became_ready, .touched = touched, .stepped = stepped};
    races->granule_count = races->noted_count = races->suspect_count = 0;
    races->serials = serials;
    races->tracked = 0;
    hd_before_begin(&races->before);
    hd_spots_begin(&races->spots, serials != NULL);
    return &races->observer;
}

/* Something has come of what was suspected. */
static void
note_suspects(struct hd_races *races, struct hd_log *log,
              const struct hd_harm *harm)
{
    for (uint32_t i = 0; i < races->suspect_count; i++) {
        if (harm != NULL) {
            hd_harm_tell(harm, &races->suspects[i]);
        }
        note(races, log, HD_RACE_LOST_UPDATE, &races->suspects[i]);
    }
}

void
hd_races_end(struct hd_races *races, enum hd_outcome outcome,
             struct hd_log *log)
{
    struct hd_harm harm;
    struct hd_race race;
    enum hd_race_kind kind;
    if (outcome == HD_OUTCOME_FAILED) {
        note_suspects(races, log, NULL);
    }
    if (outcome != HD_OUTCOME_OK || races->before.lost ||
        !hd_harm_find(&races->spots, races->serials, &harm)) {
        return;
    }
    note_suspects(races, log, &harm);
    if (races->noted_count == 0 &&
        hd_harm_explain(&races->spots, &races->before, &harm, &kind, &race)) {
        note(races, log, kind, &race);
    }
}

void
hd_races_finish(struct hd_races *races)
{
    hd_before_finish(&races->before);
    hd_spots_finish(&races->spots);
    free(races->freed);
    races->freed = NULL;
    races->freed_room = 0;
}
