/*
 * Coroutine objects: a function with its argument, not running yet.
 */
#ifndef HD_TASK_CORO_H
#define HD_TASK_CORO_H

#include "task/loop.h"

/* The loop closes: whatever was not used is the finding never-awaited. */
void hd_coro_drop_all(struct hd_loop *loop);

#endif
