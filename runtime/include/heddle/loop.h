/*
 * Event loops.
 *
 * A loop runs tasks, callbacks and timers, one step at a time, on the thread
 * that calls one of the run functions. In production it sits on a libuv loop
 * of its own; under heddle-sim it sits on virtual time. Unless a function
 * says otherwise it must be called on the loop's own thread.
 *
 * A turn of the loop is asyncio's: collect I/O, then due timers in order of
 * deadline and start, then step once everything that is ready by now. So it is
 * in production and under --order=loop; under --order=any what is ready steps
 * in any order, callbacks with equal deadlines, too.
 *
 * source: asyncio's event loop and runners, Python 3.11.
 */
#ifndef HEDDLE_LOOP_H
#define HEDDLE_LOOP_H

#include <heddle/future.h>

struct hd_loop;
struct hd_handle; /* a scheduled callback */

typedef void hd_callback_fn(void *arg);

/*
 * Run fn(arg) as the main task of a fresh loop until it ends; cancel the
 * tasks that are left and let them finish; close the loop.
 *
 * returns   what fn returned
 *           HD_E_CANCELLED     fn was cancelled
 *           HD_E_LOOP_RUNNING  a loop is already running on this thread
 *           HD_E_LOOP_STOPPED  the loop was stopped before fn returned
 *           HD_E_NO_MEMORY
 * suspends  no: it blocks the thread.
 * source    asyncio.run.
 */
HD_API int hd_run(hd_fn *fn, void *arg);

/*
 * A new loop, not running. Owned by the caller, closed by hd_loop_close() and
 * given back by hd_loop_destroy(), which closes it if that was forgotten.
 * NULL when out of memory. hd_loop_destroy(NULL) does nothing; everything that
 * was born on the loop dies with it.
 */
HD_API struct hd_loop *hd_loop_create(void);
HD_API void hd_loop_destroy(struct hd_loop *loop);

/*
 * Drop everything that is left on the loop: pending tasks are not run again
 * (that is the finding pending-at-close), callbacks and timers are dropped.
 *
 * returns   HD_OK               also when it was closed already
 *           HD_E_LOOP_RUNNING   it is running
 */
HD_API int hd_loop_close(struct hd_loop *loop);

/*
 * The thread's default loop, made at the first call outside of a running
 * loop; inside, the running one. Borrowed; closed, it is still given, and using
 * it is the finding loop-closed; destroyed, the next call makes a new one. NULL
 * when out of memory. hd_loop_set_default() lends a loop; NULL forgets it.
 */
HD_API struct hd_loop *hd_loop_default(void);
HD_API void hd_loop_set_default(struct hd_loop *loop);

/*
 * The loop that runs on this thread. NULL without one, which is the finding
 * no-loop: ask only where there must be one.
 */
HD_API struct hd_loop *hd_loop_running(void);

/*
 * Run until the future is done, or fn(arg) as a task until it is done.
 *
 * out_value  may be NULL; set only on success.
 * returns   the future's status
 *           HD_E_LOOP_CLOSED, HD_E_FOREIGN_LOOP, HD_E_STALE
 *           HD_E_LOOP_RUNNING   it or another loop is running on this thread
 *           HD_E_LOOP_STOPPED   stopped before the future was done
 *           HD_E_NO_MEMORY      (fn) it has not run
 * suspends  no: it blocks the thread.
 */
#define hd_loop_run_until(loop, x)                                             \
    hd_loop_run_until_future((loop), HD_FUTURE(x))
HD_API int hd_loop_run_until_future(struct hd_loop *loop,
                                    struct hd_future *future);
HD_API int hd_loop_run_until_value(struct hd_loop *loop,
                                   struct hd_future *future, void **out_value);
HD_API int hd_loop_run_fn(struct hd_loop *loop, hd_fn *fn, void *arg);

/* Run until hd_loop_stop(): HD_OK, HD_E_LOOP_CLOSED, HD_E_LOOP_RUNNING. */
HD_API int hd_loop_run_forever(struct hd_loop *loop);

/*
 * Stop at the end of the current turn. Before a run: that run does one turn.
 * Under --order=any the stop may overtake what is ready.
 */
HD_API void hd_loop_stop(struct hd_loop *loop);

HD_API bool hd_loop_is_running(const struct hd_loop *loop);
HD_API bool hd_loop_is_closed(const struct hd_loop *loop);

/* The loop's clock, monotonic. Under heddle-sim: virtual, from 0. */
HD_API uint64_t hd_loop_now(struct hd_loop *loop);

/*
 * Call fn(arg) soon, after delay_ns, or at when_ns of hd_loop_now(). The
 * callback may not suspend. Equal deadlines fire in the order of these calls.
 *
 * returns   the handle, borrowed: valid until the callback has run or was
 *           cancelled (then hd_handle_* say false and 0). NULL when the loop
 *           is closed (finding loop-closed) or out of memory.
 */
HD_API struct hd_handle *hd_loop_call_soon(struct hd_loop *loop,
                                           hd_callback_fn *fn, void *arg);
HD_API struct hd_handle *hd_loop_call_later(struct hd_loop *loop,
                                            uint64_t delay_ns,
                                            hd_callback_fn *fn, void *arg);
HD_API struct hd_handle *hd_loop_call_at(struct hd_loop *loop, uint64_t when_ns,
                                         hd_callback_fn *fn, void *arg);

/*
 * As hd_loop_call_soon, from any thread. Returns HD_OK, HD_E_LOOP_CLOSED or
 * HD_E_NO_MEMORY.
 */
HD_API int hd_loop_call_soon_threadsafe(struct hd_loop *loop,
                                        hd_callback_fn *fn, void *arg);

/*
 * Handles. Cancelling one that has run or was cancelled does nothing and
 * returns false. hd_handle_when is 0 for call_soon.
 */
HD_API bool hd_handle_cancel(struct hd_handle *handle);
HD_API bool hd_handle_is_pending(const struct hd_handle *handle);
HD_API uint64_t hd_handle_when(const struct hd_handle *handle);

/*
 * What happens to an error that nobody will look at: a task or future dropped
 * with it, a task dropped with its loop (HD_E_PENDING), a coroutine object that
 * was never awaited (HD_E_INVALID). The default prints one line on stderr; in
 * simulation it does nothing: there they are findings.
 *
 * what      the task's name, or what it is; borrowed like error for the call.
 */
typedef void hd_error_handler(struct hd_loop *loop, const char *what,
                              const struct hd_error *error, void *context);
HD_API void hd_loop_set_error_handler(struct hd_loop *loop,
                                      hd_error_handler *handler, void *context);

/*
 * Debug mode: steps longer than the slow-callback duration (100 ms unless
 * set) are printed on stderr with the actor's name. Off by default.
 */
HD_API void hd_loop_set_debug(struct hd_loop *loop, bool debug);
HD_API bool hd_loop_debug(const struct hd_loop *loop);
HD_API void hd_loop_set_slow_callback(struct hd_loop *loop,
                                      uint64_t duration_ns);

/*
 * The tasks of the loop that are not done, in the order of their start.
 *
 * tasks     room for capacity handles; borrowed handles are put there.
 * returns   how many there are, which may be more than capacity.
 */
HD_API size_t hd_loop_tasks(struct hd_loop *loop, struct hd_task **tasks,
                            size_t capacity);

#endif
