/*
 * The interpreter's state while one program runs, and what its actions share.
 *
 * There is one such state per process: programs run one after the other.
 */
#ifndef DIFFERENTIAL_INTERPRET_H
#define DIFFERENTIAL_INTERPRET_H

#include <heddle/heddle.h>

#include "actions.h"
#include "program.h"

/* The first three have partners of the same value in oracle.py. */
enum {
    EVENTS_MAX = 4000,
    INSTANCES_MAX = 60,
    UNIT_NS = 1000000000,
    NESTED_MAX = 64,
    SLOTS_MAX = 32,
    REFS_MAX = 8,
    ANSWER_MAX = 256,
};

/* What is printed as the status of an op. */
struct answer {
    char text[ANSWER_MAX];
    size_t length;
};

/* One run of a section or callback: the actor of its events. */
struct frame {
    char name[24];
    const struct op *ops;
    long value;
    bool started, ended;
    bool returned; /* a `return` was met, and is on its way out */
    struct hd_timeout *timeouts[NESTED_MAX];
    struct hd_group *groups[NESTED_MAX];
    size_t timeout_count, group_count;
};

/*
 * program   what is run.
 * listener  hears of events, which are not printed then; or NULL.
 */
struct state {
    struct program program;
    void (*listener)(const struct frame *frame, int line, const char *name,
                     const char *status);
    struct hd_loop *loop;
    struct hd_lock locks[OBJECTS_MAX];
    struct hd_event events[OBJECTS_MAX];
    struct hd_condition conds[OBJECTS_MAX];
    struct hd_semaphore sems[OBJECTS_MAX];
    struct hd_barrier barriers[OBJECTS_MAX];
    struct hd_queue queues[OBJECTS_MAX];
    size_t lock_count, event_count, cond_count, sem_count, barrier_count,
        queue_count;
    struct hd_task *tasks[SECTIONS_MAX];
    struct hd_future *futures[SLOTS_MAX];
    size_t future_count;
    struct hd_future *gathers[SECTIONS_MAX];
    struct hd_future *gathers_made[EVENTS_MAX];
    size_t gathers_made_count;
    struct hd_handle *handles[SLOTS_MAX];
    struct frame frames[INSTANCES_MAX];
    size_t frame_count;
    unsigned instance_count;
    size_t event_total;
};

extern struct state state;

/*
 * Print one event, or tell the listener; only counted once there are too many.
 */
void event_log(const struct frame *frame, int line, const char *name,
               const char *status);

/* A coroutine of a section, not started: NULL when there are too many. */
struct frame *frame_of_section(size_t section);

/* The coroutine function of every task; arg is its frame. */
hd_fn section_run;

/* The main task: the objects, then section 0. They are not given back. */
hd_fn main_run;

/* The functions of every callback; arg points to its list of ops. */
hd_callback_fn callback_run;
hd_future_fn callback_run_done;

/* Run the ops in order, until one fails or a `return` was met. */
int ops_run(struct frame *frame, const struct op *ops);

/* Make the objects that the program declares; give back what they hold. */
void objects_make(void);
void objects_finish(void);

/* The short name of a failure, as in words.py. */
void answer_add(struct answer *answer, const char *format, ...) HD_PRINTF(2, 3);
void answer_add_status(struct answer *answer, int status, long value);
void answer_add_future(struct answer *answer, struct hd_future *future);

/* Integers travel through Heddle as pointers. */
static inline void *
pointer_of(long number)
{
    return (void *)(intptr_t)number;
}

static inline long
number_of(const void *pointer)
{
    return (long)(intptr_t)pointer;
}

/* A time or delay of a program in nanoseconds; "none" is HD_FOREVER. */
uint64_t time_of(const struct op *op, size_t word);

/* A reference, "t3", and the future behind it. */
struct found {
    const char *ref;
    struct hd_future *future;
};

/* NULL where there is none. Not for coroutines, "c3". */
struct hd_future *future_of_ref(const char *ref);
struct hd_task *task_of_ref(const char *ref);

/* Those from the op's word on that exist; coroutines become tasks. */
size_t refs_find(const struct op *op, size_t word,
                 struct found found[static REFS_MAX]);

/* The future of a declared number, "f3". */
struct hd_future *future_numbered(long number);

/* Whether this is the future of a gather, whose value counts as 0. */
bool future_is_gather(const struct hd_future *future);

#endif
