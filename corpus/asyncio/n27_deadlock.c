/*
 * asyncio/3-notes.md, Common errors: "A deadlock is when a unit of concurrency
 * waits for a condition that can never occur". Two locks are taken in opposite
 * order, with one suspension in between.
 *
 * Shows: deadlock.
 */
#include <heddle/test.h>

#include <stdio.h>

struct pair {
    const char *name;
    struct hd_lock *first, *second;
};

static int
take_both(void *arg)
{
    struct pair *pair = arg;

    HD_TRY(hd_lock_acquire(pair->first));
    HD_TRY(hd_yield());
    HD_TRY(hd_lock_acquire(pair->second));
    printf("%s has both\n", pair->name);
    hd_lock_release(pair->second);
    hd_lock_release(pair->first);
    return 0;
}

HD_TEST(n27_deadlock)
{
    struct hd_lock fork = {0}, knife = {0};
    struct pair ann = {"Ann", &fork, &knife};
    struct pair bob = {"Bob", &knife, &fork};

    struct hd_task *a = hd_task_spawn(take_both, &ann);
    struct hd_task *b = hd_task_spawn(take_both, &bob);
    HD_CHECK(hd_gather(a, b) == 0);
}
