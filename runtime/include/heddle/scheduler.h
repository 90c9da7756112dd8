/*
 * The pluggable scheduler: who runs next?
 *
 * Whatever can be scheduled is an actor: a task, a callback, a timer, the
 * clock, an event of the outside. What it does from one scheduling point to
 * its next is a step. Before each step the ready set asks once; where more
 * than one actor is ready and a strategy is installed, the strategy answers.
 * Nothing goes round it: there is one pick per step in the whole process.
 *
 * A strategy is one table of functions, of which it must have pick. A test
 * program may offer its own: hd_strategy_register() in heddle/test.h.
 */
#ifndef HEDDLE_SCHEDULER_H
#define HEDDLE_SCHEDULER_H

#include <heddle/api.h>

#define HD_STRATEGY_ABI 1u

enum hd_actor_kind {
    HD_ACTOR_ROOT,     /* the code outside of all tasks */
    HD_ACTOR_TASK,     /* a coroutine */
    HD_ACTOR_CALLBACK, /* call_soon, a future's callback, our bookkeeping */
    HD_ACTOR_TIMER,    /* a deadline that has come */
    HD_ACTOR_CLOCK,    /* time itself, where it may jump */
    HD_ACTOR_EXIT,     /* a loop that was told to stop */
    HD_ACTOR_IO,       /* an event of a simulated libuv handle */
};

enum hd_actor_flag {
    HD_ACTOR_YIELDED = 1u << 0,   /* its last step ended in a yield */
    HD_ACTOR_CONTINUES = 1u << 1, /* it could go on; it stands at a point */
    HD_ACTOR_INLINE = 1u << 2,    /* its step runs on whatever stack is here */
};

/* What an actor is about to do, does, or waits for. */
enum hd_op_kind {
    HD_OP_NONE,
    HD_OP_START,
    HD_OP_YIELD,
    HD_OP_SLEEP,
    HD_OP_AWAIT,
    HD_OP_GATHER,
    HD_OP_WAIT,
    HD_OP_WAIT_FOR,
    HD_OP_SHIELD,
    HD_OP_GROUP,
    HD_OP_LOCK,
    HD_OP_EVENT,
    HD_OP_CONDITION,
    HD_OP_SEMAPHORE,
    HD_OP_BARRIER,
    HD_OP_GET,
    HD_OP_PUT,
    HD_OP_JOIN,
    HD_OP_CANCEL,
    HD_OP_RUN,
    HD_OP_KINDS /* how many there are */
};

/*
 * One operation.
 *
 * object   dense number of what it touches, 0 for nothing; a task's is its
 *          actor's number with the top bit set.
 * mode     hd_access_mode.
 * flags    hd_op_flag.
 * place    return address of the call, 0 if unknown.
 */
enum hd_op_flag {
    /* The actor's next step is this operation and nothing else, also while it
       is disabled; object and mode are those of the access it will make. */
    HD_OP_KNOWN = 1u << 0,
};
struct hd_op {
    uint32_t object;
    uint8_t kind, mode;
    uint16_t flags;
    uint64_t place;
};

/*
 * What a step did to something that others can see: its footprint is a list of
 * these. Two accesses of one object conflict unless both read or both add; two
 * steps of different actors conflict if accesses of theirs do, and may come out
 * differently in the other order.
 *
 * Each step writes, besides, its actor's own state: the object whose name is
 * the actor's path. That access is not listed; who cancels or disables another
 * actor writes the same object, and that is.
 *
 * object   its name: the same in every execution. With HD_OBJECT_NEW: a number
 *          by first use in this execution, from 1 on without gaps, so the same
 *          only where the choices before its first use were the same.
 * flags    hd_access_flag.
 * place    return address of the call, 0 if unknown.
 */
