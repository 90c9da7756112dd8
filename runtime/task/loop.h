/*
 * Loops inside.
 *
 * home is where births and records go; ready is where its actors are posted:
 * home while it runs, its own parking set while it does not (made, and ready
 * set, at the first need). On real libuv both are the loop's own.
 */
#ifndef HD_TASK_LOOP_H
#define HD_TASK_LOOP_H

#include "base/arena.h"
#include "context/context.h"
#include "task/callback.h"
#include "task/host.h"
#include "task/task.h"
#include <heddle/loop.h>
#include <stdatomic.h>

struct hd_pool {
    struct hd_future *first, *last; /* free slots, first in first out */
    struct hd_future *made_first, *made_last;
    uint32_t apart; /* free ones that are not used again: hd_pool_give() */
};

struct hd_inbox_item {
    struct hd_inbox_item *next;
    hd_callback_fn *fn;
    void *arg;
};

struct hd_loop {
    struct hd_ready *ready, *home;
    const struct hd_host *host;
    void *host_state;
    struct hd_arena *arena;
    struct hd_heap timers;
    uint64_t timer_order;
    uint64_t alarm_ns;                      /* what the host was last told */
    struct hd_task *live_first, *live_last; /* tasks that are not done */
    struct hd_task *main;
    struct hd_pool futures, tasks, handles, coros;
    bool running, closed, stopping, stopped, debug, muted;
    bool parks;              /* own is made */
    bool can_exit;           /* exit has its name */
    bool can_be_due;         /* due is made */
    struct hd_future *until; /* its end stops the loop */
    uint32_t failures;       /* futures that failed on it */
    uint64_t slow_ns;
    hd_error_handler *error_handler;
    void *error_context;
    _Atomic(struct hd_inbox_item *) inbox;
    struct hd_loop *next_loop; /* the host's list */
    uint64_t place;            /* where the program made it, or 0 */
    uint32_t number;           /* by birth, from 1 */
    uint8_t kind;              /* hd_loop_kind */
    bool ending;               /* what main has left is being cancelled */
    uint32_t subtest;          /* in which it was made, or 0 */
    uint32_t stop_subtest;     /* in which it was last told to stop */
    uint32_t reused_in;        /* where that was last noted */
    /* From here on nothing is cleared when the loop is made. */
    struct hd_context hub;
    struct hd_callback exit;       /* the stop, as an actor */
    struct hd_callback until_done; /* asks for it, if anybody could see */
    struct hd_actor due; /* a ring: timers that are offered before their turn */
    struct hd_ready own;
    struct hd_arena own_arena;
};

/*
 * For hosts: wire a loop. home and arena may be NULL: its own are used then,
 * with the given log.
 */
void hd_loop_init(struct hd_loop *loop, const struct hd_host *host,
                  struct hd_ready *home, struct hd_arena *arena,
                  struct hd_log *log);

/* For hosts: begin a turn (due timers join in); step until nothing is left. */
bool hd_loop_begin_turn(struct hd_loop *loop);
void hd_loop_pump(struct hd_loop *loop);
/* Post the timers that are due: by made them so, NULL: time has passed. */
void hd_loop_collect(struct hd_loop *loop, struct hd_actor *by);
/*
 * Under --order=any: offer those that this step has made due. They get their
 * place in the FIFO with the next turn, as they would without.
 */
void hd_loop_offer_due(struct hd_loop *loop);
/* The loop leaves the set: they wait for its next turn like other timers. */
void hd_loop_take_back_due(struct hd_loop *loop);
/* Is the timer due that is being armed, and was it offered at once? */
bool hd_loop_offer_timer(struct hd_loop *loop, struct hd_callback *timer);
/* Callbacks that came from other threads. */
void hd_loop_drain(struct hd_loop *loop);

/* The earliest deadline, HD_FOREVER without one. */
static inline uint64_t
hd_loop_deadline(const struct hd_loop *loop)
{
    const struct hd_heap_entry *entry = hd_heap_first(&loop->timers);
    return entry != NULL ? entry->key : HD_FOREVER;
}
void hd_loop_update_alarm(struct hd_loop *loop);

