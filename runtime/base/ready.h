/*
 * The ready set: everything that could step now, and the one pick.
 *
 *   array  dense, removal swaps the last one in: any member in O(1)
 *   fifo   a ring through the actors' links: the order of a FIFO loop
 *   marker a member of the ring only: what is before it belongs to this turn
 *
 *      fifo -> a -> b -> [marker] -> c -> (fifo)      c waits for next turn
 *
 * A loop has a set of its own on real libuv; in a simulation all loops share
 * the world's, so that there is one list to choose from and one pick per step
 * in the whole process. Each actor's birth is registered here, too: numbers
 * and path names are given in birth order.
 *
 * Invariants (hd_ready_check): array and ring hold the same actors, the ring
 * the marker besides; array[a->ready_at] == a; view.ready_hash is the xor of
 * the keys.
 */
#ifndef HD_BASE_READY_H
#define HD_BASE_READY_H

#include "base/assert.h"
#include "base/identity.h"
#include "base/log.h"
#include "base/memory.h"
#include <heddle/scheduler.h>

struct hd_arena;
struct hd_ready;

#define HD_READY_FEW 64u
#define HD_NOTED_WORDS 4u

/*
 * Somebody beside the strategy who is told what happens, and decides nothing:
 * what each step touched, what became ready through whom, which values were
 * chosen. Any may be NULL.
 *
 * touched  what the step that ended did to plain memory, in order of first
 *          touch; called before stepped, for every step, also with count 0.
 * stepped  of the step that ended, its actor's number; the actor itself may be
 *          gone. ready->view.step is the step's.
 */
struct hd_observer {
    void (*ready)(struct hd_observer *observer, const struct hd_ready *ready,
                  const struct hd_actor *actor, const struct hd_actor *by);
    void (*touched)(struct hd_observer *observer, const struct hd_ready *ready,
                    uint32_t actor, const struct hd_granule *granules,
                    uint32_t count);
    void (*stepped)(struct hd_observer *observer, const struct hd_ready *ready,
                    uint32_t actor, const struct hd_access *accesses,
                    uint32_t count);
    void (*chose)(struct hd_observer *observer, const struct hd_value *value,
                  uint64_t taken);
};

struct hd_ready {
    struct hd_view view; /* what a strategy sees; ours to write */
    struct hd_actor **array;
    uint32_t capacity;
    uint32_t births;    /* numbers given out so far, */
    uint32_t tasks;     /* of these to tasks */
    uint64_t decisions; /* picks with more than one candidate */
    uint64_t step_limit;
    bool attention; /* the hub must look: pick gives NULL */
    bool hooked;    /* somebody is told what becomes ready */
    bool watched;   /* somebody looks when a step is over, as follows */
    bool tells;     /* somebody is told what each step touched, */
    bool notes;     /* and that is being noted now */
    bool hooks_strategy, tells_strategy; /* and the strategy is */
    bool cancels;  /* faults are on (task/fault.h): waits may be cut */
    bool allocs;   /* and allocations may fail */
    uint64_t told; /* steps that it has been told of */
    struct hd_access *accesses; /* what the present step touched so far, ... */
    uint32_t access_count, access_capacity; /* ... if it is noted */
    uint32_t enable_count; /* of these the first so many enable, or wait for */
    uint64_t repeats;      /* steps whose footprints nobody asks for */
    bool *notes_here;      /* where the runtime looks for notes, or NULL */
    bool all_conflict;     /* --memory=all: no two steps are independent */
    uint64_t noted[HD_NOTED_WORDS]; /* a sieve: a bit for each object noted */
    uint64_t running; /* name of the run of the loop that steps, or 0 */
    struct hd_identities identities;
    struct hd_memory_port *memory; /* who keeps book of it, or NULL */
    bool hooks;        /* it is also told what instrumented code does */
    bool any_order;    /* --order=any: nobody has to wait for a turn */
    uint32_t ask_from; /* how many must be ready for it to be asked */
    bool points;       /* awaiting calls are scheduling points */
    bool progress;     /* a waiter was woken in this turn */
    bool stepped;      /* something else than a yield happened in this turn */
    uint64_t idle_turns, yield_turns; /* without the one, the other */
    uint64_t idle_turns_max, yield_turns_max;
    const struct hd_strategy *strategy;
    void *strategy_self;
    struct hd_observer *observer; /* or NULL */
    uint32_t gone;                /* whose step it was when view.last is NULL */
    /* Called after each step, or NULL; hd_ready_watch() installs it. */
    void (*watch)(struct hd_ready *ready);
    struct hd_actor *handed; /* picked, for the hub to step */
    struct hd_log *log;
    struct hd_arena *arena;             /* for a larger array */
    struct hd_actor *few[HD_READY_FEW]; /* the array while it is small */
    /*
     * The ring's head is the marker: begin the next turn. False: there is
     * nothing to run, or the host wants to look first.
     */
    bool (*turn)(struct hd_ready *ready);
    struct hd_actor fifo; /* the ring's sentinel */
    struct hd_actor marker;
    struct hd_actor root; /* the code outside of all tasks */
    struct hd_actor *top; /* parent of what is born outside of all steps */
    bool main_is_root;    /* the first task is called 0 */
    uint32_t objects;     /* numbers given to objects so far */
    uint32_t coroutines;  /* the same for coroutine objects */
    uint32_t made;        /* of these in one step, ... */
    uint64_t made_in;     /* ... which is this one */
    uint64_t waited_ns;   /* time that passed while nobody could step */
    /* More made in one step than can be meant; does not return. Or NULL. */
    void (*overrun)(struct hd_ready *ready);
    uint32_t made_max;
    uint32_t cancels_left, allocs_left; /* faults to be injected yet */
};

