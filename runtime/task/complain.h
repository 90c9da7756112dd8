/*
 * Complaints: what nobody will look at any more is told to the loop's error
 * handler or, in production, to stderr. In a simulation the harness tells it.
 */
#ifndef HD_TASK_COMPLAIN_H
#define HD_TASK_COMPLAIN_H

#include <heddle/status.h>

struct hd_loop;
struct hd_task;

/* task   whose it is, NULL: `what` says what it is. */
void hd_complain(struct hd_loop *loop, struct hd_task *task, const char *what,
                 const struct hd_error *error);

#endif
