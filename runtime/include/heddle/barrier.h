/*
 * A barrier: tasks of one loop wait until enough of them have come.
 *
 * source: asyncio.Barrier, Python 3.11.
 */
#ifndef HEDDLE_BARRIER_H
#define HEDDLE_BARRIER_H

#include <heddle/sync.h>

enum hd_barrier_state {
    HD_BARRIER_FILLING,
    HD_BARRIER_DRAINING,
    HD_BARRIER_RESETTING,
    HD_BARRIER_BROKEN,
};

struct hd_arrival;

struct hd_barrier {
    struct hd_line waiters;
    struct hd_arrival *first, *last; /* who has come, in order of arrival */
    uint32_t object;
    uint32_t parties, count;
    enum hd_barrier_state state;
};

/* parties  at least 1. */
HD_API void hd_barrier_init(struct hd_barrier *barrier, uint32_t parties);

/*
 * Wait until parties tasks wait; then all go on. Comers wait while the last
 * round still drains.
 *
 * returns   0 .. parties - 1, each number to one task of the round: its place
 *           among those that were there when the round was full
 *           HD_E_BROKEN, HD_E_CANCELLED, HD_E_NO_TASK, HD_E_FOREIGN_LOOP
 * suspends  unless it is the last to come; a cancellation point.
 */
HD_API HD_MUST_USE int hd_barrier_wait(struct hd_barrier *barrier);

/* Wake the waiters with HD_E_BROKEN; abort breaks it until it is reset. */
HD_API int hd_barrier_reset(struct hd_barrier *barrier);
HD_API int hd_barrier_abort(struct hd_barrier *barrier);

/* How many wait now (0 while draining is not filling), and whether broken. */
HD_API uint32_t hd_barrier_waiting(const struct hd_barrier *barrier);
HD_API bool hd_barrier_is_broken(const struct hd_barrier *barrier);

#endif
