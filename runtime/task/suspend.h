/*
 * Suspending a task: what all waits come down to.
 *
 * Inline for the reason that context/boost.h gives.
 */
#ifndef HD_TASK_SUSPEND_H
#define HD_TASK_SUSPEND_H

#include "task/loop.h"

/* The next actor that is a task or needs the hub; ours are stepped here. */
struct hd_actor *hd_step_next(struct hd_ready *ready);

/* The context that steps the actor; a first step gets its stack here. */
struct hd_context *hd_step_context(struct hd_loop *loop,
                                   struct hd_actor *actor);

/* Hand the running task's stack over; returns when the task steps again. */
static inline __attribute__((always_inline)) void
hd_task_suspend(struct hd_task *task)
{
    struct hd_loop *loop = hd_here.loop;
    struct hd_actor *next = hd_step_next(loop->ready);
    if (next == &task->actor) {
        hd_here.task = task;
        hd_here.actor = next;
        return;
    }
    hd_context_switch(&task->stack->context, hd_step_context(loop, next));
}

/* The running task could go on, but may be switched here. */
static inline __attribute__((always_inline)) void
hd_task_stand(struct hd_op op)
{
    struct hd_task *task = hd_here.task;
    struct hd_ready *ready = hd_here.loop->ready;
    hd_log_put(ready->log, HD_LOG_POINT, op.kind, op.object, op.place);
    ready->stepped = true;
    task->actor.hint = op;
    task->actor.flags = HD_ACTOR_CONTINUES;
    hd_ready_post_first(ready, &task->actor);
    hd_task_suspend(task);
    task->actor.flags = 0;
}

/* --points=await: each awaiting call begins with this. */
static inline __attribute__((always_inline)) void
hd_task_point(enum hd_op_kind kind, uint32_t object, uint64_t place)
{
    if (__builtin_expect(hd_here.points, 0) && hd_here.task != NULL) {
        hd_task_stand((struct hd_op){
            .object = object, .kind = (uint8_t)kind, .place = place});
    }
}

#endif
