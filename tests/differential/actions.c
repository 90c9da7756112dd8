#include "actions.h"

#include <stddef.h>
#include <string.h>

#define PLAIN(op)                                                              \
    {                                                                          \
#op, act_##op, false, false                                            \
    }
#define WAITS(op)                                                              \
    {                                                                          \
#op, act_##op, true, false                                             \
    }
#define BLOCK(op)                                                              \
    {                                                                          \
#op, act_##op, true, true                                              \
    }

static const struct action actions[] = {
    PLAIN(spawn),           PLAIN(group_spawn),   PLAIN(fail),
    PLAIN(return ),         PLAIN(cancel),        PLAIN(cancelling),
    PLAIN(uncancel),        PLAIN(result),        PLAIN(state),
    PLAIN(on_done),         PLAIN(off_done),      WAITS(await),
    WAITS(sleep),           WAITS(yield),         WAITS(call),
    PLAIN(future_new),      PLAIN(future_set),    PLAIN(future_fail),
    PLAIN(call_soon),       PLAIN(call_later),    PLAIN(call_at),
    PLAIN(handle_cancel),   WAITS(lock_acquire),  PLAIN(lock_release),
    PLAIN(event_set),       PLAIN(event_clear),   WAITS(event_wait),
    WAITS(cond_acquire),    WAITS(cond_wait),     PLAIN(cond_notify),
    PLAIN(cond_notify_all), PLAIN(cond_release),  WAITS(sem_acquire),
    PLAIN(sem_release),     WAITS(barrier_wait),  WAITS(barrier_reset),
    WAITS(barrier_abort),   WAITS(queue_put),     WAITS(queue_get),
    PLAIN(queue_put_now),   PLAIN(queue_get_now), PLAIN(queue_task_done),
    WAITS(queue_join),      PLAIN(peek),          WAITS(gather),
    PLAIN(gather_start),    WAITS(wait),          WAITS(wait_for),
    WAITS(shield),          WAITS(as_completed),  PLAIN(reschedule),
    BLOCK(timeout),         BLOCK(group),         BLOCK(try),
    BLOCK(repeat),          BLOCK(maybe),         WAITS(lock_acquire_for),
    WAITS(event_wait_for),  WAITS(cond_wait_for), WAITS(cond_wait_until),
    WAITS(sem_acquire_for), WAITS(queue_put_for), WAITS(queue_get_for),
};

const struct action *
action_named(const char *name)
{
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (strcmp(actions[i].name, name) == 0) {
            return &actions[i];
        }
    }
    return NULL;
}
