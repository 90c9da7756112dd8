/*
 * What a queue holds: a ring (first in first out, or the last first) or a
 * stable binary heap, in one array that doubles.
 *
 * In a simulated execution the array comes from the execution's arena, so that
 * one that is abandoned leaks nothing; else from malloc, for a queue may live
 * longer than its loop. The items themselves are only carried.
 */
#ifndef HD_SYNC_ITEMS_H
#define HD_SYNC_ITEMS_H

#include <heddle/queue.h>

/* False when out of memory (of a public call at place); it is not in then. */
bool hd_items_add(struct hd_queue_items *items, void *value, uint64_t place);

/* The next one, and out of it; there must be one. */
void *hd_items_take(struct hd_queue_items *items);

/* Give back the array. It is empty then, and usable. */
void hd_items_drop(struct hd_queue_items *items);

#endif
