/*
 * A step is named by its actor's path and number. For its hash it is enough to
 * name, of each object, the last step that wrote it and, to a reader, those
 * that added to it: of two steps that conflict, one at least then names the
 * other or whoever came in between, whichever way round they are. Names of
 * objects are no part of it, for some are numbers by first use; nor is who woke
 * whom, which follows from the rest, and may be any of several who did.
 *
 * A value that was chosen is a step's own. Where time passed because nobody
 * could step, everything before is before everything after.
 */
#include "explore/tracer.h"

#include "base/assert.h"
#include "base/random.h"
#include <stdlib.h>
#include <string.h>

#define ACTORS_AT_FIRST 256u
#define OBJECTS_AT_FIRST 256u
#define ROOM_MAX ((uint32_t)1 << 22)

/*
 * An actor's next step, or the one that it takes: since when it could be taken
 * (in which step it became ready) and what is before it because time passed. An
 * actor may become ready again in its own step: then comes the next one.
 */
struct hd_traced_actor {
    uint64_t path, before, next_before;
    uint32_t steps, since, next_since;
};

/* Who came last, where, in which step: who wrote it; who read or added. */
struct hd_traced_object {
    uint64_t name, write, adds;
    uint64_t write_place, other_place;
    uint32_t write_step, other_step, writer, other;
    uint32_t execution;
    uint8_t other_mode;
};

