/*
 * Each step is looked at when it has ended, granule by granule: what had its
 * actor last done to these bytes, and who has written them since? What of that
 * is no race, since one step happens before the other, is asked only then.
 */
#include "explore/races.h"

#include "base/random.h"
#include "context/stack.h"

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

/* Where it lies, as far as that tells the program's author anything. */
static void
describe(struct hd_race *race, const struct hd_granule *granule, uint8_t mask)
{
    const unsigned first = (unsigned)__builtin_ctz(mask);
    const unsigned count = (unsigned)__builtin_popcount(mask);
    size_t depth;
    race->address = granule->address + first;
    if ((unsigned)mask >> first == (1u << count) - 1) {
        race->bytes = (uint8_t)count;
    }
    if (granule->flags & HD_GRANULE_STATIC) {
        race->where = HD_RACE_STATIC;
    } else if (granule->flags & HD_GRANULE_STACK) {
        const struct hd_stack *stack =
            hd_stack_find((const void *)race->address, &depth);
        if (stack != NULL) {
            race->where = HD_RACE_STACK;
            race->owner = stack->owner;
            race->offset = depth;
        }
    }
}

static struct hd_race_access
access_of(const struct hd_race *race, const struct hd_spot_access *from)
{
    struct hd_race_access access = {
        .place = from->place,
        .at = from->at,
        .actor = from->actor,
        .mode = from->writes ? HD_RACE_WRITES : HD_RACE_READS,
        .has_value = from->has_value && race->bytes > 0,
    };
    if (access.has_value) {
        const unsigned shift = (unsigned)(race->address % HD_GRANULE_BYTES) * 8;
        access.value = from->value >> shift;
        if (race->bytes < HD_GRANULE_BYTES) {
            access.value &= (UINT64_C(1) << race->bytes * 8) - 1;
        }
    }
    return access;
}

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
note(const struct step *step, enum hd_race_kind kind,
     const struct hd_race *race)
{
    const struct hd_race_access *last = &race->access[race->access_count - 1];
    if (!is_noted(step->races, kind, race)) {
        hd_log_bytes(step->ready->log,
                     (struct hd_record){.kind = HD_LOG_RACE,
                                        .op = (uint8_t)kind,
                                        .subject = last->actor,
                                        .value = last->place},
                     race, sizeof(*race));
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
 * It writes what it made of bytes that it read in an earlier step. Has somebody
 * written them since, and does that not happen before this step?
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
            .access_count = 3,
            .both_read = touched->spot->bases[i].step > write->follows &&
                         read->step > write->follows,
        };
        const struct hd_spot_access last = this_access(touched, mask, true);
        describe(&race, touched->granule, mask);
        race.access[0] = access_of(&race, read);
        race.access[1] = access_of(&race, write);
        race.access[2] = access_of(&race, &last);
        race.access[3] = access_of(&race, &touched->spot->bases[i]);
        note(step, HD_RACE_LOST_UPDATE, &race);
    }
}

static void
seek(const struct touched *touched)
{
    for (uint32_t i = 0; i < HD_SPOT_OWN; i++) {
        const struct hd_spot_access *own = &touched->own->last[i];
        if (own->mask != 0 && !own->writes) {
            seek_lost_update(touched, own);
        }
    }
}

/* ---- what is kept of it ---- */

/* When did it last read what it writes? Step 0: it has not. */
static struct hd_spot_access
base_of(const struct touched *touched)
{
    const uint8_t mask = touched->fresh & touched->writes;
    struct hd_spot_access base = {.step = 0};
    if (mask != 0) {
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
    if (touched.own != NULL) {
        seek(&touched);
        keep(&touched);
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
hd_races_begin(struct hd_races *races)
{
    races->observer = (struct hd_observer){
        .ready = became_ready, .touched = touched, .stepped = stepped};
    races->granule_count = races->noted_count = 0;
    races->tracked = 0;
    hd_before_begin(&races->before);
    hd_spots_begin(&races->spots);
    return &races->observer;
}

void
hd_races_finish(struct hd_races *races)
{
    hd_before_finish(&races->before);
    hd_spots_finish(&races->spots);
}
