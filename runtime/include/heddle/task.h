/*
 * Tasks: coroutines that run on a loop.
 *
 * Ownership. Spawning lends: the handle belongs to the spawning task and is
 * good until that task ends or releases it; the child itself goes on. What a
 * callback or code outside of tasks spawns belongs to nobody: its handle is
 * good until it is released or the loop dies. hd_task_retain() keeps it longer,
 * hd_task_detach() gives it to the loop, which drops it when the task is done.
 * A running task is always held by its loop (asyncio's loop only has a weak
 * set, which is a pitfall that C need not copy). Everything dies with its
 * loop. A failed task that is dropped before anybody looked at its status is
 * the finding unretrieved-error.
 *
 * Cancellation is a request: the wait in which the task stands ends with
 * HD_E_CANCELLED. HD_E_CANCELLED from an await says that something was
 * cancelled; whether it was this task says hd_task_cancelling():
 *     int status = hd_await(child);
 *     if (status == HD_E_CANCELLED && hd_task_cancelling(self) > 0) {
 *         ... clean up ...
 *         return status;
 *     }
 *
 * source: asyncio.Task, Python 3.11.
 */
#ifndef HEDDLE_TASK_H
#define HEDDLE_TASK_H

#include <heddle/future.h>

/*
 * Start fn(arg) as a task of the running loop (or of loop). It runs when the
 * loop gets to it, never before the caller suspends.
 *
 * arg       lent to the task until it is done, also while it is cancelled: a
 *           local of a spawner that ends first is not enough.
 * returns   the handle; NULL without a running loop (finding no-loop), on a
 *           closed one (loop-closed), or when out of memory.
 * suspends  no.
 * source    asyncio.create_task, loop.create_task.
 */
HD_API struct hd_task *hd_task_spawn(hd_fn *fn, void *arg);
HD_API struct hd_task *hd_loop_spawn(struct hd_loop *loop, hd_fn *fn,
                                     void *arg);

/*
 * Start a coroutine object as a task; the object is used up, also where NULL
 * is returned. NULL as above, or when it was used before.
 * source    asyncio.ensure_future.
 */
HD_API struct hd_task *hd_task_from_coro(struct hd_coro *coro);

/* None of the following suspends. A stale handle gives the stated result. */

HD_API void hd_task_release(struct hd_task *task);
HD_API struct hd_task *hd_task_retain(struct hd_task *task); /* or NULL */
HD_API void hd_task_detach(struct hd_task *task);

/* The task that runs; NULL in callbacks and outside of loops. */
HD_API struct hd_task *hd_task_current(void);

/*
 * Ask the task to end: its current wait, or its next one, returns
 * HD_E_CANCELLED; a task that has not started ends without running.
 *
 * returns   true if the request was made, false if it is done (or stale)
 */
HD_API bool hd_task_cancel(struct hd_task *task);

/*
 * How many cancel requests are outstanding; take one back and tell how many
 * are left. A scope that has dealt with its own cancellation takes it back.
 * What nobody asks for any more does not end a wait either.
 */
HD_API uint32_t hd_task_cancelling(const struct hd_task *task);
HD_API uint32_t hd_task_uncancel(struct hd_task *task);

HD_API bool hd_task_is_done(const struct hd_task *task);
HD_API bool hd_task_is_cancelled(const struct hd_task *task);

/* As hd_future_result and hd_future_error. */
HD_API int hd_task_result(struct hd_task *task, void **out_value);
HD_API const struct hd_error *hd_task_error(struct hd_task *task);

/*
 * The value that awaiting the running task (or the coroutine object that it is
 * awaiting) will give; borrowed by whoever awaits.
 */
HD_API void hd_return(void *value);

/*
 * A name for people, beside the birth path. Copied, cut at 31 bytes; when out
 * of memory, the task goes without.
 * hd_task_name: the given name, or the birth path ("0.3"); "?" if stale or when
 * out of memory. The text is good until the task is dropped.
 */
HD_API void hd_task_set_name(struct hd_task *task, const char *name);
HD_API const char *hd_task_name(struct hd_task *task);

/*
 * Become ready again at the end of the line. On a FIFO loop, as in production,
 * all that is ready steps first; under --order=any the schedule may go on with
 * this task at once.
 *
 * returns   HD_OK, HD_E_CANCELLED, HD_E_NO_TASK
 * suspends  yes; a cancellation point.
 * source    asyncio.sleep(0).
 */
HD_API int hd_yield(void);

/*
 * Wait for ns nanoseconds; hd_sleep(0) is hd_yield(), HD_FOREVER waits until
 * cancelled. hd_sleep_until: until hd_loop_now() has reached when_ns.
 *
 * returns   HD_OK, HD_E_CANCELLED, HD_E_NO_TASK, HD_E_NO_MEMORY
 * suspends  yes; a cancellation point.
 * source    asyncio.sleep.
 */
HD_API int hd_sleep(uint64_t ns);
HD_API int hd_sleep_until(uint64_t when_ns);

/*
 * Coroutine objects: fn(arg), not running yet. Await it (it runs in the
 * awaiting task), make it a task, or destroy it; dropped otherwise it is the
 * finding never-awaited. Needs a running loop or, with loop-less code, the
 * default loop, whose memory it is.
 *
 * returns   owned by the caller until awaited, spawned or destroyed; NULL when
 *           there is no loop to hold it or no memory.
 */
HD_API struct hd_coro *hd_coro_create(hd_fn *fn, void *arg);
HD_API void hd_coro_destroy(struct hd_coro *coro);

/*
 * A number below bound from the program's own data stream: the same in every
 * run and every schedule, not a choice. bound > 0.
 */
HD_API uint64_t hd_random(uint64_t bound);

/*
 * A choice: one of 0..bound-1, 0 by default (and for bound 0 or 1); strategies
 * explore it. Outside of
 * a simulation always 0.
 */
HD_API uint64_t hd_choose(uint64_t bound);

#endif
