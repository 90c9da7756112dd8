#include "base/heap.h"

#include "base/arena.h"
#include "base/assert.h"
#include <string.h>

static bool
before(const struct hd_heap_entry *a, const struct hd_heap_entry *b)
{
    return a->key != b->key ? a->key < b->key : a->order < b->order;
}

static void
place(struct hd_heap *heap, uint32_t at, struct hd_heap_entry *entry)
{
    heap->entries[at] = entry;
    entry->at = at;
}

static void
sift_up(struct hd_heap *heap, uint32_t at, struct hd_heap_entry *entry)
{
    while (at > 1 && before(entry, heap->entries[at / 2])) {
        place(heap, at, heap->entries[at / 2]);
        at /= 2;
    }
    place(heap, at, entry);
}

static void
sift_down(struct hd_heap *heap, uint32_t at, struct hd_heap_entry *entry)
{
    for (;;) {
        uint32_t child = at * 2;
        if (child > heap->count) {
            break;
        }
        if (child < heap->count &&
            before(heap->entries[child + 1], heap->entries[child])) {
            child++;
        }
        if (!before(heap->entries[child], entry)) {
            break;
        }
        place(heap, at, heap->entries[child]);
        at = child;
    }
    place(heap, at, entry);
}

static bool
grow(struct hd_heap *heap, struct hd_arena *arena)
{
    const uint32_t capacity = heap->capacity == 0 ? 16 : heap->capacity * 2;
    struct hd_heap_entry **entries =
        hd_arena_take(arena, capacity * sizeof(struct hd_heap_entry *));
    if (entries == NULL) {
        return false;
    }
    if (heap->capacity > 0) {
        memcpy(entries, heap->entries,
               heap->capacity * sizeof(struct hd_heap_entry *));
        hd_arena_give(arena, heap->entries,
                      heap->capacity * sizeof(struct hd_heap_entry *));
    }
    heap->entries = entries;
    heap->capacity = capacity;
    return true;
}

bool
hd_heap_add(struct hd_heap *heap, struct hd_arena *arena,
            struct hd_heap_entry *entry)
{
    HD_ASSERT(entry->at == 0);
    if (hd_heap_is_full(heap) && !grow(heap, arena)) {
        return false;
    }
    sift_up(heap, ++heap->count, entry);
    return true;
}

void
hd_heap_remove(struct hd_heap *heap, struct hd_heap_entry *entry)
{
    const uint32_t at = entry->at;
    HD_ASSERT(at >= 1 && at <= heap->count);
    HD_ASSERT(heap->entries[at] == entry);
    struct hd_heap_entry *last = heap->entries[heap->count--];
    entry->at = 0;
    if (last == entry) {
        return;
    }
    if (at > 1 && before(last, heap->entries[at / 2])) {
        sift_up(heap, at, last);
    } else {
        sift_down(heap, at, last);
    }
}
