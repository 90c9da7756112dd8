/*
 * What steps touch of Heddle's own objects, as a strategy is told it.
 *
 * Where no strategy wants to be told, every function here is one branch that is
 * predicted. docs/decisions/0020-footprints.md says what touches what, and why.
 */
#ifndef HD_TASK_TOUCH_H
#define HD_TASK_TOUCH_H

#include "task/loop.h"

/* The name of the memory at the address. */
uint64_t hd_access_name(struct hd_ready *ready, const volatile void *address);

/* Does anybody want to know what steps of this loop touch? */
static inline bool
hd_touch_wanted(const struct hd_loop *loop)
{
    return __builtin_expect(loop->home->tells, 0);
}

/* Something that there is once in the world. */
static inline void
hd_touch_world(const struct hd_loop *loop, enum hd_identity_world what,
               enum hd_access_mode mode)
{
    if (hd_touch_wanted(loop)) {
        hd_ready_touch(loop->home, hd_identity(HD_IS_WORLD, 0, what), mode, 0);
    }
}

#endif