enum hd_access_mode {
    HD_READS,
    HD_WRITES,
    HD_ADDS, /* in whatever order: nobody can tell */
};
enum hd_access_flag {
    /* It orders steps and is no race: who is enabled by it could not have come
       first. Enablers add or write, the enabled one reads. Objects that are
       accessed so are never accessed otherwise. In a step's list these come
       first: two steps that are ordered by one do not race by another. */
    HD_ACCESS_ENABLES = 1u << 0,
    HD_ACCESS_TAKES = 1u << 1, /* a mutex that blocks: taken */
    HD_ACCESS_GIVES = 1u << 2, /* given back; nobody could have taken it */
    /* Here the program gets its order from, though it may be another one: an
       item that is got had been put. Besides, of a lock: it keeps steps apart,
       and does not say which of them comes first. */
    HD_ACCESS_SYNCS = 1u << 3,
    HD_ACCESS_EXCLUDES = 1u << 4,
};
#define HD_OBJECT_NEW (UINT64_C(1) << 63)
struct hd_access {
    uint64_t object, place;
    uint8_t mode, flags;
};

struct hd_loop;

/*
 * An actor. Embedded in the task, callback or event; read-only for a strategy.
 *
 * path       hash of the birth path; with steps it names a step stably.
 * id,parent  dense numbers in order of birth in this execution.
 * ordinal    which child of its kind (task, or anything else), from 1.
 * chain      a task's own number, doubled; what a task causes, directly or by
 *            what it has caused, has its number plus one. They wrap around.
 * ready_at   its place in the view's ready array, while ready.
 * hint       advisory (but see HD_OP_KNOWN); of a blocked actor: what it waits
 *            for; of one that has ended: nothing.
 */
struct hd_actor {
    uint64_t path;
    uint32_t id, steps, ready_at;
    uint8_t kind, flags;
    uint16_t chain;
    struct hd_actor *fifo_next, *fifo_prev; /* the ready FIFO, or a wait line */
    void (*step)(struct hd_actor *actor);   /* NULL for a task */
    struct hd_loop *loop;
    /* What a step needs is above, in one line of the cache. */
    uint32_t parent, ordinal;
    struct hd_op hint;
    uint32_t tasks_born, events_born, objects_born, values_asked;
};

/*
 * What a strategy sees.
 *
 * ready     unordered, but the same in every run of the same choices.
 * first     the default: what a FIFO loop would run. Always one of ready.
 * last      who stepped last, NULL before the first step or once it is gone.
 * step      steps taken so far.
 * named     objects that were named by first use before this step
 *           (HD_OBJECT_NEW); only kept with HD_WANT_STEPS.
 */
struct hd_view {
    struct hd_actor *const *ready;
    uint32_t ready_count;
    struct hd_actor *first, *last;
    uint64_t step, now_ns, trace_hash, ready_hash;
    uint32_t named;
};

/* One execution about to begin. */
struct hd_run {
    uint64_t number;        /* 0 is the plain fifo run */
    uint64_t seed;          /* of --seed, the strategy's name and number only */
    uint32_t shard, shards; /* this part of so many, from 0; 0 of 0: all */
};

/*
 * How far a strategy has come.
 *
 * pruned    executions that it gave up: they could show nothing new.
 * explored  which part of all there is, estimated, 0 to 1; 0: it cannot say.
 * cut       something did not fit: that begin returned false proves nothing.
 * text      what it has covered so far, in words; may be empty.
 */
struct hd_progress {
    uint64_t pruned;
    double explored;
    bool cut;
    char text[120];
};

/*
 * How an execution ended: orderly; abandoned by a failed check; with nobody who
 * can run; at a limit of steps or of turns without progress; by pick's NULL.
 */
enum hd_outcome {
    HD_OUTCOME_OK,
    HD_OUTCOME_FAILED,
    HD_OUTCOME_DEADLOCK,
    HD_OUTCOME_LIMIT,
    HD_OUTCOME_PRUNED,
};

/*
 * A value to choose.
 *
 * actor    who asks; ordinal: its how-manieth value choice, from 1.
 * kind     what for, bound: one of 0..bound-1, 0 being the default.
 */
