/*
 * Who waits for what, and who holds it, at the end of a log.
 */
#ifndef HD_TRACE_WAITS_H
#define HD_TRACE_WAITS_H

#include "trace/names.h"

/* A task that stands in a wait. */
struct hd_wait {
    uint32_t actor, object; /* object 0: a sleep, or unnamed */
    uint8_t op;             /* hd_op_kind */
    uint64_t place;
    uint64_t record; /* index of its SUSPEND */
};

struct hd_waits {
    struct hd_wait *items; /* by actor number */
    size_t count;
    uint32_t *holders; /* by object: the actor that holds it, or 0 */
    uint32_t object_count;
};

/* False when out of memory. */
bool hd_waits_init(struct hd_waits *waits, const struct hd_log *log,
                   const struct hd_names *names);
void hd_waits_finish(struct hd_waits *waits);

/* The wait of an actor, or NULL. */
const struct hd_wait *hd_waits_of(const struct hd_waits *waits, uint32_t actor);

/* Whom a wait waits for: a task, a holder; 0 if nobody in particular. */
uint32_t hd_waits_next(const struct hd_waits *waits,
                       const struct hd_wait *wait);

/*
 * A cycle: marks its actors.
 *
 * cycle     room for count actors; filled in the order of waiting.
 * returns   its length, 0 if there is none.
 */
size_t hd_waits_cycle(const struct hd_waits *waits, uint32_t *cycle,
                      size_t capacity);

#endif
