/*
 * Faults: what may happen to any program, injected where it could happen.
 *
 *   cancel   a task is cancelled as soon as it waits, or after it was woken
 *            and before it steps: exactly as if somebody else did it then.
 *   alloc    an allocation on behalf of the user fails.
 *
 * Each is a value choice of who steps; the default is that nothing happens. An
 * execution has a budget for each kind. Once that is spent nobody is asked any
 * more, but the choices keep their numbers: a token with one fault less means
 * the same for the rest. Main tasks are spared: they are the test itself.
 */
#ifndef HD_TASK_FAULT_H
#define HD_TASK_FAULT_H

#include "task/loop.h"

/*
 * Where faults are on: the running task begins to wait for a future, steps
 * again after that, or yields.
 */
void hd_fault_wait(struct hd_task *task, uint64_t place);
void hd_fault_woken(struct hd_task *task, uint64_t place);
void hd_fault_yield(struct hd_task *task, uint64_t place);

/* Must an allocation fail that a public call makes at place? */
bool hd_fault_refuses(struct hd_ready *home, uint64_t place);

static inline bool
hd_fault_alloc(const struct hd_loop *loop, uint64_t place)
{
    return __builtin_expect(loop->home->allocs, 0) &&
           hd_fault_refuses(loop->home, place);
}

/* No faults for a while: from hold to resume, which gets what hold gave. */
struct hd_fault_hold {
    bool cancels, allocs;
};
struct hd_fault_hold hd_fault_hold(struct hd_ready *home);
void hd_fault_resume(struct hd_ready *home, struct hd_fault_hold hold);

/* Somebody was told that a wait of his, or what he awaited, was cancelled. */
static inline void
hd_fault_told(void)
{
    struct hd_task *task = hd_here.task;
    if (task != NULL) {
        task->cancels_told++;
    } else {
        hd_here.cancels_told++;
    }
}

#endif
