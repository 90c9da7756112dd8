/*
 * What each op of a program does on Heddle: one action per op.
 *
 * An action returns a status; on HD_OK it may put words of its own into the
 * answer, which is "ok" otherwise.
 */
#ifndef DIFFERENTIAL_ACTIONS_H
#define DIFFERENTIAL_ACTIONS_H

#include <stdbool.h>

struct answer;
struct frame;
struct op;

typedef int action_fn(struct frame *frame, const struct op *op,
                      struct answer *answer);

/*
 * waits   it may suspend: two events, begin and end.
 * block   ops are nested in it.
 */
struct action {
    const char *name;
    action_fn *run;
    bool waits, block;
};

/* The action of that name, or NULL. */
const struct action *action_named(const char *name);

/* Every action, by the file that keeps it. */
action_fn act_spawn, act_group_spawn, act_fail, act_return, act_cancel,
    act_cancelling, act_uncancel, act_result, act_state, act_on_done,
    act_off_done, act_await, act_sleep, act_yield, act_call;
action_fn act_future_new, act_future_set, act_future_fail, act_call_soon,
    act_call_later, act_call_at, act_handle_cancel;
action_fn act_lock_acquire, act_lock_release, act_event_set, act_event_clear,
    act_event_wait, act_cond_acquire, act_cond_wait, act_cond_notify,
    act_cond_notify_all, act_cond_release, act_sem_acquire, act_sem_release,
    act_barrier_wait, act_barrier_reset, act_barrier_abort, act_queue_put,
    act_queue_get, act_queue_put_now, act_queue_get_now, act_queue_task_done,
    act_queue_join, act_peek;
action_fn act_lock_acquire_for, act_event_wait_for, act_cond_wait_for,
    act_cond_wait_until, act_sem_acquire_for, act_queue_put_for,
    act_queue_get_for;
action_fn act_gather, act_gather_start, act_wait, act_wait_for, act_shield,
    act_as_completed;
action_fn act_reschedule, act_timeout, act_group, act_try, act_repeat,
    act_maybe;

#endif
