/*
 * Futures, tasks' common half: a result that comes later.
 *
 * A future is pending, then done (with a status and perhaps a value) or
 * cancelled, once and for all. Tasks are futures; what takes a future takes a
 * task through HD_FUTURE(). Handles carry a generation: a handle whose object
 * has been released is HD_E_STALE wherever it is used, never undefined
 * behaviour.
 *
 * source: asyncio.Future, Python 3.11.
 */
#ifndef HEDDLE_FUTURE_H
#define HEDDLE_FUTURE_H

#include <heddle/status.h>

struct hd_coro;
struct hd_future;
struct hd_loop;
struct hd_task;

/* A coroutine: returns 0 or a negative status; positive: finding assertion. */
typedef int hd_fn(void *arg);

/* Called on the loop once the future is done. It may not suspend. */
typedef void hd_future_fn(struct hd_future *future, void *arg);

/* A task or a future as a future. */
#define HD_FUTURE(x)                                                           \
    _Generic((x), struct hd_task *                                             \
             : hd_future_of_task, struct hd_future *                           \
             : hd_future_self)(x)

static inline struct hd_future *
hd_future_of_task(struct hd_task *task)
{
    return (struct hd_future *)(void *)task;
}

static inline struct hd_future *
hd_future_self(struct hd_future *future)
{
    return future;
}

/*
 * A pending future of the running loop (or of loop). The caller owns it and
 * gives it back with hd_future_release(); it dies with its loop anyway.
 * Dropping one that failed and that nobody looked at is the finding
 * unretrieved-error.
 *
 * returns   NULL without a loop (finding no-loop), on a closed loop, or when
 *           out of memory.
 */
HD_API struct hd_future *hd_future_create(void);
HD_API struct hd_future *hd_loop_future(struct hd_loop *loop);
HD_API void hd_future_release(struct hd_future *future);

/*
 * Wait for a task, a future or a coroutine object. The result is retrieved.
 *
 * x         a task or future: waits until it is done, returns at once if it
 *           is. A coroutine object (hd_coro_create): runs it here, in this
 *           task, as a call; its object is used up.
 * out_value may be NULL; set only on success.
 * returns   its status
 *           HD_E_CANCELLED     it was cancelled, or this task was; the latter
 *                              if hd_task_cancelling(hd_task_current()) > 0
 *           HD_E_NO_TASK       called outside of a task
 *           HD_E_SELF_AWAIT, HD_E_FOREIGN_LOOP, HD_E_REUSED, HD_E_STALE,
 *           HD_E_INVALID (NULL for a coroutine object)
 * suspends  if it is not done; a cancellation point. Cancelling the waiting
 *           task cancels x (hd_shield prevents that).
 * source    await, Python 3.11.
 */
#define hd_await(x) hd_await_value(x, NULL)
#define hd_await_value(x, out_value)                                           \
    _Generic((x), struct hd_task *                                             \
             : hd_await_task, struct hd_future *                               \
             : hd_await_future, struct hd_coro *                               \
             : hd_await_coro)((x), (out_value))
HD_API int hd_await_task(struct hd_task *task, void **out_value);
HD_API int hd_await_future(struct hd_future *future, void **out_value);
HD_API int hd_await_coro(struct hd_coro *coro, void **out_value);

/* None of the following suspends. */

/*
 * Give the future its result, or fail it; its callbacks and waiters become
 * ready in the order in which they came.
 *
 * value     borrowed by whoever awaits.
 * message   copied; NULL is empty. Lost, and the status is not, when out of
 *           memory.
 * returns   HD_OK, HD_E_DONE (it was done or cancelled), HD_E_STALE,
 *           HD_E_INVALID (it is a task, or status is not negative)
 */
HD_API int hd_future_set(struct hd_future *future, void *value);
HD_API int hd_future_fail(struct hd_future *future, int status,
                          const char *message);

/*
 * Cancel the future or task. False if it is done already (or stale).
 * For a task see hd_task_cancel().
 */
HD_API bool hd_future_cancel(struct hd_future *future);

HD_API bool hd_future_is_done(const struct hd_future *future);
HD_API bool hd_future_is_cancelled(const struct hd_future *future);

/*
 * The result of a future that is done; retrieving it counts as looked at.
 *
 * returns   its status; HD_E_PENDING, HD_E_CANCELLED, HD_E_STALE
 */
HD_API int hd_future_result(struct hd_future *future, void **out_value);

/*
 * The error of a future that failed, NULL if it did not fail (or is pending,
 * cancelled or stale), or when out of memory: its status says whether it
 * failed. Counts as looked at. Valid as long as the future.
 */
HD_API const struct hd_error *hd_future_error(struct hd_future *future);

/*
 * Call fn(future, arg) soon after the future is done; at once "soon" if it is
 * done already. Removing takes away every pending pair (fn, arg) and returns
 * how many those were; calls that are already on their way still come.
 *
 * returns   HD_OK, HD_E_STALE, HD_E_NO_MEMORY
 */
HD_API int hd_future_on_done(struct hd_future *future, hd_future_fn *fn,
                             void *arg);
HD_API size_t hd_future_off_done(struct hd_future *future, hd_future_fn *fn,
                                 void *arg);

/* The loop it belongs to; NULL if stale. */
HD_API struct hd_loop *hd_future_loop(const struct hd_future *future);

#endif
