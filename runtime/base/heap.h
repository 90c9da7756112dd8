/*
 * A binary heap of pointers to entries that carry their key and their place
 * in the heap, so that any of them can be taken out. Ties go by order: equal
 * deadlines leave in the order of their start.
 */
#ifndef HD_BASE_HEAP_H
#define HD_BASE_HEAP_H

#include <heddle/api.h>

struct hd_arena;

/* Embedded in what is kept; at is 0 while outside, else its place from 1. */
struct hd_heap_entry {
    uint64_t key, order;
    uint32_t at;
};

struct hd_heap {
    struct hd_heap_entry **entries; /* from 1 */
    uint32_t count, capacity;
};

/* Zeroed storage is an empty heap; its array comes from the arena. */
static inline struct hd_heap_entry *
hd_heap_first(const struct hd_heap *heap)
{
    return heap->count > 0 ? heap->entries[1] : NULL;
}

/* Would one more need a larger array? */
static inline bool
hd_heap_is_full(const struct hd_heap *heap)
{
    return heap->count + 1 >= heap->capacity;
}

/* False when out of memory. */
bool hd_heap_add(struct hd_heap *heap, struct hd_arena *arena,
                 struct hd_heap_entry *entry);
void hd_heap_remove(struct hd_heap *heap, struct hd_heap_entry *entry);

#endif
