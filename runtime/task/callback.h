/*
 * Callbacks: actors that are not tasks. One struct serves call_soon, timers,
 * futures' callbacks and Heddle's own bookkeeping.
 *
 * At any time a callback is idle, ready, armed (in its loop's timer heap) or
 * waiting for a future; which of them can be seen from its links.
 */
#ifndef HD_TASK_CALLBACK_H
#define HD_TASK_CALLBACK_H

#include "base/heap.h"
#include "task/future.h"

struct hd_callback {
    struct hd_actor actor;
    struct hd_heap_entry timer;
    struct hd_future *future; /* waits for it, or is due because of it */
    void (*run)(struct hd_callback *callback);
    void *owner; /* run's business */
};

/*
 * Give it its name. Callbacks of Heddle's own are inline: run does little and
 * calls no code of the user's.
 */
void hd_callback_init(struct hd_callback *callback, struct hd_loop *loop,
                      enum hd_actor_kind kind, bool is_inline,
                      void (*run)(struct hd_callback *), void *owner);

/* It must be idle. */
void hd_callback_soon(struct hd_callback *callback);
/* place: of the public call that needs it. False when out of memory. */
bool hd_callback_at(struct hd_callback *callback, uint64_t when_ns,
                    uint64_t place);
void hd_callback_when_done(struct hd_callback *callback,
                           struct hd_future *future);

bool hd_callback_is_idle(const struct hd_callback *callback);

/* Make it idle, whatever it was. True if it was not. */
bool hd_callback_stop(struct hd_callback *callback);

#endif
