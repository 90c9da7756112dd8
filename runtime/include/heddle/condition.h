/*
 * A condition variable with its lock, for tasks of one loop.
 *
 * source: asyncio.Condition, Python 3.11.
 */
#ifndef HEDDLE_CONDITION_H
#define HEDDLE_CONDITION_H

#include <heddle/lock.h>

struct hd_condition {
    struct hd_line waiters;
    struct hd_lock *lock; /* own, or lent to hd_condition_init */
    struct hd_lock own;
    uint32_t object;
};

/* lock may be NULL: then it has one of its own. Lent for its whole life. */
HD_API void hd_condition_init(struct hd_condition *condition,
                              struct hd_lock *lock);

/* Its lock, as hd_lock_acquire and hd_lock_release. */
HD_API HD_MUST_USE int hd_condition_acquire(struct hd_condition *condition);
HD_API int hd_condition_release(struct hd_condition *condition);
HD_API bool hd_condition_is_locked(const struct hd_condition *condition);

/*
 * Release the lock, wait to be notified, take the lock again; it is held on
 * return whatever the result (but for NOT_HELD and NO_TASK). A notification
 * that comes together with a cancellation goes to the next waiter instead.
 *
 * returns   HD_OK, HD_E_CANCELLED, HD_E_NOT_HELD, HD_E_NO_TASK,
 *           HD_E_FOREIGN_LOOP, HD_E_TIMEDOUT (_for; it is held then too),
 *           HD_E_NO_MEMORY (_for; the same)
 * suspends  yes; a cancellation point.
 */
HD_API HD_MUST_USE int hd_condition_wait(struct hd_condition *condition);
HD_API HD_MUST_USE int hd_condition_wait_for(struct hd_condition *condition,
                                             uint64_t ns);

/* Wait until predicate(arg) is true; it is asked before each wait. */
HD_API HD_MUST_USE int hd_condition_wait_until(struct hd_condition *condition,
                                               bool (*predicate)(void *arg),
                                               void *arg);

/*
 * Wake up to n waiters, or all. The lock must be held and stays so.
 *
 * returns   HD_OK, HD_E_NOT_HELD
 * suspends  no.
 */
HD_API int hd_condition_notify(struct hd_condition *condition, size_t n);
HD_API int hd_condition_notify_all(struct hd_condition *condition);

#endif
