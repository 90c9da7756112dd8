/*
 * A lock for tasks of one loop. Zeroed storage is a free lock.
 *
 * source: asyncio.Lock, Python 3.11.
 */
#ifndef HEDDLE_LOCK_H
#define HEDDLE_LOCK_H

#include <heddle/sync.h>

struct hd_lock {
    struct hd_line waiters;
    uint32_t
        object; /* its number in this execution; 0 until made or used in one */
    uint32_t holder; /* actor that took it; for reports */
    bool locked;
};

/* Make it a free lock. The caller keeps the storage; nobody may be waiting. */
HD_API void hd_lock_init(struct hd_lock *lock);

/*
 * Take the lock, waiting in line if another task holds it.
 *
 * lock      initialised or zeroed, and outlives its waiters; borrowed.
 * returns   HD_OK              the caller holds the lock
 *           HD_E_CANCELLED     cancelled while in line; it is not held
 *           HD_E_TIMEDOUT      (_for) the time was up first; it is not held
 *           HD_E_NO_TASK       called outside of a task
 *           HD_E_FOREIGN_LOOP  waiters of another loop are in line
 *           HD_E_NO_MEMORY     (_for) no room for the time-out
 * suspends  if it is held or others are in line; a cancellation point.
 * order     first come, first served, whatever the strategy.
 */
HD_API HD_MUST_USE int hd_lock_acquire(struct hd_lock *lock);
HD_API HD_MUST_USE int hd_lock_acquire_for(struct hd_lock *lock, uint64_t ns);

/*
 * Give the lock back and wake the first in line. Any task may do it, not only
 * the one that holds the lock.
 *
 * returns   HD_OK, HD_E_NOT_HELD (nobody holds it)
 * suspends  no.
 */
HD_API int hd_lock_release(struct hd_lock *lock);

HD_API bool hd_lock_is_locked(const struct hd_lock *lock);

#endif
