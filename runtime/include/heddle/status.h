/*
 * What Heddle's functions return: 0, or a negative status.
 *
 * Heddle's own codes lie between -9001 and -9999, so that they meet neither
 * libuv's nor the system's; a program's own start at HD_E_USER and go down.
 * A call that its contract forbids (NO_LOOP, LOOP_RUNNING, LOOP_CLOSED,
 * LOOP_STOPPED, FOREIGN_LOOP, NO_TASK, SELF_AWAIT, REUSED, STALE, NOT_HELD,
 * OVERRUN, DONE, INVALID) is a defined error and, in a test, a finding, also if
 * the program handles it. CANCELLED, TIMEDOUT, PENDING, FULL, EMPTY, BROKEN and
 * GROUP are answers.
 *
 * The task that runs has one current error: a code with a message and the
 * place where it was made. hd_fail() sets it; a status that comes out of an
 * await brings its error along; returning it from the task's function keeps
 * message and origin.
 */
#ifndef HEDDLE_STATUS_H
#define HEDDLE_STATUS_H

#include <heddle/api.h>

/* code, name, one sentence; docs and hd_status_name() come from this table */
#define HD_STATUS_MAP(X)                                                       \
    X(-9001, HD_E_CANCELLED, "the wait or the task was cancelled")             \
    X(-9002, HD_E_TIMEDOUT, "the time was up first")                           \
    X(-9003, HD_E_PENDING, "the future has no result yet")                     \
    X(-9004, HD_E_DONE, "the future already has its result")                   \
    X(-9005, HD_E_NO_LOOP, "no loop is running here")                          \
    X(-9006, HD_E_LOOP_RUNNING, "a loop is already running here")              \
    X(-9007, HD_E_LOOP_CLOSED, "the loop is closed")                           \
    X(-9008, HD_E_LOOP_STOPPED, "the loop stopped before the future was done") \
    X(-9009, HD_E_FOREIGN_LOOP, "the object belongs to another loop")          \
    X(-9010, HD_E_NO_TASK, "only a task may do this")                          \
    X(-9011, HD_E_SELF_AWAIT, "a task cannot await itself")                    \
    X(-9012, HD_E_REUSED, "the coroutine object has been awaited before")      \
    X(-9013, HD_E_STALE, "the handle's object is gone")                        \
    X(-9014, HD_E_NOT_HELD, "released or waited on without being held")        \
    X(-9015, HD_E_FULL, "the queue is full")                                   \
    X(-9016, HD_E_EMPTY, "the queue is empty")                                 \
    X(-9017, HD_E_OVERRUN, "released or finished more often than taken")       \
    X(-9018, HD_E_BROKEN, "the barrier is broken")                             \
    X(-9019, HD_E_INVALID, "an argument or the object's state is wrong")       \
    X(-9020, HD_E_NO_MEMORY, "out of memory")                                  \
    X(-9021, HD_E_GROUP, "tasks of the group failed")

enum hd_status {
    HD_OK = 0,
#define HD_STATUS_ENUM(code, name, sentence) name = (code),
    HD_STATUS_MAP(HD_STATUS_ENUM)
#undef HD_STATUS_ENUM
    HD_E_USER = -10000, /* the first of the program's own; they go down */
};

/*
 * An error that travels with a status.
 *
 * code       the status.
 * message    never NULL; empty where nobody gave one.
 * file,line  where it was made; file is NULL where that is not known.
 * hops       how many awaits it has come through.
 */
struct hd_error {
    int code;
    const char *message;
    const char *file;
    int line;
    uint32_t hops;
};

/*
 * The name of a status ("HD_E_CANCELLED", "HD_E_USER-3", "ENOENT"), and
 * its sentence. Never NULL. The name of an unknown code lies in a buffer of
 * the calling thread, overwritten by the next call.
 */
HD_API const char *hd_status_name(int status);
HD_API const char *hd_status_text(int status);

/*
 * Make an error: the running task's current error becomes code, message and
 * this place, and code is returned, so that one can write
 *     return hd_fail(HD_E_USER, "tracker %s is down", host);
 *
 * code      negative; otherwise nothing is made.
 * returns   code, also where no task runs or when out of memory (then nothing
 *           is kept, and the task has no current error).
 */
#define hd_fail(...) hd_fail_at(__FILE__, __LINE__, __VA_ARGS__)
HD_API int hd_fail_at(const char *file, int line, int code, const char *format,
                      ...) HD_PRINTF(4, 5);

/*
 * The running task's current error: that of its last hd_fail() or of the last
 * await that failed (one that was merely cancelled changes nothing). NULL where
 * there is none, as after a status that came without an error, or no task runs.
 * Borrowed, valid until the next failing call of this task.
 */
HD_API const struct hd_error *hd_error_current(void);

/* Return the status if it is negative, else go on. */
#define HD_TRY(expr)                                                           \
    do {                                                                       \
        const int hd_try_status_ = (expr);                                     \
        if (hd_try_status_ < 0) {                                              \
            return hd_try_status_;                                             \
        }                                                                      \
    } while (0)

#endif
