/*
 * What happens before what, in one execution, as race detectors mean it.
 *
 * One step happens before another if the program says so: a task's own steps
 * in turn; the birth of an actor and its first step; who wakes somebody and his
 * next step; an item put and the same item got, an event set and seen to be
 * set, a future done and asked for. That time has passed in between says
 * nothing, since a sleep stands for work that may take longer. That one had a
 * lock after another says that they were not in it together, and no more; it
 * can be asked for, too.
 *
 * Detectors ask rarely, and mostly of steps that are near each other. So a step
 * costs a node with what is directly before it, and a question is a walk from
 * the later one back. (A clock per task answers at once, and costs a thousand
 * entries per step where a thousand tasks have met.)
 */
#ifndef HD_EXPLORE_BEFORE_H
#define HD_EXPLORE_BEFORE_H

#include "base/ready.h"

struct hd_before_node;
struct hd_before_actor;
struct hd_before_object;

/* Of one process; zeroed. What it has grown to it keeps. */
struct hd_before {
    struct hd_before_node *nodes;
    uint32_t *walk; /* nodes still to be looked at */
    uint32_t node_count, node_room;
    struct hd_before_actor *actors; /* by id */
    uint32_t actor_room, births;    /* births before the present step */
    struct hd_before_object *objects;
    uint32_t object_room, object_count;
    uint32_t *woken; /* actors that the present step has made ready */
    uint32_t woken_count, woken_room;
    uint32_t execution; /* stamps what is of the present one */
    uint32_t question;  /* stamps what the present walk has seen */
    bool lost;          /* too much to keep: everything counts as ordered */
};

void hd_before_finish(struct hd_before *before);

/* An execution begins. */
void hd_before_begin(struct hd_before *before);

/* What the observer of a ready set is told. */
void hd_before_ready(struct hd_before *before, const struct hd_ready *ready,
                     const struct hd_actor *actor, const struct hd_actor *by);

/*
 * A step has ended. Returns its number here, which is larger than that of any
 * step before it; 0: it cannot be kept.
 */
uint32_t hd_before_step(struct hd_before *before, const struct hd_ready *ready,
                        uint32_t actor, const struct hd_access *accesses,
                        uint32_t count);

/*
 * Does the one step happen before the other? Numbers as they were given.
 *
 * by_locks  also if only because who gave a lock back had it first.
 */
bool hd_before_is(struct hd_before *before, uint32_t earlier, uint32_t later,
                  bool by_locks);

#endif
