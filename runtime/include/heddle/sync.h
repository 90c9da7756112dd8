/*
 * What the synchronisation objects share: a line of waiting tasks.
 */
#ifndef HEDDLE_SYNC_H
#define HEDDLE_SYNC_H

#include <heddle/status.h>

struct hd_waiter; /* one waiting task; lives on its stack */

/* Waiting tasks in the order of their arrival. Zeroed is empty. */
struct hd_line {
    struct hd_waiter *first, *last;
};

#endif
