/*
 * A lock from inside: for conditions, which wait for their lock in the name of
 * their own caller.
 */
#ifndef HD_SYNC_LOCK_H
#define HD_SYNC_LOCK_H

#include <heddle/lock.h>

/*
 * hd_lock_acquire and hd_lock_release for a caller at place; taking is for
 * tasks only, and no scheduling point.
 */
int hd_lock_take(struct hd_lock *lock, uint64_t place);
int hd_lock_give(struct hd_lock *lock, uint64_t place);

/* Number it; may it be taken here? A scheduling point. */
int hd_lock_enter(struct hd_lock *lock, uint64_t place);

#endif
