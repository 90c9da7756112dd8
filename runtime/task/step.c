/*
 * Stepping: how one stack gives way to the next.
 *
 * A task that suspends picks the next actor itself and switches straight to
 * it; there is no trip through a scheduler's stack. Only what the task cannot
 * do goes to the loop's hub, the stack on which the loop was run: user
 * callbacks, and everything that pick answers with NULL (quiescence, a stop, a
 * limit). Heddle's own callbacks run where the pick happened.
 *
 *   task a --suspend: pick--> task b --suspend: pick--> callback: to the hub
 */
#include "base/assert.h"
#include "base/random.h"
#include "task/fault.h"
#include "task/suspend.h"

void hd_task_finish(struct hd_task *task, int status);

struct hd_actor *
hd_step_next(struct hd_ready *ready)
{
    for (;;) {
        struct hd_actor *actor = hd_ready_pick(ready);
        if (actor == NULL || !(actor->flags & HD_ACTOR_INLINE)) {
            return actor;
        }
        hd_here.task = NULL;
        hd_here.actor = actor;
        actor->step(actor);
    }
}

static void task_life(void *arg);

struct hd_context *
hd_step_context(struct hd_loop *loop, struct hd_actor *actor)
{
    if (actor == NULL || actor->step != NULL) {
        loop->ready->handed = actor;
        return &loop->hub;
    }
    struct hd_task *task = hd_task_of(actor);
    hd_here.task = task;
    hd_here.actor = actor;
    if (task->stack == NULL) {
        task->stack = hd_stack_take(task_life);
        HD_ASSERT(task->stack != NULL);
    }
    return &task->stack->context;
}

/*
 * Main's locals may be in use by tasks that it left behind: what runs on its
 * stack after it has returned has room above them.
 */
#define ROOM_BYTES 8192u

static __attribute__((noinline)) int
run_deep(const struct hd_task *task)
{
    char room[ROOM_BYTES];
    __asm__ volatile("" : : "r"(room) : "memory");
    const int status = task->fn(task->arg);
    __asm__ volatile("" : : "r"(room) : "memory");
    return status;
}

static int
run_body(struct hd_task *task)
{
    if (task->cancels_left > 0) {
        return HD_E_CANCELLED; /* asked to end before its first step */
    }
    return task->keeps_stack ? run_deep(task) : task->fn(task->arg);
}

/*
 * What a pooled stack does, for ever: live the task that is here, then either
 * the next one that has not begun, or sleep in the pool. Main's stack stays
 * out of the pool until its loop is over: others may point into its frame.
 */
static void
task_life(void *arg)
{
    struct hd_stack *stack = arg;
    for (;;) {
        struct hd_task *task = hd_here.task;
        struct hd_loop *loop = hd_here.loop;
        const bool keeps = task->keeps_stack;
        stack->owner = task->actor.path;
        const int status = run_body(task);
        task->stack = keeps ? stack : NULL;
        hd_task_finish(task, status);
        struct hd_actor *next = hd_step_next(loop->ready);
        if (!keeps && next != NULL && next->step == NULL &&
            hd_task_of(next)->stack == NULL) {
            hd_here.actor = next;
            hd_here.task = hd_task_of(next);
            hd_here.task->stack = stack;
            continue;
        }
        if (!keeps) {
            hd_stack_give(stack);
        }
        hd_context_switch(&stack->context, hd_step_context(loop, next));
    }
}

void
hd_loop_pump(struct hd_loop *loop)
{
    struct hd_ready *ready = loop->ready;
    for (;;) {
        struct hd_actor *actor = ready->handed;
        if (actor == NULL) {
            actor = hd_ready_pick(ready);
        }
        ready->handed = NULL;
        if (actor == NULL) {
            break;
        }
        if (actor->step != NULL) {
            hd_here.task = NULL;
            hd_here.actor = actor;
            actor->step(actor);
        } else {
            hd_context_switch(&loop->hub, hd_step_context(loop, actor));
        }
    }
    hd_here.task = NULL;
    hd_here.actor = NULL;
}

/* ---- giving up the turn ---- */

static inline __attribute__((always_inline)) int
yield_at(uint64_t place)
{
    struct hd_task *task = hd_here.task;
    if (task == NULL) {
        return hd_misuse(HD_E_NO_TASK, place);
    }
    struct hd_ready *ready = hd_here.loop->ready;
    hd_log_put(ready->log, HD_LOG_YIELD, HD_OP_YIELD, 0, place);
    task->actor.flags = HD_ACTOR_YIELDED;
    task->actor.hint = (struct hd_op){.kind = HD_OP_YIELD, .place = place};
    hd_ready_post(ready, &task->actor, &task->actor);
    if (__builtin_expect(ready->cancels, 0)) {
        hd_fault_yield(task, place);
    }
    hd_task_suspend(task);
    task->actor.flags = 0;
    if (__builtin_expect(task->asked, 0)) {
        hd_fault_told();
        return hd_task_deliver(task, HD_OK, place);
    }
    return HD_OK;
}

int
hd_yield(void)
{
    return yield_at(HD_PLACE());
}

/* A sleep is over: the callback's owner is the future that is slept on. */
static void
sleep_over(struct hd_callback *callback)
{
    hd_future_resolve(callback->owner, HD_OK, NULL, NULL);
}

static int
sleep_at(uint64_t when_ns, uint64_t place)
{
    struct hd_loop *loop = hd_here.loop;
    struct hd_future future;
    struct hd_callback timer;
    hd_future_init(&future, loop, HD_FUTURE_INNER);
    hd_callback_init(&timer, loop, HD_ACTOR_TIMER, true, sleep_over, &future);
    if (when_ns == HD_FOREVER) {
        hd_log_put(loop->home->log, HD_LOG_STOP, 0, timer.actor.id, 0);
    } else if (!hd_callback_at(&timer, when_ns, place)) {
        return HD_E_NO_MEMORY;
    }
    const int status = hd_future_wait(
        &future, (struct hd_op){.kind = HD_OP_SLEEP, .place = place});
    hd_callback_stop(&timer);
    return status;
}

int
hd_sleep(uint64_t ns)
{
    const uint64_t place = HD_PLACE();
    if (ns == 0 || hd_here.task == NULL) {
        return yield_at(place);
    }
    hd_task_point(HD_OP_SLEEP, 0, place);
    const uint64_t now_ns = hd_loop_now(hd_here.loop);
    return sleep_at(ns > HD_FOREVER - now_ns ? HD_FOREVER : now_ns + ns, place);
}

int
hd_sleep_until(uint64_t when_ns)
{
    const uint64_t place = HD_PLACE();
    if (hd_here.task == NULL) {
        return hd_misuse(HD_E_NO_TASK, place);
    }
    hd_task_point(HD_OP_SLEEP, 0, place);
    return sleep_at(when_ns, place);
}

/* ---- values ---- */

uint64_t
hd_choose(uint64_t bound)
{
    struct hd_loop *loop = hd_here.loop;
    if (loop == NULL || bound <= 1) {
        return 0;
    }
    return hd_ready_choose(loop->home, hd_loop_parent(loop), HD_VALUE_USER,
                           bound);
}
