/*
 * A node has two others before it, with smaller numbers; a step with more than
 * two has some nodes of its own in a row, of which the last is the step's. A
 * node may also come after everything up to a number: the code outside of all
 * tasks goes on when a loop has ended.
 */
#include "explore/before.h"

#include "base/assert.h"
#include <stdlib.h>
#include <string.h>

#define NODES_MAX ((uint32_t)1 << 21)
#define ACTORS_MAX ((uint32_t)1 << 20)
#define OBJECTS_MAX ((uint32_t)1 << 20)
#define AT_FIRST 256u

/* What is before by a lock only; everything up to the rest of the number. */
#define BY_LOCK ((uint32_t)1 << 30)
#define ALL ((uint32_t)1 << 31)
#define NUMBER (BY_LOCK - 1)

/* 0: nothing. second may have one of the two. */
struct hd_before_node {
    uint32_t first, second, seen;
};

/*
 * last    its last step; its birth before the first.
 * waker   who made it ready; may have ALL or BY_LOCK.
 */
struct hd_before_actor {
    uint32_t last, waker;
};

/* by: whose step `released` is; 0: nobody's, it joins those of several. */
struct hd_before_object {
    uint64_t name;
    uint32_t released, by, execution;
};

/* ---- room ---- */

/* Twice the room, or what index needs; NULL: there is no more. */
static void *
enlarge(struct hd_before *before, void *array, uint32_t *room, uint32_t index,
        uint32_t max, size_t bytes)
{
    uint32_t wanted = *room > 0 ? *room : AT_FIRST;
    while (wanted <= index && wanted < max) {
        wanted *= 2;
    }
    void *larger = wanted > index ? realloc(array, wanted * bytes) : NULL;
    if (larger == NULL) {
        before->lost = true;
        return NULL;
    }
    *room = wanted;
    return larger;
}

static bool
enlarge_nodes(struct hd_before *before)
{
    uint32_t room = before->node_room;
    struct hd_before_node *nodes =
        enlarge(before, before->nodes, &room, before->node_count, NODES_MAX,
                sizeof(*nodes));
    if (nodes == NULL) {
        return false;
    }
    before->nodes = nodes;
    room = before->node_room;
    uint32_t *walk = enlarge(before, before->walk, &room, before->node_count,
                             NODES_MAX, sizeof(*walk));
    if (walk == NULL) {
        return false;
    }
    before->walk = walk;
    before->node_room = room;
    return true;
}

static struct hd_before_actor *
actor_of(struct hd_before *before, uint32_t id)
{
    if (id >= before->actor_room) {
        const uint32_t had = before->actor_room;
        struct hd_before_actor *actors =
            enlarge(before, before->actors, &before->actor_room, id, ACTORS_MAX,
                    sizeof(*actors));
        if (actors == NULL) {
            return NULL;
        }
        memset(actors + had, 0, (before->actor_room - had) * sizeof(*actors));
        before->actors = actors;
    }
    return &before->actors[id];
}

static struct hd_before_object *
find(const struct hd_before *before, uint64_t name)
{
    const uint32_t mask = before->object_room - 1;
    uint32_t at = (uint32_t)(name * UINT64_C(0x9e3779b97f4a7c15) >> 32) & mask;
    for (;; at = (at + 1) & mask) {
        struct hd_before_object *object = &before->objects[at];
        if (object->execution != before->execution || object->name == name) {
            return object;
        }
    }
}

static bool
enlarge_objects(struct hd_before *before)
{
    struct hd_before_object *old = before->objects;
    const uint32_t old_room = before->object_room;
    const uint32_t room = old_room > 0 ? old_room * 2 : AT_FIRST;
    struct hd_before_object *objects =
        room <= OBJECTS_MAX ? calloc(room, sizeof(*objects)) : NULL;
    if (objects == NULL) {
        before->lost = true;
        return false;
    }
    before->objects = objects;
    before->object_room = room;
    for (uint32_t i = 0; i < old_room; i++) {
        if (old[i].execution == before->execution) {
            *find(before, old[i].name) = old[i];
        }
    }
    free(old);
    return true;
}

/* Its entry, made if there was none; NULL: no room. */
static struct hd_before_object *
object_of(struct hd_before *before, uint64_t name)
{
    struct hd_before_object *object = find(before, name);
    if (object->execution == before->execution) {
        return object;
    }
    if (before->object_count * 2 >= before->object_room) {
        if (!enlarge_objects(before)) {
            return NULL;
        }
        object = find(before, name);
    }
    before->object_count++;
    *object =
        (struct hd_before_object){.name = name, .execution = before->execution};
    return object;
}

/* ---- nodes ---- */

static uint32_t
add_node(struct hd_before *before, uint32_t first, uint32_t second)
{
    if (before->node_count == before->node_room && !enlarge_nodes(before)) {
        return 0;
    }
    before->nodes[before->node_count] =
        (struct hd_before_node){.first = first, .second = second};
    return before->node_count++;
}

/* What comes after both. how: BY_LOCK, or 0. */
static uint32_t
join(struct hd_before *before, uint32_t one, uint32_t other, uint32_t how)
{
    if (other == 0 || one == other) {
        return one;
    }
    return one == 0 && (other | how) <= NUMBER
               ? other
               : add_node(before, one, other | how);
}

/* ---- what happens ---- */

