/*
 * A task that waits in a function of a function: one of them compiled into its
 * caller, the other one not.
 */
#include <heddle/test.h>

static __attribute__((noinline)) int
acquire_patiently(struct hd_lock *lock)
{
    const int status = hd_lock_acquire(lock);
    return status < 0 ? status : HD_OK;
}

static inline __attribute__((always_inline)) int
acquire_twice(struct hd_lock *lock)
{
    HD_TRY(acquire_patiently(lock));
    return acquire_patiently(lock);
}

static int
work(void *arg)
{
    struct hd_lock *lock = arg;

    HD_TRY(acquire_twice(lock));
    return hd_lock_release(lock);
}

/* It ends while a task waits, for a lock that its kept stack still holds. */
HD_TEST(a_wait_deep_down)
{
    struct hd_lock lock = {0};
    struct hd_task *task = hd_task_spawn(work, &lock);

    HD_CHECK(hd_lock_acquire(&lock) == 0);
    HD_CHECK(hd_yield() == 0);
    HD_CHECK(!hd_task_is_done(task));
}
