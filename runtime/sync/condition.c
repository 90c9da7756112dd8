/*
 * Conditions. The one rule that shapes this file: who waits gives the lock
 * away and has it again on return, cancelled or not. So taking it back goes on
 * through any number of cancellations, and reports them afterwards.
 *
 * A notification whose receiver turns out to be cancelled goes to the next in
 * line, whether the cancellation came before its step or while it took the lock
 * back. (In asyncio 3.11 it is lost.)
 */
#include <heddle/condition.h>

#include "sync/line.h"
#include "sync/lock.h"
#include "task/timeout.h"

static inline void
name(struct hd_condition *condition, uint64_t place)
{
    hd_sync_name(&condition->object, HD_OBJECT_CONDITION, condition, place);
    hd_sync_name(&condition->lock->object, HD_OBJECT_LOCK, condition->lock,
                 place);
}

static int
enter(struct hd_condition *condition, uint64_t place)
{
    if (hd_here.task == NULL) {
        return hd_misuse(HD_E_NO_TASK, place);
    }
    name(condition, place);
    hd_task_point(HD_OP_CONDITION, condition->object, place);
    return HD_OK;
}

/* ---- waiting ---- */

/* Take the lock, however often this task is asked to end meanwhile. */
static int
take_back(struct hd_lock *lock, uint64_t place)
{
    bool cancelled = false;
    int status = hd_lock_take(lock, place);
    while (status == HD_E_CANCELLED) {
        cancelled = true;
        status = hd_lock_take(lock, place);
    }
    return status == HD_OK && cancelled ? HD_E_CANCELLED : status;
}

static int
wait_at(struct hd_condition *condition, uint64_t place)
{
    struct hd_lock *lock = condition->lock;
    hd_lock_touch(lock, HD_READS, place);
    if (!lock->locked) {
        return hd_misuse(HD_E_NOT_HELD, place);
    }
    hd_sync_touch(condition, condition->object, HD_IS_LINE, HD_WRITES, place);
    if (hd_line_is_foreign(&condition->waiters)) {
        return hd_line_refuse(&condition->waiters, place);
    }
    if (hd_line_is_foreign(&lock->waiters)) {
        return hd_line_refuse(&lock->waiters, place);
    }
    HD_TRY(hd_lock_give(lock, place));
    struct hd_waiter waiter;
    const int status = hd_line_wait(&condition->waiters, &waiter,
                                    (struct hd_op){.object = condition->object,
                                                   .kind = HD_OP_CONDITION,
                                                   .place = place});
    if (status < 0) {
        hd_sync_touch(condition, condition->object, HD_IS_LINE, HD_WRITES,
                      place);
    }
    const int taken = take_back(lock, place);
    const bool is_cancelled =
        status == HD_E_CANCELLED || taken == HD_E_CANCELLED;
    if (is_cancelled && waiter.future.state != HD_FUTURE_CANCELLED) {
        hd_sync_touch(condition, condition->object, HD_IS_LINE, HD_WRITES,
                      place);
        hd_line_wake(&condition->waiters, 1); /* it had been notified */
    }
    return taken < 0 ? taken : status;
}

int
hd_condition_wait(struct hd_condition *condition)
{
    const uint64_t place = HD_PLACE();
    HD_TRY(enter(condition, place));
    return wait_at(condition, place);
}

int
hd_condition_wait_for(struct hd_condition *condition, uint64_t ns)
{
    const uint64_t place = HD_PLACE();
    struct hd_timeout timeout;
    HD_TRY(enter(condition, place));
    HD_TRY(hd_timeout_start(&timeout, ns, place));
    return hd_timeout_end(&timeout, wait_at(condition, place));
}

int
hd_condition_wait_until(struct hd_condition *condition,
                        bool (*predicate)(void *arg), void *arg)
{
    const uint64_t place = HD_PLACE();
    HD_TRY(enter(condition, place));
    while (!predicate(arg)) {
        HD_TRY(wait_at(condition, place));
    }
    return HD_OK;
}

/* ---- notifying ---- */

static int
notify_at(struct hd_condition *condition, size_t n, uint64_t place)
{
    hd_lock_touch(condition->lock, HD_READS, place);
    if (!condition->lock->locked) {
        return hd_misuse(HD_E_NOT_HELD, place);
    }
    name(condition, place);
    hd_sync_touch(condition, condition->object, HD_IS_LINE, HD_WRITES, place);
    hd_sync_log(HD_ACT_NOTIFY, condition->object, place);
    hd_line_wake(&condition->waiters, n);
    return HD_OK;
}

int
hd_condition_notify(struct hd_condition *condition, size_t n)
{
    return notify_at(condition, n, HD_PLACE());
}

int
hd_condition_notify_all(struct hd_condition *condition)
{
    return notify_at(condition, SIZE_MAX, HD_PLACE());
}

/* ---- its lock ---- */

void
hd_condition_init(struct hd_condition *condition, struct hd_lock *lock)
{
    const uint64_t place = HD_PLACE();
    *condition = (struct hd_condition){
        .object = hd_sync_born(HD_OBJECT_CONDITION, condition, place)};
    condition->lock = lock != NULL ? lock : &condition->own;
    if (lock == NULL) {
        condition->own.object =
            hd_sync_born(HD_OBJECT_LOCK, &condition->own, place);
    }
}

int
hd_condition_acquire(struct hd_condition *condition)
{
    const uint64_t place = HD_PLACE();
    HD_TRY(hd_lock_enter(condition->lock, place));
    return hd_lock_take(condition->lock, place);
}

int
hd_condition_release(struct hd_condition *condition)
{
    return hd_lock_give(condition->lock, HD_PLACE());
}

bool
hd_condition_is_locked(const struct hd_condition *condition)
{
    const struct hd_lock *lock = condition->lock;
    hd_lock_touch(lock, HD_READS, HD_PLACE());
    return lock->locked;
}
