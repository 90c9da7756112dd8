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

/* The loop closes: whatever was not used is the finding never-awaited. */
void hd_coro_drop_all(struct hd_loop *loop);

#endif