enum hd_value_kind {
    HD_VALUE_USER,
    HD_VALUE_CANCEL, /* --faults: a wait ends cancelled: 1 at once, 2 woken */
    HD_VALUE_JUMP,
    HD_VALUE_ALLOC, /* --faults: an allocation fails: 1 */
};
struct hd_value {
    struct hd_actor *actor;
    uint32_t ordinal;
    enum hd_value_kind kind;
    uint64_t bound;
};

/*
 * What else a strategy wants to be told (born; ready and unready; stepped);
 * without the bit it is not called.
 */
enum hd_want {
    HD_WANT_BIRTHS = 1u << 0,
    HD_WANT_READY = 1u << 1,
    HD_WANT_STEPS = 1u << 2,
    HD_WANT_SINGLES = 1u << 3, /* pick also where only one is ready */
    /* A promise: who is ready steps soon. Then a task that starves does so by
       the program's fault, and is looked for. */
    HD_STRATEGY_FAIR = 1u << 4,
};

/*
 * A strategy. self points to `bytes` zeroed bytes that live for the whole
 * exploration, also across the death of the process that explores: keep no
 * pointers in them, and nothing outside of them.
 *
 * init      once; text is what followed "name:" on the command line, or "".
 *           Returns false if it makes no sense.
 * begin     before each execution; false: there is nothing left to run.
 * pick      one of view->ready; NULL prunes this execution.
 * born      an actor got its number; births come before everything else of it.
 * end       after each execution.
 * diverged  after each execution: the program did not do again what it did
 *           before under the same choices. Told once.
 * choose    0..bound-1; absent: 0.
 * ready     actor became ready through by, whose last step happens before its
 *           next one; NULL: through the outside, and all steps so far do.
 *           NULL while somebody is ready who became so otherwise, and has not
 *           stepped since: the outside did not wait for him (time passes while
 *           others only yield, libuv goes on to its next phase). That depends
 *           on turns; a search by dependencies can claim nothing then.
 * unready   actor was disabled before it could step.
 * stepped   the step of who was picked last has ended; what it touched. actor
 *           is NULL if it is gone already.
 * progress  how far it has come; *out_progress is zeroed.
 * used      so many bytes of self are in use: what a file has to keep.
 * profiles  runs 0..profiles-1 are profiling runs: the same for every search
 *           with this seed, findings and all. What later runs need is learned
 *           in them and in no other, so that any run can be repeated alone,
 *           after the profiling runs.
 * wants_now after begin: what it wants besides, in this execution only; READY,
 *           STEPS and SINGLES. Absent: nothing.
 * repeats   after begin: so many first steps of this execution were taken
 *           before, and named no object by first use: stepped need not say
 *           what they touch, and has count 0. Absent: none.
 */
struct hd_strategy {
    const char *name;
    const char *summary; /* one line for --help */
    uint32_t abi, wants, profiles;
    size_t bytes;
    bool (*init)(void *self, const char *text, uint64_t seed);
    bool (*begin)(void *self, const struct hd_run *run);
    struct hd_actor *(*pick)(void *self, const struct hd_view *view);
    uint64_t (*choose)(void *self, const struct hd_view *view,
                       const struct hd_value *value);
    void (*born)(void *self, const struct hd_actor *actor);
    void (*ready)(void *self, const struct hd_actor *actor,
                  const struct hd_actor *by);
    void (*unready)(void *self, const struct hd_actor *actor,
                    const struct hd_actor *by);
    void (*stepped)(void *self, const struct hd_actor *actor,
                    const struct hd_access *accesses, uint32_t count);
    void (*progress)(void *self, struct hd_progress *out_progress);
    size_t (*used)(const void *self);
    uint32_t (*wants_now)(const void *self);
    uint64_t (*repeats)(const void *self);
    void (*end)(void *self, const struct hd_view *view,
                enum hd_outcome outcome);
    bool (*diverged)(void *self);
};

#endif
