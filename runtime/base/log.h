/*
 * The log: what happened, record by record. Always on.
 *
 * A record is 16 bytes. The actor of a record is that of the last STEP before
 * it. In an exploration the log lies in memory that the supervisor shares, so
 * that what a crashed worker did can still be told; in production it is a ring
 * and is called the flight recorder. It wraps by a mask: a writer never asks
 * whether there is room, the reader knows what was lost from the count.
 *
 * A record with `parts` has the bytes of a text, or of a struct, in the records
 * after it.
 */
#ifndef HD_BASE_LOG_H
#define HD_BASE_LOG_H

#include <heddle/api.h>

/* kind, subject, value; op and aux are named where they mean something */
enum hd_record_kind {
    HD_LOG_NONE,
    HD_LOG_STEP,    /* actor; hash of the ready set before; aux: how many
                       were ready; op: flags of the actor */
    HD_LOG_DEVIATE, /* the default actor that was not taken; its next step */
    HD_LOG_CHOOSE,  /* actor; bound << 32 | taken; op: hd_value_kind */
    HD_LOG_BORN,    /* new actor; parent << 32 | ordinal; op: hd_actor_kind */
    HD_LOG_PLACE,   /* actor or object (op 1); where it was born */
    HD_LOG_CODE,    /* actor; address of its function */
    HD_LOG_NAME,    /* actor; parts: the name its program gave it */
    HD_LOG_OBJECT,  /* new object; birth actor << 32 | ordinal; op: kind */
    HD_LOG_AT,      /* object; its address, if static */
    HD_LOG_SUSPEND, /* object it waits for; place; op: hd_op_kind; ends step */
    HD_LOG_YIELD,   /* object; place; op: hd_op_kind; ends step */
    HD_LOG_POINT,   /* object; place; op: could be switched here; ends step */
    HD_LOG_DONE,    /* actor; status as int64; ends step */
    HD_LOG_WAKE,    /* actor made ready; 0 */
    HD_LOG_CANCEL,  /* actor asked to end; place */
    HD_LOG_ACT,     /* object; place; op: hd_act; aux: small value */
    HD_LOG_ADVANCE, /* 0; the new time in nanoseconds */
    HD_LOG_RESULT,  /* line; the value; then parts: its expression */
    HD_LOG_CLOSE,   /* loop; place of its close, 0: by Heddle */
    HD_LOG_OUTSIDE, /* 0; 0: a loop has ended, code outside of tasks goes on */
    HD_LOG_CORO,    /* coroutine object; place; op: hd_coro_act */
    HD_LOG_LOOP,    /* new loop; where it was made, 0: not by the program;
                       op: hd_loop_kind */
    HD_LOG_SUBTEST, /* its number; 0; op 1: ends; parts: its name */
    HD_LOG_DELIVERED, /* actor; place of the wait (op 1: of the coroutine's
                         await) out of which its cancellation came */
    HD_LOG_BEFORE,    /* milliseconds, if it took any; an earlier place of the
                       incident before it */
    HD_LOG_CHILD,     /* object that waits for another; that object; op: 0: it
                       needs every one of its children, 1: any */
    HD_LOG_STOP,      /* event that was due, and will not step any more; 0 */
    HD_LOG_CALLER,    /* task that suspends; a return address; op: how far up,
                         0 the place of the suspension; only where asked for */
    HD_LOG_FRAME,     /* of the caller before it: op 0: its stack pointer, and
                         for subject the frame's size, 0: unknown; op 1, 2:
                         other registers (trace/frame.h) */
    HD_LOG_ORIGIN,    /* 0; line; parts: file, of the incident before it */
    /* From here on: incidents. Each kind seen sets its bit in `seen`. */
    HD_LOG_INCIDENTS,
    HD_LOG_UNRETRIEVED = HD_LOG_INCIDENTS, /* actor or future (op 1) dropped;
                                       status; parts: origin and message */
    HD_LOG_NEVER_AWAITED, /* actor that made it; place; parts of none */
    HD_LOG_LEFT,       /* actor that was still pending when main ended; place;
                         op 1: main had been told of a cancellation */
    HD_LOG_PENDING,    /* actor that was dropped with its loop; place; op 1:
                         code outside of tasks was told of a cancellation */
    HD_LOG_NO_LOOP,    /* 0; place; op: hd_op_kind */
    HD_LOG_CLOSED,     /* 0; place of the use of a closed loop */
    HD_LOG_FOREIGN,    /* the object's loop; place; aux: the loop it met */
    HD_LOG_STALE,      /* what the handle was of (0: not known); place;
                         op: hd_object_kind; aux: -9000 - status */
    HD_LOG_UNCLOSED,   /* loop that the program made and left; where it did */
    HD_LOG_REUSED,     /* loop; place of its use; aux: subtest that made it
                         (op 1: that left it with its stop flag set) */
    HD_LOG_SEQUENTIAL, /* milliseconds that the second await took; place;
                          then BEFORE: the first one */
    HD_LOG_SWALLOWED,  /* actor; place of the end of the scope (op 1) or 0; its
                         last DELIVERED says what was dropped */
    HD_LOG_MISUSE,     /* 0; place; aux: -9000 - status */
    HD_LOG_CHECK,      /* 0; line; parts: expression; op 1: while it was asked,
                         a wait of its task ended cancelled */
    HD_LOG_DEADLOCK,   /* how many tasks wait; 0 */
    HD_LOG_LIVELOCK,   /* how many; 0; op 0: turns without progress, 1: steps,
                         2: coroutine objects made in one step */
    HD_LOG_CRASH,      /* signal; program counter; op 1: stack overflow */
    HD_LOG_QUIT,       /* exit status; 0; op 1: it forked */
    HD_LOG_FAULT,      /* actor that it is done to; place; op: hd_fault */
    HD_LOG_HANG,       /* 0; program counter; op 1: blocked, else it computes */
    HD_LOG_POSITIVE,   /* actor; the positive status that it returned */
    HD_LOG_DIFFERENT,  /* 0; line of the result; parts: how it differs; op:
                         from the fifo run, serial orders, both */
    HD_LOG_UNCONTROLLED, /* step; 0; parts: how two runs differ */
    HD_LOG_BLOCKING,     /* milliseconds; place of the call that held the loop;
                         op 1: actor; place in a step that computes for long,
                         of which nothing depends on anything; aux: ms */
    HD_LOG_ALWAYS,       /* line; step that broke it; parts: expression */
    HD_LOG_STARVED,      /* actor; place where it waits; op: how; aux: times */
    HD_LOG_SOMETIMES, /* line; schedules without it; op 1: all; parts: expr. */
    HD_LOG_RACE,      /* actor; place of its last access; op: hd_race_kind;
                         parts: struct hd_race (trace/race.h) */
    HD_LOG_KINDS
};

