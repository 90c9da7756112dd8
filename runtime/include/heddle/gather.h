/*
 * Several at once: gather, wait, as_completed, shield, wait_for.
 *
 * Arrays of futures are borrowed for the duration of the call; tasks go in
 * through HD_FUTURE(). Waiting on an array retrieves nothing but what is said.
 *
 * source: asyncio's functions of the same names, Python 3.11.
 */
#ifndef HEDDLE_GATHER_H
#define HEDDLE_GATHER_H

#include <heddle/task.h>

enum hd_gather_flag {
    HD_GATHER_KEEP_ERRORS = 1u << 0, /* return_exceptions=True */
};

/*
 * Wait for all of them.
 *
 * n         0 is allowed and done at once.
 * returns   HD_OK      all succeeded (or KEEP_ERRORS was given: then each
 *                      status is read with hd_future_result)
 *           otherwise  the status of the first that failed or was cancelled;
 *                      the others go on. Their results count as looked at.
 *           HD_E_CANCELLED  also when the caller was cancelled; then all of
 *                      them have been cancelled, and this comes before an error
 *                      of one that had failed by then
 *           HD_E_NO_TASK, HD_E_FOREIGN_LOOP, HD_E_STALE, HD_E_NO_MEMORY
 * suspends  yes, if n > 0; a cancellation point.
 * source    await asyncio.gather(...).
 */
#define hd_gather(...)                                                         \
    hd_gather_array((struct hd_future *[]){HD_FUTURES_(__VA_ARGS__)},          \
                    HD_COUNT_(__VA_ARGS__), 0)
HD_API int hd_gather_array(struct hd_future *const *futures, size_t n,
                           unsigned flags);

/*
 * The same as a future, without waiting: it belongs to the caller, and to the
 * loop of its children, which need not run yet. Cancelling it cancels its
 * children. NULL as hd_future_create, or for a stale child.
 */
HD_API struct hd_future *hd_gather_future(struct hd_future *const *futures,
                                          size_t n, unsigned flags);

enum hd_wait_until {
    HD_ALL_COMPLETED,
    HD_FIRST_COMPLETED,
    HD_FIRST_ERROR, /* FIRST_EXCEPTION */
};

/*
 * Wait for all, the first to complete, or the first to fail.
 *
 * timeout_ns  HD_FOREVER for none. Nobody is cancelled at the time-out.
 * out_done    may be NULL; how many are done, counting one that was given
 *             twice once. Set only on HD_OK.
 * returns   HD_OK, also at the time-out: ask hd_future_is_done()
 *           HD_E_INVALID (n is 0, or until is none of these),
 *           HD_E_CANCELLED, HD_E_NO_TASK, HD_E_STALE, HD_E_FOREIGN_LOOP,
 *           HD_E_NO_MEMORY
 * suspends  yes, also if all are done; a cancellation point, which does not
 *           cancel the futures.
 */
HD_API HD_MUST_USE int hd_wait(struct hd_future *const *futures, size_t n,
                               enum hd_wait_until until, uint64_t timeout_ns,
                               size_t *out_done);

/* A coroutine object in the place of a future: HD_E_INVALID and a finding. */
HD_API int hd_wait_refuse_coro(struct hd_coro *coro);

/*
 * One after the other, as they complete. The storage is the caller's, good
 * until finished; finishing twice, or after a failed init, does nothing. One
 * that was given twice comes once.
 *
 * init      returns HD_OK, HD_E_NO_LOOP, HD_E_STALE, HD_E_FOREIGN_LOOP,
 *           HD_E_NO_MEMORY. The time runs from here.
 * next      returns HD_OK and the next one that is done in *out_future
 *           (borrowed; look at its result with hd_future_result), HD_E_EMPTY
 *           when all have been given, HD_E_TIMEDOUT once for each that came
 *           too late, HD_E_CANCELLED, HD_E_NO_TASK, HD_E_FOREIGN_LOOP,
 *           HD_E_INVALID (finished, perhaps meanwhile).
 * suspends  next does, unless one has come already; a cancellation point. A
 *           future comes in a step of its own after it is done.
 * order     several tasks may ask for the next one: first come, first served.
 */
struct hd_as_completed {
    struct hd_completion *state; /* ours */
};
HD_API HD_MUST_USE int hd_as_completed_init(struct hd_as_completed *each,
                                            struct hd_future *const *futures,
                                            size_t n, uint64_t timeout_ns);
HD_API HD_MUST_USE int hd_as_completed_next(struct hd_as_completed *each,
                                            struct hd_future **out_future);
HD_API void hd_as_completed_finish(struct hd_as_completed *each);

