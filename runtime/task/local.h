/*
 * Contexts inside: an immutable list of (variable, value), newest first, that
 * tasks share. Taking a snapshot is taking a reference.
 */
#ifndef HD_TASK_LOCAL_H
#define HD_TASK_LOCAL_H

#include <heddle/local.h>

struct hd_loop;
struct hd_locals; /* NULL is the empty context */

/* A reference to the context that is current on this thread. */
struct hd_locals *hd_locals_snapshot(void);
void hd_locals_drop(struct hd_loop *loop, struct hd_locals *locals);

#endif