static inline uint64_t
fold(uint64_t a, uint64_t b)
{
    const hd_uint128 product = (hd_uint128)(a ^ UINT64_C(0xa0761d6478bd642f)) *
                               (b ^ UINT64_C(0xe7037ed1a0b428db));
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Places as distances: the same in every process of this program. */
static inline uint64_t
distance(uint64_t place)
{
    return place - (uint64_t)(uintptr_t)&hd_tracer_begin;
}

/* ---- room ---- */

static bool
enlarge(struct hd_tracer *tracer, uint32_t actor)
{
    uint32_t room =
        tracer->actor_room > 0 ? tracer->actor_room : ACTORS_AT_FIRST;
    while (room <= actor && room < ROOM_MAX) {
        room *= 2;
    }
    struct hd_traced_actor *actors =
        room > actor ? realloc(tracer->actors, room * sizeof(*actors)) : NULL;
    if (actors == NULL) {
        tracer->lost = true;
        return false;
    }
    tracer->actors = actors;
    tracer->actor_room = room;
    return true;
}

static inline uint32_t
hash_of(uint64_t object)
{
    return (uint32_t)(object * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

static struct hd_traced_object *
find(const struct hd_tracer *tracer, uint64_t name)
{
    const uint32_t mask = tracer->object_room - 1;
    uint32_t at = hash_of(name) & mask;
    for (;; at = (at + 1) & mask) {
        struct hd_traced_object *object = &tracer->objects[at];
        if (object->execution != tracer->execution || object->name == name) {
            return object;
        }
    }
}

static bool
enlarge_objects(struct hd_tracer *tracer)
{
    struct hd_traced_object *old = tracer->objects;
    const uint32_t old_room = tracer->object_room;
    const uint32_t room = old_room > 0 ? old_room * 2 : OBJECTS_AT_FIRST;
    struct hd_traced_object *objects =
        room <= ROOM_MAX ? calloc(room, sizeof(*objects)) : NULL;
    if (objects == NULL) {
        tracer->lost = true;
        return false;
    }
    tracer->objects = objects;
    tracer->object_room = room;
    HD_ASSERT(old_room == 0 || old != NULL);
    for (uint32_t i = 0; i < old_room; i++) {
        if (old[i].execution == tracer->execution) {
            *find(tracer, old[i].name) = old[i];
        }
    }
    free(old);
    return true;
}

static inline uint64_t *
known_word(struct hd_tracer *tracer, uint64_t name)
{
    return &tracer->known[hash_of(name) >> 28];
}

static inline uint64_t
known_bit(uint64_t name)
{
    return (uint64_t)1 << (hash_of(name) >> 22 & 63);
}

/* The object's entry, made if there was none; NULL: no room. */
static struct hd_traced_object *
object_of(struct hd_tracer *tracer, uint64_t name)
{
    struct hd_traced_object *object = find(tracer, name);
    if (object->execution == tracer->execution) {
        return object;
    }
    if (tracer->object_count * 2 >= tracer->object_room) {
        if (!enlarge_objects(tracer)) {
            return NULL;
        }
        object = find(tracer, name);
    }
    tracer->object_count++;
    *known_word(tracer, name) |= known_bit(name);
    *object =
        (struct hd_traced_object){.name = name, .execution = tracer->execution};
    return object;
}

/* ---- pairs of places ---- */

/* A step at this place conflicts with an earlier one. */
static inline void
note_pair(const struct hd_tracer *tracer, uint64_t from, uint32_t from_step,
          uint64_t place, uint32_t since)
{
    if (from != 0 && place != 0) {
        hd_coverage_note_pair(tracer->coverage, distance(from), distance(place),
                              since < from_step);
    }
}

static void
note_pairs(const struct hd_tracer *tracer,
           const struct hd_traced_object *object,
           const struct hd_access *access, uint32_t actor)
{
    const uint32_t since = tracer->actors[actor].since;
    if (access->flags & (HD_ACCESS_ENABLES | HD_ACCESS_GIVES)) {
        return;
    }
    if (object->write != 0 && object->writer != actor) {
        note_pair(tracer, object->write_place, object->write_step,
                  access->place, since);
    }
    if (object->other_step > object->write_step && object->other != actor &&
        (access->mode == HD_WRITES || access->mode != object->other_mode)) {
        note_pair(tracer, object->other_place, object->other_step,
                  access->place, since);
    }
}

/* ---- what happens ---- */

/* What this access adds to the step's hash; the object remembers it. */
static uint64_t
access_object(struct hd_tracer *tracer, const struct hd_access *access,
              uint64_t step_hash, uint32_t actor, uint32_t step)
{
    struct hd_traced_object *object = object_of(tracer, access->object);
    if (object == NULL) {
        return 0;
    }
    note_pairs(tracer, object, access, actor);
    uint64_t before = object->write;
    if (access->mode == HD_WRITES) {
        object->write = step_hash;
        object->adds = 0;
        object->write_place = access->place;
        object->write_step = step;
        object->writer = actor;
        return before;
    }
    if (access->mode == HD_READS) {
        before += object->adds;
    } else {
        object->adds += step_hash;
    }
    object->other_place = access->place;
    object->other_step = step;
    object->other = actor;
    object->other_mode = access->mode;
    return before;
}

static void
stepped(struct hd_observer *observer, const struct hd_ready *ready,
        uint32_t actor, const struct hd_access *accesses, uint32_t count)
{
    struct hd_tracer *tracer = (struct hd_tracer *)observer;
    if (tracer->lost || actor >= tracer->actor_room) {
        tracer->lost = true;
        return;
    }
    const struct hd_traced_actor who = tracer->actors[actor];
    const uint32_t step = (uint32_t)ready->view.step;
    const uint64_t name = fold(who.path, who.steps + 1);
    uint64_t before = who.before;
    /* Whoever disables or cancels it writes the object of its path. */
    if (*known_word(tracer, who.path) & known_bit(who.path)) {
        const struct hd_traced_object *own = find(tracer, who.path);
        before += own->execution == tracer->execution ? own->write : 0;
    }
    for (uint32_t i = 0; i < count && !tracer->lost; i++) {
        before += access_object(tracer, &accesses[i], name, actor, step);
    }
    tracer->sum += fold(name, before);
    struct hd_traced_actor *next = &tracer->actors[actor];
    next->steps++;
    next->before = next->next_before;
    next->since = next->next_since;
}

static void
touched(struct hd_observer *observer, const struct hd_ready *ready,
        uint32_t actor, const struct hd_granule *granules, uint32_t count)
{
    struct hd_tracer *tracer = (struct hd_tracer *)observer;
    (void)ready;
    (void)actor;
    (void)granules;
    tracer->sees_memory |= count > 0;
}

static void
became_ready(struct hd_observer *observer, const struct hd_ready *ready,
             const struct hd_actor *actor, const struct hd_actor *by)
{
    struct hd_tracer *tracer = (struct hd_tracer *)observer;
    if (actor->id >= tracer->actor_room && !enlarge(tracer, actor->id)) {
        return;
    }
    struct hd_traced_actor *who = &tracer->actors[actor->id];
    if (actor->steps == 0) {
        *who = (struct hd_traced_actor){.path = actor->path};
    }
    who->next_before = by == NULL ? tracer->sum : 0;
    who->next_since = (uint32_t)ready->view.step;
    if (actor->steps == who->steps) {
        who->before = who->next_before;
        who->since = who->next_since;
    }
}

static void
chose(struct hd_observer *observer, const struct hd_value *value,
      uint64_t taken)
{
    struct hd_tracer *tracer = (struct hd_tracer *)observer;
    if (taken > 0) {
        tracer->sum += fold(fold(value->actor->path, value->ordinal), taken);
    }
}

/* ---- one execution ---- */

struct hd_observer *
hd_tracer_begin(struct hd_tracer *tracer, struct hd_coverage *coverage)
{
    tracer->observer = (struct hd_observer){.ready = became_ready,
                                            .touched = touched,
                                            .stepped = stepped,
                                            .chose = chose};
    tracer->coverage = coverage;
    tracer->sum = 0;
    tracer->lost = false;
    tracer->object_count = 0;
    tracer->execution++;
    memset(tracer->known, 0, sizeof(tracer->known));
    if (tracer->objects == NULL) {
        enlarge_objects(tracer);
        enlarge(tracer, 0);
    }
    return tracer->lost ? NULL : &tracer->observer;
}

bool
hd_tracer_end(const struct hd_tracer *tracer, uint64_t *out_trace)
{
    if (tracer->lost) {
        return false;
    }
    *out_trace = fold(tracer->sum, 1);
    return true;
}

void
hd_tracer_finish(struct hd_tracer *tracer)
{
    free(tracer->actors);
    free(tracer->objects);
    *tracer = (struct hd_tracer){0};
}
