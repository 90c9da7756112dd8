/*
 * Timeout scopes inside: the waiting calls that take a time.
 */
#ifndef HD_TASK_TIMEOUT_H
#define HD_TASK_TIMEOUT_H

#include "task/loop.h"
#include <heddle/timeout.h>

/* hd_timeout_begin(), in a public call at place. */
int hd_timeout_start(struct hd_timeout *timeout, uint64_t ns, uint64_t place);

#endif
