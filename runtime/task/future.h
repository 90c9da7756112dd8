/*
 * Futures inside: state, waiting actors, handles.
 *
 * Who waits for a future is an actor: a task, or a callback. An actor is ready
 * or waits for one future, never both, so the line of waiters runs through the
 * links of the ready FIFO, and completing a future is posting its line.
 *
 * A public handle is the address of a slot plus the slot's generation in the
 * six low bits. Slots are never reused for anything else while their loop
 * lives. Futures that live in frames (locks' waiters) have no handles.
 */
#ifndef HD_TASK_FUTURE_H
#define HD_TASK_FUTURE_H

#include "task/failure.h"
#include "task/here.h"
#include <heddle/future.h>

enum hd_future_state {
    HD_FUTURE_FREE, /* the slot holds nothing */
    HD_FUTURE_PENDING,
    HD_FUTURE_DONE,
    HD_FUTURE_CANCELLED,
};

enum hd_future_kind {
    HD_FUTURE_INNER, /* lives in a frame */
    HD_FUTURE_PLAIN,
    HD_FUTURE_TASK,
    HD_FUTURE_GATHER, /* cancelling it cancels its children */
};

struct hd_future {
    struct hd_loop *loop;
    struct hd_future *free_next; /* in the pool */
    struct hd_future *slot_next; /* all slots of the pool, as they were made */
    void *value;
    struct hd_failure *failure;
    struct hd_actor *first, *last; /* who waits */
    int status;
    uint32_t object;
    uint32_t references; /* the public's and our own */
    uint32_t held;       /* of these the public's */
    uint8_t state, kind, generation;
    bool retrieved;
    bool counted;           /* what ended it is that the last one had come */
    struct hd_task *waiter; /* INNER: whose frame it lies in, if a task's */
    bool (*cancel)(struct hd_future *future); /* instead of the plain way */
};

/* A fresh pending one in the caller's storage. */
void hd_future_init(struct hd_future *future, struct hd_loop *loop,
                    enum hd_future_kind kind);

/* The slot behind a handle, NULL (and a misuse at place) if it is stale. */
struct hd_future *hd_future_get(const struct hd_future *handle, uint64_t place);
/* The same by who holds a reference, and gives it back in any order. */
struct hd_future *hd_future_get_to_release(const struct hd_future *handle,
                                           uint64_t place);
/* The same, and a stale one is nobody's misuse. */
struct hd_future *hd_future_peek(const struct hd_future *handle);
struct hd_future *hd_future_handle(struct hd_future *future);
/* The object of a stale handle, if its slot has had no other since; or 0. */
uint32_t hd_future_last(const struct hd_future *handle);

/* hd_future_result and hd_future_error, called at place. */
int hd_future_result_at(struct hd_future *handle, void **out_value,
                        uint64_t place);
const struct hd_error *hd_future_error_at(struct hd_future *handle,
                                          uint64_t place);

/* Complete it: false if it was done. failure is given (may be NULL). */
bool hd_future_resolve(struct hd_future *future, int status, void *value,
                       struct hd_failure *failure);
/*
 * One of those has come that end it together, whoever is last; all of them say
 * so. Then the last one completes it by the other.
 */
void hd_future_count_down(const struct hd_future *future);
bool hd_future_resolve_counted(struct hd_future *future, int status);
/* Cancel a future or a task, by its own way. False if it was done. */
bool hd_future_do_cancel(struct hd_future *future);
/* Mark it cancelled and post its line: the plain way. */
bool hd_future_cancel_plain(struct hd_future *future);

static inline bool
hd_future_done(const struct hd_future *future)
{
    return future->state != HD_FUTURE_PENDING;
}

/* Its status once done, as an await gives it. Marks it retrieved. */
int hd_future_take(struct hd_future *future, void **out_value);

/* The line of waiting actors. */
void hd_future_enlist(struct hd_future *future, struct hd_actor *actor);
void hd_future_delist(struct hd_future *future, struct hd_actor *actor);

/* References: the slot goes back at 0 once it is done. */
void hd_future_retain(struct hd_future *future);
void hd_future_unref(struct hd_future *future);

/* One more for the public. */
static inline void
hd_future_lend(struct hd_future *future)
{
    hd_future_retain(future);
    future->held++;
}

/*
 * The public gives a reference back, in a call at place. False, and a misuse,
 * if it has none left.
 */
bool hd_future_give_up(struct hd_future *future, uint64_t place);

/* Say that nobody looked at the error, if so. */
void hd_future_drop_check(struct hd_future *future);

/*
 * Wait for a future: the one way in which a task suspends for something.
 *
 * op        what is reported as waited for; its object may be another.
 * returns   the future's status, or HD_E_CANCELLED.
 */
int hd_future_wait(struct hd_future *future, struct hd_op op);

/* The same for a future with a result, which is taken; retains it meanwhile. */
int hd_future_await(struct hd_future *future, struct hd_op op,
                    void **out_value);

/* Number and birth record of an object; kind is hd_object_kind. */
uint32_t hd_object_born(uint8_t kind, const void *address, uint64_t place);
/* Of one that was made by others, and is used here for the first time. */
uint32_t hd_object_met(uint8_t kind, const void *address, uint64_t place);
uint32_t hd_object_born_on(struct hd_loop *loop, uint8_t kind,
                           const void *address, uint64_t place);

#endif