/*
 * Install a strategy; NULL is fifo. asked: it picks, else it only chooses
 * values.
 */
void hd_ready_use(struct hd_ready *ready, const struct hd_strategy *strategy,
                  void *self, bool asked);

/* Tell an observer, too, from now on. Borrowed; NULL: nobody. */
void hd_ready_observe(struct hd_ready *ready, struct hd_observer *observer);

/* The actor is about to go: it can be no view's last. */
static inline void
hd_ready_forget(struct hd_ready *ready, const struct hd_actor *actor)
{
    if (ready->view.last == actor) {
        ready->view.last = NULL;
        ready->gone = actor->id;
    }
}

/* An empty set. log and arena are borrowed and outlive it. */
void hd_ready_init(struct hd_ready *ready, struct hd_log *log,
                   struct hd_arena *arena,
                   bool (*turn)(struct hd_ready *ready));

#define HD_ACTOR_STEP_KEY UINT64_C(0x9e3779b97f4a7c15)

/* What is added to the hash for an actor: its next step. */
static inline uint64_t
hd_actor_key(const struct hd_actor *actor)
{
    return actor->path + actor->steps * HD_ACTOR_STEP_KEY;
}

/*
 * Give an actor its number, its name and its place in the log. parent is who
 * steps, or the set's root. The rest of the actor must be zeroed.
 */
void hd_actor_born(struct hd_ready *ready, struct hd_actor *actor,
                   struct hd_actor *parent, enum hd_actor_kind kind);

/* Make it ready as the last of this turn. by: as for hd_ready_post(). */
void hd_ready_post_turn(struct hd_ready *ready, struct hd_actor *actor,
                        struct hd_actor *by);

/*
 * Offer it without a place in the FIFO: chosen or nothing, until it gets one
 * by hd_ready_place(), at the end.
 */
void hd_ready_offer(struct hd_ready *ready, struct hd_actor *actor,
                    struct hd_actor *by);
void hd_ready_place(struct hd_ready *ready, struct hd_actor *actor);

/* Take it away before it could step. */
void hd_ready_remove(struct hd_ready *ready, struct hd_actor *actor,
                     struct hd_actor *by);

/*
 * Begin a turn: what is ready now belongs to it. False, and attention, if too
 * many turns have gone by without a waiter woken, or with yields only.
 */
bool hd_ready_begin_turn(struct hd_ready *ready);

/*
 * Move every actor of the loop to the other set, in FIFO order. It was the last
 * step that made it so.
 */