void
hd_before_ready(struct hd_before *before, const struct hd_ready *ready,
                const struct hd_actor *actor, const struct hd_actor *by)
{
    struct hd_before_actor *who = actor_of(before, actor->id);
    (void)ready;
    if (who == NULL || by == actor) {
        return;
    }
    if (by == NULL) {
        /* Spawned by the code outside, which goes on once loops have ended. */
        const bool is_outside =
            actor->steps == 0 &&
            (actor->parent == 0 || actor->kind == HD_ACTOR_TASK);
        who->waker = is_outside ? ALL | (before->node_count - 1) : 0;
        return;
    }
    who->waker = 0;
    if (by->kind == HD_ACTOR_CLOCK) {
        return;
    }
    if (actor->hint.kind == HD_OP_LOCK) {
        who->waker = BY_LOCK; /* for now */
    }
    if (before->woken_count == before->woken_room) {
        uint32_t *woken =
            enlarge(before, before->woken, &before->woken_room,
                    before->woken_count, ACTORS_MAX, sizeof(*woken));
        if (woken == NULL) {
            return;
        }
        before->woken = woken;
    }
    before->woken[before->woken_count++] = actor->id;
}

static inline bool
orders(const struct hd_access *access)
{
    return access->flags & (HD_ACCESS_ENABLES | HD_ACCESS_SYNCS);
}

/* What the step comes after because of what it found. */
static uint32_t
acquire(struct hd_before *before, uint32_t after, uint32_t actor,
        const struct hd_access *accesses, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!orders(&accesses[i]) || accesses[i].mode == HD_ADDS) {
            continue;
        }
        const struct hd_before_object *object =
            find(before, accesses[i].object);
        if (object->execution == before->execution && object->by != actor) {
            after = join(before, after, object->released,
                         accesses[i].flags & HD_ACCESS_EXCLUDES ? BY_LOCK : 0);
        }
    }
    return after;
}

/* Whoever finds what it has done comes after it. */
static void
release(struct hd_before *before, uint32_t step, uint32_t actor,
        const struct hd_access *accesses, uint32_t count)
{
    for (uint32_t i = 0; i < count && !before->lost; i++) {
        if (!orders(&accesses[i]) || accesses[i].mode == HD_READS) {
            continue;
        }
        struct hd_before_object *object = object_of(before, accesses[i].object);
        if (object == NULL) {
            return;
        }
        if (accesses[i].mode == HD_WRITES || object->released == 0 ||
            object->by == actor) {
            object->by = actor;
            object->released = step; /* which comes after all before it */
        } else {
            object->by = 0;
            object->released = join(before, object->released, step, 0);
        }
    }
}

uint32_t
hd_before_step(struct hd_before *before, const struct hd_ready *ready,
               uint32_t actor, const struct hd_access *accesses, uint32_t count)
{
    struct hd_before_actor *who = actor_of(before, actor);
    if (before->lost || who == NULL) {
        return 0;
    }
    uint32_t after = join(before, who->last, who->waker, 0);
    after = acquire(before, after, actor, accesses, count);
    const uint32_t step = add_node(before, after, 0);
    who->last = step;
    who->waker = 0;
    release(before, step, actor, accesses, count);
    for (uint32_t i = 0; i < before->woken_count; i++) {
        before->actors[before->woken[i]].waker |= step;
    }
    before->woken_count = 0;
    for (uint32_t id = before->births + 1; id <= ready->births; id++) {
        struct hd_before_actor *born = actor_of(before, id);
        if (born != NULL && born->last == 0) {
            born->last = step;
        }
    }
    before->births = ready->births;
    return before->lost ? 0 : step;
}

/* ---- questions ---- */

bool
hd_before_is(struct hd_before *before, uint32_t earlier, uint32_t later,
             bool by_locks)
{
    uint32_t left = 0;
    if (before->lost || earlier == 0 || later == 0) {
        return true;
    }
    before->question++;
    before->walk[left++] = later;
    while (left > 0) {
        const uint32_t at = before->walk[--left];
        if (at == earlier) {
            return true;
        }
        if (at < earlier || before->nodes[at].seen == before->question) {
            continue;
        }
        struct hd_before_node *node = &before->nodes[at];
        node->seen = before->question;
        if (node->second & ALL && earlier <= (node->second & NUMBER)) {
            return true;
        }
        HD_ASSERT(left + 2 <= before->node_room);
        if (node->second <= NUMBER || (by_locks && node->second & BY_LOCK)) {
            before->walk[left++] = node->second & NUMBER;
        }
        before->walk[left++] = node->first;
    }
    return false;
}

/* ---- one execution ---- */

void
hd_before_begin(struct hd_before *before)
{
    before->lost = false;
    before->execution++;
    before->question = 0;
    before->node_count = 1; /* 0 is none */
    before->object_count = before->woken_count = before->births = 0;
    if (before->nodes == NULL) {
        enlarge_nodes(before);
        enlarge_objects(before);
        actor_of(before, 0);
    }
    if (before->actors != NULL) {
        memset(before->actors, 0, before->actor_room * sizeof(*before->actors));
    }
}

void
hd_before_finish(struct hd_before *before)
{
    free(before->nodes);
    free(before->walk);
    free(before->actors);
    free(before->objects);
    free(before->woken);
    *before = (struct hd_before){.lost = false};
}
