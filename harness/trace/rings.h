/*
 * Rings: tasks that wait for each other for ever.
 *
 * A task is stuck if what would end its wait can only be done by tasks that
 * are stuck. That is the largest set of waiting tasks in which each has
 * somebody in the set to wait for (a task that it awaits, the holder of its
 * lock; all who could give back a semaphore or make room in a queue) and
 * nobody outside of it. A ring is a strongly connected part of it.
 *
 * Who could be woken otherwise is never stuck: by a deadline of his own or of
 * somebody who awaits him, by a cancellation. Of semaphores and queues the log
 * knows only who has used them, not who will: they count when nobody else
 * can run.
 */
#ifndef HD_TRACE_RINGS_H
#define HD_TRACE_RINGS_H

#include "trace/waits.h"

struct hd_rings {
    uint32_t *ring; /* by actor: which ring it is of, from 1; 0: none */
    bool *stuck;    /* by actor: of a ring, or waits for one for ever */
    bool *follows;  /* by actor: waits for somebody who waits, too */
    uint32_t count; /* rings; by the first of their members */
    uint32_t actor_count;
    uint32_t *edges, *edge_first; /* by actor: whom of the stuck it waits for */
};

/*
 * waits    as of the records that it has read of the log.
 * at_rest  it is known that nobody else can run.
 * returns  false when out of memory.
 */
bool hd_rings_init(struct hd_rings *rings, const struct hd_waits *waits,
                   const struct hd_log *log, bool at_rest);
void hd_rings_finish(struct hd_rings *rings);

/*
 * The same for the record of a log with which an execution ends. Both are
 * finished by the caller; after false nothing is to be finished.
 */
bool hd_rings_at(struct hd_rings *rings, struct hd_waits *waits,
                 const struct hd_log *log, const struct hd_names *names,
                 uint64_t index);

/* The ring to tell of for an actor: his, or the first; 0 if there is none. */
static inline uint32_t
hd_rings_about(const struct hd_rings *rings, uint32_t actor)
{
    const uint32_t own = actor < rings->actor_count ? rings->ring[actor] : 0;
    return own == 0 && rings->count > 0 ? 1 : own;
}

/*
 * A shortest way round a ring from its first member, in the order of waiting.
 *
 * cycle     room for capacity actors.
 * returns   how many; 0 if it does not fit, or when out of memory.
 */
size_t hd_rings_draw(const struct hd_rings *rings, uint32_t ring,
                     uint32_t *cycle, size_t capacity);

#endif