void hd_ready_move(struct hd_ready *from, struct hd_ready *to,
                   const struct hd_loop *loop);

/* A value choice of the actor: 0..bound-1; logged. */
uint64_t hd_ready_choose(struct hd_ready *ready, struct hd_actor *actor,
                         enum hd_value_kind kind, uint64_t bound);

/* Nothing to run without the strategy's help. */
static inline bool
hd_ready_is_idle(const struct hd_ready *ready)
{
    return ready->fifo.fifo_next == &ready->marker &&
           ready->fifo.fifo_prev == &ready->marker;
}

static inline bool
hd_ready_has(const struct hd_ready *ready, const struct hd_actor *actor)
{
    return actor->ready_at < ready->view.ready_count &&
           ready->array[actor->ready_at] == actor;
}

/* ---- the hot path: every step goes through here ---- */

/*
 * The last step is over: tell the strategy what it touched (HD_WANT_STEPS),
 * and the observer.
 * Nothing is told twice; also to be called once at the end of an execution.
 */
void hd_ready_tell(struct hd_ready *ready);

/*
 * Note an access of the present step; hd_ready_touch() asks who wants it. What
 * is noted again is noted once, if it was not long ago.
 */
void hd_ready_note_at(struct hd_ready *ready, uint64_t object, uint64_t place,
                      uint32_t how);

/* how: what it says of the access, in a register. */
static inline uint32_t
hd_access_how(uint8_t mode, uint8_t flags)
{
    return (uint32_t)flags << 8 | mode;
}

/* Field by field: a copy of a whole would wait for its stores. */
static inline void
hd_access_put(struct hd_access *out, uint64_t object, uint64_t place,
              uint8_t mode, uint8_t flags)
{
    out->object = object;
    out->place = place;
    out->mode = mode;
    out->flags = flags;
}

/*
 * Room for so many accesses, that are noted by hd_ready_note_once(): each of an
 * object that the step has not noted yet.
 */
void hd_ready_make_room(struct hd_ready *ready, uint32_t count);

static inline void
hd_ready_note_once(struct hd_ready *ready, uint64_t object, uint64_t place,
                   uint8_t mode)
{
    hd_access_put(&ready->accesses[ready->access_count++], object, place, mode,
                  0);
}

/* What was done to memory since the last step is no step's. */
static inline void
hd_ready_forget_memory(struct hd_ready *ready)
{
    if (ready->memory != NULL && ready->memory->count > 0) {
        ready->memory->forget(ready->memory);
    }
}

/* Forget all that was noted. */
static inline void
hd_ready_drop_notes(struct hd_ready *ready)
{
    ready->access_count = ready->enable_count = 0;
    hd_ready_forget_memory(ready);
    for (uint32_t i = 0; i < HD_NOTED_WORDS; i++) {
        ready->noted[i] = 0;
    }
}

static inline void
hd_ready_touch(struct hd_ready *ready, uint64_t object,
               enum hd_access_mode mode, uint64_t place)
{
    if (__builtin_expect(ready->notes, 0)) {
        hd_ready_note_at(ready, object, place, hd_access_how((uint8_t)mode, 0));
    }
}

/*
 * Call watch after every step, from the beginning of the next pick; it may end
 * the execution. NULL: no more.
 */
void hd_ready_watch(struct hd_ready *ready,
                    void (*watch)(struct hd_ready *ready));

/* A step may be over: whoever wants to know is told. */
void hd_ready_step_over(struct hd_ready *ready);

/* It became ready through by: whoever wants to know is told. */
void hd_ready_hook(struct hd_ready *ready, const struct hd_actor *actor,
                   const struct hd_actor *by);

/* Room in the array; the doubling is not hot. */
void hd_ready_grow(struct hd_ready *ready);

static inline void
hd_ready_array_add(struct hd_ready *ready, struct hd_actor *actor,
                   struct hd_actor *by)
{
    if (__builtin_expect(ready->view.ready_count == ready->capacity, 0)) {
        hd_ready_grow(ready);
    }
    actor->ready_at = ready->view.ready_count;
    ready->array[ready->view.ready_count++] = actor;
    ready->view.ready_hash ^= hd_actor_key(actor);
    if (__builtin_expect(ready->hooked, 0)) {
        hd_ready_hook(ready, actor, by);
    }
}

