/*
 * Locks, handed over by waking the first in line, who then takes the lock in
 * its own step. Nobody can slip in between: a woken waiter is still in line,
 * and comers go to the end of a line that has anybody in it. (Handing over the
 * lock itself, so that it is never free in between, would be simpler; it is
 * not what asyncio does, and is_locked would show it.)
 *
 * Invariant: at most one waiter is woken, and nobody is while it is locked.
 *
 * Who comes, or gives the lock back, touches the line: that decides who is
 * next. Whether it is locked can be seen besides; a woken waiter changes that
 * and nothing else, since who comes stands behind it in any case.
 */
#include <heddle/lock.h>

#include "base/assert.h"
#include "sync/line.h"
#include "sync/lock.h"
#include "task/timeout.h"

static inline void
name(struct hd_lock *lock, uint64_t place)
{
    hd_sync_name(&lock->object, HD_OBJECT_LOCK, lock, place);
}

static int
wait_turn(struct hd_lock *lock, uint64_t place)
{
    struct hd_waiter waiter;
    const int status = hd_line_wait(&lock->waiters, &waiter,
                                    (struct hd_op){.object = lock->object,
                                                   .kind = HD_OP_LOCK,
                                                   .place = place});
    if (status < 0) {
        hd_sync_touch(lock, lock->object, HD_IS_LINE, HD_WRITES, place);
        hd_lock_touch(lock, HD_READS, place);
    }
    if (status == HD_E_CANCELLED && !lock->locked) {
        /* It may have been called already, or barred those behind it. */
        hd_line_wake_head(&lock->waiters);
    }
    return status;
}

int
hd_lock_take(struct hd_lock *lock, uint64_t place)
{
    hd_sync_touch(lock, lock->object, HD_IS_LINE, HD_WRITES, place);
    if (lock->locked || !hd_line_is_void(&lock->waiters)) {
        HD_TRY(wait_turn(lock, place));
        HD_ASSERT(!lock->locked);
    }
    hd_lock_touch(lock, HD_WRITES, place);
    lock->locked = true;
    lock->holder = hd_here.actor->id;
    hd_sync_log(HD_ACT_ACQUIRE, lock->object, place);
    return HD_OK;
}

int
hd_lock_give(struct hd_lock *lock, uint64_t place)
{
    hd_lock_touch(lock, HD_WRITES, place);
    if (!lock->locked) {
        return hd_misuse(HD_E_NOT_HELD, place);
    }
    name(lock, place);
    hd_sync_touch(lock, lock->object, HD_IS_LINE, HD_WRITES, place);
    lock->locked = false;
    lock->holder = 0;
    hd_sync_log(HD_ACT_RELEASE, lock->object, place);
    hd_line_wake_head(&lock->waiters);
    return HD_OK;
}

int
hd_lock_enter(struct hd_lock *lock, uint64_t place)
{
    if (hd_here.task == NULL) {
        return hd_misuse(HD_E_NO_TASK, place);
    }
    name(lock, place);
    hd_task_point(HD_OP_LOCK, lock->object, place);
    return HD_OK;
}

/* ---- the public's ---- */

void
hd_lock_init(struct hd_lock *lock)
{
    *lock = (struct hd_lock){
        .object = hd_sync_born(HD_OBJECT_LOCK, lock, HD_PLACE())};
}

int
hd_lock_acquire(struct hd_lock *lock)
{
    const uint64_t place = HD_PLACE();
    HD_TRY(hd_lock_enter(lock, place));
    return hd_lock_take(lock, place);
}

int
hd_lock_acquire_for(struct hd_lock *lock, uint64_t ns)
{
    const uint64_t place = HD_PLACE();
    struct hd_timeout timeout;
    HD_TRY(hd_lock_enter(lock, place));
    HD_TRY(hd_timeout_start(&timeout, ns, place));
    return hd_timeout_end(&timeout, hd_lock_take(lock, place));
}

int
hd_lock_release(struct hd_lock *lock)
{
    return hd_lock_give(lock, HD_PLACE());
}

bool
hd_lock_is_locked(const struct hd_lock *lock)
{
    hd_lock_touch(lock, HD_READS, HD_PLACE());
    return lock->locked;
}
