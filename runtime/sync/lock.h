/*
 * A lock from inside: for conditions, which wait for their lock in the name of
 * their own caller.
 */
#ifndef HD_SYNC_LOCK_H
#define HD_SYNC_LOCK_H

#include "sync/line.h"
#include <heddle/lock.h>

/*
 * hd_lock_acquire and hd_lock_release for a caller at place; taking is for
 * tasks only, and no scheduling point.
 */
int hd_lock_take(struct hd_lock *lock, uint64_t place);
int hd_lock_give(struct hd_lock *lock, uint64_t place);

/* Note that a call at place asks or changes whether it is held. */
static inline void
hd_lock_touch(const struct hd_lock *lock, enum hd_access_mode mode,
              uint64_t place)
{
    if (hd_touch_wanted()) {
        hd_touch_note_sync(hd_here.loop, lock, lock->object,
                           (struct hd_touch){.kind = HD_IS_STATE,
                                             .mode = mode,
                                             .excludes = 1,
                                             .place = place});
    }
}

/* Number it; may it be taken here? A scheduling point. */
int hd_lock_enter(struct hd_lock *lock, uint64_t place);

#endif