/* What was injected (task/fault.h). */
enum hd_fault {
    HD_FAULT_WAITING, /* cancelled as soon as it waits */
    HD_FAULT_WOKEN,   /* cancelled after it was woken, before it steps */
    HD_FAULT_ALLOC,   /* an allocation fails */
};

/* What was done to an object. */
enum hd_act {
    HD_ACT_ACQUIRE,
    HD_ACT_RELEASE,
    HD_ACT_SET,
    HD_ACT_CLEAR,
    HD_ACT_NOTIFY,
    HD_ACT_PUT,
    HD_ACT_GET,
    HD_ACT_FINISH,
    HD_ACT_BREAK,
    HD_ACT_PASS, /* an event that is set: it need not wait */
    HD_ACT_DROP, /* a future: nobody is left who could set it */
};

enum hd_object_kind {
    HD_OBJECT_FUTURE,
    HD_OBJECT_TASK,
    HD_OBJECT_LOCK,
    HD_OBJECT_EVENT,
    HD_OBJECT_CONDITION,
    HD_OBJECT_SEMAPHORE,
    HD_OBJECT_BARRIER,
    HD_OBJECT_QUEUE,
    HD_OBJECT_GATHER,
    HD_OBJECT_GROUP,
    HD_OBJECT_COMPLETION,
    HD_OBJECT_CORO,
};

enum hd_coro_act {
    HD_CORO_MADE,
    HD_CORO_AWAITED,
    HD_CORO_STARTED, /* as a task */
    HD_CORO_DESTROYED,
};

enum hd_loop_kind {
    HD_LOOP_BY_CREATE,
    HD_LOOP_BY_DEFAULT,
    HD_LOOP_BY_RUN,
};

/* A task as an object: its actor's number with this bit. */
#define HD_OBJECT_IS_TASK 0x80000000u

struct hd_record {
    uint32_t subject;
    uint8_t kind, op;
    uint16_t aux;
    uint64_t value;
};

struct hd_log {
    uint64_t count; /* records ever written in this execution */
    uint64_t mask;  /* capacity - 1 */
    uint64_t seen;  /* incidents, a bit per kind */
    struct hd_record *records;
};

static inline void
hd_log_put(struct hd_log *log, enum hd_record_kind kind, uint8_t op,
           uint32_t subject, uint64_t value)
{
    log->records[log->count++ & log->mask] = (struct hd_record){
        .subject = subject, .kind = (uint8_t)kind, .op = op, .value = value};
}

/* An incident: something a detector may want to judge. */
void hd_log_incident(struct hd_log *log, struct hd_record record);

/*
 * A record and a text after it, cut at 240 bytes. text may be NULL. Sets the
 * record's aux to the number of part records.
 */
void hd_log_text(struct hd_log *log, struct hd_record record, const char *text);

/* The same with any bytes, all of them; fewer than 2^20. */
void hd_log_bytes(struct hd_log *log, struct hd_record record,
                  const void *bytes, size_t length);

/*
 * The birth path of an actor ("0.3", "0.3/timer1"), the main task of a test
 * being 0 itself. False if the ring has lost a birth. Cut at 64 generations.
 */
#define HD_LOG_DEPTH_MAX 64u
bool hd_log_path(const struct hd_log *log, uint32_t id, char *text,
                 size_t bytes);

/* How many records after this one hold its text. */
static inline uint64_t
hd_record_parts(const struct hd_record *record)
{
    const uint64_t with_text =
        UINT64_C(1) << HD_LOG_NAME | UINT64_C(1) << HD_LOG_RESULT |
        UINT64_C(1) << HD_LOG_SUBTEST | UINT64_C(1) << HD_LOG_ORIGIN |
        UINT64_C(1) << HD_LOG_UNRETRIEVED | UINT64_C(1) << HD_LOG_CHECK |
        UINT64_C(1) << HD_LOG_DIFFERENT | UINT64_C(1) << HD_LOG_UNCONTROLLED |
        UINT64_C(1) << HD_LOG_ALWAYS | UINT64_C(1) << HD_LOG_SOMETIMES |
        UINT64_C(1) << HD_LOG_RACE;
    return with_text >> record->kind & 1 ? record->aux : 0;
}

/* Forget what is in it. */
static inline void
hd_log_clear(struct hd_log *log)
{
    log->count = 0;
    log->seen = 0;
}

#endif
