/*
 * What the worker, which runs executions, and the supervisor, which watches
 * it, both see. It outlives the worker: how far the search had come, and the
 * log of the execution in which the worker died.
 */
#ifndef HD_EXPLORE_SHARED_H
#define HD_EXPLORE_SHARED_H

#include "base/log.h"
#include "detect/finding.h"
#include "explore/coverage.h"
#include "explore/finals.h"
#include <heddle/scheduler.h>
#include <stddef.h>

#define HD_LOG_RECORDS ((uint64_t)1 << 22)
#define HD_KNOWN_MAX 256u
#define HD_RESULTS_MAX 16u
#define HD_SHARED_ARMS 16u

/* How a worker ended, by its exit status. */
enum hd_worker_end {
    HD_WORKER_DONE = 0,      /* nothing left to do, or told to stop */
    HD_WORKER_FOUND = 110,   /* its last execution shows something new */
    HD_WORKER_BROKEN = 111,  /* a signal, told in the log */
    HD_WORKER_UNABLE = 112,  /* it could not start */
    HD_WORKER_RENEW = 113,   /* the program has used up its memory */
    HD_WORKER_STOPPED = 114, /* killed: the user wants to end */
};

/* Which executions end a worker, so that the supervisor can see them. */
enum hd_goal {
    HD_GOAL_NEW,       /* those with findings that are not known yet */
    HD_GOAL_SIGNATURE, /* those that show one finding */
    HD_GOAL_PASSES,    /* those that show none and end in good order */
};

/* The declared results of one execution. */
struct hd_results {
    uint32_t count;
    int line[HD_RESULTS_MAX];
    const char *file[HD_RESULTS_MAX]; /* of the program, in all processes */
    int64_t value[HD_RESULTS_MAX];
    uint64_t hash;
};

/*
 * What the serial orders of main's tasks come to (oracle.h), each result once
 * with an order that gives it: the ordinals of its first tasks. count 0: they
 * say nothing.
 */
#define HD_ORACLE_MAX 24u
#define HD_ORACLE_NAMED 4u
struct hd_oracle {
    uint32_t count, tasks;
    struct {
        struct hd_results results;
        uint32_t order[HD_ORACLE_NAMED];
    } items[HD_ORACLE_MAX];
};

/*
 * A step that computed for longer than it should. The supervisor writes all but
 * the place, which the worker's signal handler finds out.
 *
 * execution  in which it was; at: records of its log when it was noticed.
 * ms         of CPU time so far, 0: there was none.
 */
struct hd_held {
    uint64_t execution, at;
    volatile uint64_t place;
    volatile uint32_t ms;
};

/*
 * How far an arm of the plan has come.
 *
 * traces    that it was the first to see; window_: since shares last shifted.
 * time      of its own, by which its turn comes (portfolio.h).
 * share     its present part of its stage's steps; 0: it has not begun.
 * ended     it has nothing left to run; cut: but it left something out.
 * explored  which part of all there is, as it estimates; 0: it cannot say.
 */
struct hd_arm_state {
    uint64_t executions, steps, traces, pruned, time;
    uint64_t window_steps, window_traces;
    double explored;
    uint32_t share;
    bool ended, cut;
};

/* A number that may be too large for any: digits times ten to the tens. */
struct hd_size {
    double digits;
    uint32_t tens; /* of fifteens only */
};

/*
 * The middle part, from `executions` to before `forgotten`, is all that the
 * search itself remembers besides the strategies' states: flat, without
 * pointers, and kept in resume files as it is.
 */
struct hd_shared {
    volatile bool stop;      /* to the worker */
    volatile bool executing; /* user code may be running */
    enum hd_goal goal;
    uint64_t hunted;    /* the goal's signature */
    uint64_t steps_max; /* no execution begins after so many steps */

    uint64_t executions, steps, decisions;
    uint64_t run;        /* number of the execution within its arm */
    uint32_t stage, arm; /* of the plan; the stages' count: it is over */
    struct hd_arm_state arms[HD_SHARED_ARMS];
    uint64_t actors_max, decisions_max; /* in one execution */
    uint64_t limited;      /* executions that reached a limit, ... */
    uint64_t out_of_jumps; /* ... that had all the jumps they may have */
    uint64_t walks; /* samples of how many schedules there are, and ... */
    struct hd_size walked;     /* ... their sum */
    uint64_t window;           /* executions since their shares last shifted */
    bool exhausted[2];         /* by clock: every schedule was executed, ... */
    bool exhausted_objects[2]; /* ... or one of each class (is_assumed) */
    bool diverged;             /* the program did not repeat itself */
    bool tracks_memory;        /* an execution has: races are looked for */
    bool globals_restored;
    char global_name[64];         /* the first that had changed */
    uint64_t known[HD_KNOWN_MAX]; /* signatures */
    uint32_t known_count;
    uint32_t hangs;        /* executions that hung */
    uint64_t repeats;      /* executions that showed known findings */
    uint64_t pilot_digest; /* of the log of a fifo run elsewhere, ... */
    bool has_pilot;        /* ... if there was one */

    char forgotten;      /* nothing: the next part begins */
    bool globals_leaked; /* into the last execution, from before it */
    bool has_reference;
    struct hd_results reference, results; /* of the fifo run, of this one */
    struct hd_oracle oracle;
    struct hd_serials *serials; /* shared memory, too; NULL: nothing is known */
    struct hd_finals *finals;   /* where memory's end is written; or NULL */
    size_t drift, unmet; /* of a replay: what did not fit, was not reached */
    enum hd_outcome outcome; /* of the last execution; FAILED if it broke */
    struct hd_held held;
    struct hd_coverage *coverage; /* shared memory, too; NULL: not wanted */
    const struct hd_log *pilot;   /* its log while it is there, or NULL */
    struct hd_log log;
};
#define HD_REMEMBERED_AT offsetof(struct hd_shared, executions)
#define HD_REMEMBERED_BYTES                                                    \
    (offsetof(struct hd_shared, forgotten) - HD_REMEMBERED_AT)

/* Shared memory, zeroed, never swapped in before it is used. NULL: none. */
void *hd_shared_map(size_t bytes);
void hd_shared_unmap(void *memory, size_t bytes);

/* Make it zero again, and give back what it took up. */
void hd_shared_clear(void *memory, size_t bytes);

struct hd_shared *hd_shared_create(void);
void hd_shared_destroy(struct hd_shared *shared);

/* Executions like the last one cost so much that few of them must do. */
static inline bool
hd_shared_is_dear(const struct hd_shared *shared)
{
    return (shared->log.seen >> HD_LOG_HANG & 1) || shared->held.ms > 0;
}

/* What results are compared with, from one search to another. */
void hd_shared_copy_reference(struct hd_shared *to,
                              const struct hd_shared *from);

bool hd_shared_is_known(const struct hd_shared *shared, uint64_t signature);
/* Is it known, or known as what it is without its fault? */
bool hd_shared_knows(const struct hd_shared *shared,
                     const struct hd_finding *finding);
void hd_shared_learn(struct hd_shared *shared, uint64_t signature);

#endif