static inline void
hd_ready_link(struct hd_actor *next, struct hd_actor *actor)
{
    struct hd_actor *prev = next->fifo_prev;
    actor->fifo_next = next;
    actor->fifo_prev = prev;
    prev->fifo_next = actor;
    next->fifo_prev = actor;
}

static inline void
hd_ready_unlink(struct hd_actor *actor)
{
    struct hd_actor *next = actor->fifo_next;
    struct hd_actor *prev = actor->fifo_prev;
    prev->fifo_next = next;
    next->fifo_prev = prev;
}

/* Make it ready at the end of the FIFO. by: who did it, NULL the outside. */
static inline void
hd_ready_post(struct hd_ready *ready, struct hd_actor *actor,
              struct hd_actor *by)
{
    hd_ready_array_add(ready, actor, by);
    hd_ready_link(&ready->fifo, actor);
}

/* The same, as the first of the FIFO: it could go on. */
static inline void
hd_ready_post_first(struct hd_ready *ready, struct hd_actor *actor)
{
    hd_ready_array_add(ready, actor, actor);
    hd_ready_link(ready->fifo.fifo_next, actor);
}

static inline void
hd_ready_take(struct hd_ready *ready, struct hd_actor *actor)
{
    const uint32_t last = --ready->view.ready_count;
    struct hd_actor *moved = ready->array[last];
    moved->ready_at = actor->ready_at;
    ready->array[actor->ready_at] = moved;
    ready->view.ready_hash ^= hd_actor_key(actor);
    hd_ready_unlink(actor);
}

/* Ask the strategy; log what was not the default. */
static inline struct hd_actor *
hd_ready_ask(struct hd_ready *ready, struct hd_actor *first)
{
    ready->view.first = first;
    ready->decisions += ready->view.ready_count > 1;
    struct hd_actor *chosen =
        ready->strategy->pick(ready->strategy_self, &ready->view);
    if (__builtin_expect(chosen == NULL, 0)) {
        ready->attention = true;
        return NULL;
    }
    HD_ASSERT(hd_ready_has(ready, chosen));
    if (chosen != first) {
        hd_log_put(ready->log, HD_LOG_DEVIATE, 0, first->id, first->steps + 1);
    }
    return chosen;
}

/*
 * Who steps next: removed from the set, its step counted and logged. NULL if
 * nothing is ready, the strategy pruned, or attention is wanted.
 */
static inline struct hd_actor *
hd_ready_pick(struct hd_ready *ready)
{
    if (__builtin_expect(ready->watched, 0)) {
        hd_ready_step_over(ready);
    }
    struct hd_actor *first = ready->fifo.fifo_next;
    if (first == &ready->marker) {
        if (ready->attention || !ready->turn(ready)) {
            return NULL;
        }
        first = ready->fifo.fifo_next;
    }
    if (__builtin_expect(
            ready->attention || ready->view.step >= ready->step_limit, 0)) {
        return NULL;
    }
    struct hd_actor *chosen = first;
    const uint32_t count = ready->view.ready_count;
    if (count >= ready->ask_from) {
        chosen = hd_ready_ask(ready, first);
        if (chosen == NULL) {
            return NULL;
        }
    }
    struct hd_log *log = ready->log;
    log->records[log->count++ & log->mask] =
        (struct hd_record){.subject = chosen->id,
                           .kind = HD_LOG_STEP,
                           .op = chosen->flags,
                           .aux = (uint16_t)count,
                           .value = ready->view.ready_hash};
    hd_ready_take(ready, chosen);
    chosen->steps++;
    ready->view.step++;
    ready->view.last = chosen;
    ready->view.trace_hash =
        (ready->view.trace_hash ^ chosen->path) * HD_ACTOR_STEP_KEY;
    return chosen;
}

/* Checks the invariants; for tests and for assertions that may be slow. */
bool hd_ready_check(const struct hd_ready *ready);

#endif
