/*
 * Coroutine objects: a function with its argument, not running yet.
 */
#ifndef HD_TASK_CORO_H
#define HD_TASK_CORO_H

#include "task/loop.h"

/*
 * hd_await_coro and hd_task_from_coro for a public function that was called at
 * place, by a task.
 *
 * returns   HD_OK, HD_E_INVALID (coro is NULL), HD_E_REUSED, HD_E_NO_MEMORY
 *           (start); await: what the coroutine returned.
 */
int hd_coro_await(struct hd_coro *coro, void **out_value, uint64_t place);
int hd_coro_start(struct hd_coro *coro, uint64_t place,
                  struct hd_task **out_task);

/*
 * The running task begins, and ends, to wait at place for what an object does:
 * notes sequential-await. began must be looked up before the object is used
 * up.
 */
struct hd_coro_wait {
    struct hd_slow_await before; /* the task's last when this one began */
    uint64_t waited_ns;          /* of the world until then */
    uint32_t number, maker;      /* of the object */
    uint32_t made;               /* how many there were */
};
struct hd_coro_wait hd_coro_wait_begin(const struct hd_coro *handle);
void hd_coro_wait_end(const struct hd_coro_wait *wait, int status,
                      uint64_t place);

/* The loop closes: whatever was not used is the finding never-awaited. */
void hd_coro_drop_all(struct hd_loop *loop);

#endif