struct hd_ready *hd_loop_park(struct hd_loop *loop);

/* Where its actors are posted now. */
static inline struct hd_ready *
hd_loop_ready(struct hd_loop *loop)
{
    return loop->ready != NULL ? loop->ready : hd_loop_park(loop);
}

/* Make an actor ready; who is told is whoever steps now. */
static inline void
hd_loop_post(struct hd_loop *loop, struct hd_actor *actor)
{
    struct hd_ready *ready = hd_loop_ready(loop);
    hd_log_put(loop->home->log, HD_LOG_WAKE, 0, actor->id, 0);
    hd_ready_post(ready, actor, hd_here.actor);
}

/* Is the actor ready, wherever the loop's actors are now? */
static inline bool
hd_loop_has(const struct hd_loop *loop, const struct hd_actor *actor)
{
    return loop->ready != NULL && hd_ready_has(loop->ready, actor);
}

/* The task that the loop runs for has returned, its waiters not woken yet. */
void hd_loop_until_done(struct hd_loop *loop);

/* Parent of what is born now on this loop. */
static inline struct hd_actor *
hd_loop_parent(const struct hd_loop *loop)
{
    return hd_here.actor != NULL ? hd_here.actor : loop->home->top;
}

/* A loop for a call at place: the running one, or NULL and the incident. */
struct hd_loop *hd_loop_here(uint64_t place, enum hd_op_kind kind);
/* False and the incident if it is closed. */
bool hd_loop_usable(struct hd_loop *loop, uint64_t place);

/* A loop on the default host, made by the program at place (0: by Heddle). */
struct hd_loop *hd_loop_make(enum hd_loop_kind kind, uint64_t place);

/* hd_loop_default for a public function called at place. */
struct hd_loop *hd_loop_default_at(uint64_t place);

/* hd_loop_close by the program at place, 0: by Heddle. */
int hd_loop_close_at(struct hd_loop *loop, uint64_t place);

/* Is it what hd_loop_default() gives outside of loops? */
bool hd_loop_is_default(const struct hd_loop *loop);

/* It is used at place: note if it was made in another subtest. */
void hd_loop_note_reuse(struct hd_loop *loop, uint64_t place);

/* It is about to run: note if another subtest has left it told to stop. */
void hd_loop_note_stop_flag(struct hd_loop *loop, uint64_t place);

/* Begin and end being the running loop of this thread. */
void hd_loop_enter(struct hd_loop *loop);
void hd_loop_leave(struct hd_loop *loop);

/*
 * The runner: main runs until it ends, what is left is said (left-early),
 * cancelled and run to its end. Returns main's status.
 */
int hd_loop_run_main(struct hd_loop *loop, hd_fn *fn, void *arg,
                     uint64_t place);

/* Forget everything without running anything. */
void hd_loop_discard(struct hd_loop *loop);

/* The birth path of an actor of this loop, or "task-N". */
void hd_loop_path(struct hd_loop *loop, const struct hd_actor *actor,
                  char *text, size_t bytes);

/* hd_loop_call_soon and hd_loop_call_at, called at place. */
struct hd_handle *hd_handle_soon(struct hd_loop *loop, hd_callback_fn *fn,
                                 void *arg, uint64_t place);
struct hd_handle *hd_handle_at(struct hd_loop *loop, uint64_t when_ns,
                               hd_callback_fn *fn, void *arg, uint64_t place);

/* Start the program's data stream (hd_random) anew. */
void hd_random_seed(uint64_t seed);

/*
 * Memory on behalf of a public call at place: of the loop's arena, a slot of
 * one of its pools. NULL when out of memory, also by a fault.
 */
void *hd_loop_take(struct hd_loop *loop, size_t bytes, uint64_t place);
void *hd_pool_take(struct hd_loop *loop, struct hd_pool *pool, size_t bytes,
                   uint64_t place);
void hd_pool_give(struct hd_pool *pool, struct hd_future *slot);

#include "task/suspend.h"

#endif
