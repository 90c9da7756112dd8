/*
 * Tasks inside: the state of a coroutine, and how it is stepped.
 */
#ifndef HD_TASK_TASK_H
#define HD_TASK_TASK_H

#include "base/arena.h"
#include "context/stack.h"
#include "task/future.h"
#include <heddle/task.h>

#define HD_TASK_NAME_BYTES 32u

/* An await of a coroutine object during which everybody waited. */
struct hd_slow_await {
    uint64_t place, took_ns;
    uint32_t began; /* how many objects had been made when it began; 0: none */
    uint32_t maker; /* actor that made the object */
};

struct hd_task {
    struct hd_future future; /* first: a task's handle is a future's */
    /* A step touches two lines of the cache: the actor's and the next. */
    _Alignas(HD_ARENA_ALIGN) struct hd_actor actor;
    struct hd_stack *stack; /* NULL before the first and after the last step */
    struct hd_future *waiting_on;
    uint32_t cancels;         /* requests outstanding */
    uint32_t cancels_left;    /* of those: for the next wait to deliver */
    bool asked;               /* any, or what it waits for was asked to end */
    bool passes_on;           /* is asking what it waits for to end */
    bool keeps_stack;         /* main: until its loop is over */
    bool was_cancelled;       /* somebody once asked it to end */
    struct hd_failure *error; /* its current error */
    hd_fn *fn;
    void *arg;
    struct hd_slow_await slow; /* its last */
    struct hd_locals *locals;  /* its context variables */
    uint32_t delivered;        /* requests that came out of a wait */
    struct hd_task *owner;     /* who holds the spawner's reference */
    struct hd_task *owned;     /* first of those it spawned and still holds */
    struct hd_task *owned_next, *owned_prev;
    struct hd_task *live_next, *live_prev; /* the loop's, in start order */
    char *name;
    uint32_t cancels_told; /* how often a wait of it ended cancelled */
    bool spared;           /* no fault cancels it: it is the test */
    bool cut;              /* a fault cancels it once it is woken */
};

static inline struct hd_task *
hd_task_of(struct hd_actor *actor)
{
    return (struct hd_task *)(void *)((char *)actor -
                                      offsetof(struct hd_task, actor));
}

/* A public handle's task, or NULL (a misuse at place) if it is stale. */
struct hd_task *hd_task_get(const struct hd_task *handle, uint64_t place);
struct hd_task *hd_task_handle(struct hd_task *task);

/* Start it; the caller of the public function stood at place. */
struct hd_task *hd_task_start(struct hd_loop *loop, hd_fn *fn, void *arg,
                              uint64_t place);

/* Request its end; no handle, no checks. */
bool hd_task_do_cancel(struct hd_task *task, uint64_t place);

/*
 * A scope of the task's own that ends it by cancellation: how many outstanding
 * requests the task knew of when the scope began; then, to take back the
 * scope's own. Whatever is outstanding beyond the known ones is another's.
 */
uint32_t hd_task_cancels_known(const struct hd_task *task);
void hd_task_take_back(struct hd_task *task, uint32_t known);

/* A request that was delivered had no effect: deliver it once more. */
void hd_task_cancel_again(struct hd_task *task);

/*
 * A wait at place is over, and the task has been asked to end in it or before.
 *
 * status    what the wait came to.
 * returns   the same, or HD_E_CANCELLED: the request is delivered.
 */
int hd_task_deliver(struct hd_task *task, int status, uint64_t place);

/*
 * The running task's own call at place, not a wait, returns status: note where
 * a cancellation passes by on its way out.
 */
void hd_task_note_passing(int status, uint64_t place);

/* The public gives a reference back, in a call at place. */
void hd_task_give_up(struct hd_task *task, uint64_t place);

/* Drop what a task holds when its loop ends: stack, error, references. */
void hd_task_discard(struct hd_task *task);

/* Its name goes with it. */
void hd_task_forget_name(struct hd_task *task);

/* Make an error the running task's current one. */
void hd_task_set_error(struct hd_task *task, struct hd_failure *failure);

#endif