/*
 * A future that follows inner but whose cancellation does not reach it. It
 * belongs to the caller. If inner is done already, inner itself is returned
 * (retained once more for the caller), as in asyncio.
 *
 * returns   NULL if inner is stale, or as hd_future_create.
 * suspends  no; await the result.
 */
#define hd_shield(x) hd_shield_future(HD_FUTURE(x))
HD_API struct hd_future *hd_shield_future(struct hd_future *inner);

/*
 * Wait for x at most ns. At the time-out x is cancelled, and this returns only
 * when it has ended.
 *
 * x         a task or future; or a coroutine object, which becomes a task.
 * ns        0: HD_E_TIMEDOUT unless it is done. HD_FOREVER: plain await, which
 *           runs a coroutine object in this task.
 * returns   its status, also if it was late and made something else of its
 *           cancellation; HD_E_TIMEDOUT; HD_E_CANCELLED, then x was cancelled
 *           and has ended, too; the errors of hd_await; HD_E_NO_MEMORY, then
 *           x goes on, but a coroutine object is used up and never runs.
 *           If x is done at the moment in which this task is cancelled, or
 *           fails on its way to the end, it is x's status, and the next wait
 *           of this task is cancelled.
 * suspends  yes; not if x is done and ns is 0 or HD_FOREVER. A cancellation
 *           point.
 * source    asyncio.wait_for; docs/guide/asyncio-differences.md has what is not
 *           as in 3.11.
 */
#define hd_wait_for(x, ns)                                                     \
    _Generic((x), struct hd_task *                                             \
             : hd_wait_for_task, struct hd_future *                            \
             : hd_wait_for_future, struct hd_coro *                            \
             : hd_wait_for_coro)((x), (ns), NULL)
HD_API int hd_wait_for_task(struct hd_task *task, uint64_t ns,
                            void **out_value);
HD_API int hd_wait_for_future(struct hd_future *future, uint64_t ns,
                              void **out_value);
HD_API int hd_wait_for_coro(struct hd_coro *coro, uint64_t ns,
                            void **out_value);

/*
 * fn(arg) as a task of its own, also with HD_FOREVER, waited for so long. With
 * HD_E_NO_MEMORY it has not run and will not.
 */
HD_API int hd_wait_for_call(hd_fn *fn, void *arg, uint64_t ns);

/* How many arguments, and each as a future; up to sixteen. */
#define HD_COUNT_(...)                                                         \
    HD_COUNT_N_(__VA_ARGS__, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3,  \
                2, 1, 0)
#define HD_COUNT_N_(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, N, ...) N
#define HD_JOIN_(a, b) HD_JOIN2_(a, b)
#define HD_JOIN2_(a, b) a##b
#define HD_FUTURES_(...)                                                       \
    HD_JOIN_(HD_FUTURES_, HD_COUNT_(__VA_ARGS__))(__VA_ARGS__)
#define HD_FUTURES_1(x) HD_FUTURE(x)
#define HD_FUTURES_2(x, ...) HD_FUTURE(x), HD_FUTURES_1(__VA_ARGS__)
#define HD_FUTURES_3(x, ...) HD_FUTURE(x), HD_FUTURES_2(__VA_ARGS__)
#define HD_FUTURES_4(x, ...) HD_FUTURE(x), HD_FUTURES_3(__VA_ARGS__)
#define HD_FUTURES_5(x, ...) HD_FUTURE(x), HD_FUTURES_4(__VA_ARGS__)
#define HD_FUTURES_6(x, ...) HD_FUTURE(x), HD_FUTURES_5(__VA_ARGS__)
#define HD_FUTURES_7(x, ...) HD_FUTURE(x), HD_FUTURES_6(__VA_ARGS__)
#define HD_FUTURES_8(x, ...) HD_FUTURE(x), HD_FUTURES_7(__VA_ARGS__)
#define HD_FUTURES_9(x, ...) HD_FUTURE(x), HD_FUTURES_8(__VA_ARGS__)
#define HD_FUTURES_10(x, ...) HD_FUTURE(x), HD_FUTURES_9(__VA_ARGS__)
#define HD_FUTURES_11(x, ...) HD_FUTURE(x), HD_FUTURES_10(__VA_ARGS__)
#define HD_FUTURES_12(x, ...) HD_FUTURE(x), HD_FUTURES_11(__VA_ARGS__)
#define HD_FUTURES_13(x, ...) HD_FUTURE(x), HD_FUTURES_12(__VA_ARGS__)
#define HD_FUTURES_14(x, ...) HD_FUTURE(x), HD_FUTURES_13(__VA_ARGS__)
#define HD_FUTURES_15(x, ...) HD_FUTURE(x), HD_FUTURES_14(__VA_ARGS__)
#define HD_FUTURES_16(x, ...) HD_FUTURE(x), HD_FUTURES_15(__VA_ARGS__)

#endif
