#include "sync/items.h"

#include "base/assert.h"
#include "task/fault.h"
#include <stdlib.h>

#define CAPACITY_MIN ((size_t)8) /* a power of two, as all capacities */
#define ARENA_BYTES_MAX ((size_t)1 << 22)

/* ---- the array ---- */

/* The arena of a simulated execution, or NULL. */
static struct hd_arena *
arena_here(size_t bytes)
{
    const struct hd_loop *loop = hd_here.loop;
    const bool simulated = loop != NULL && loop->home != &loop->own;
    return simulated && bytes <= ARENA_BYTES_MAX ? loop->arena : NULL;
}

static struct hd_queue_item *
at(const struct hd_queue_items *items, size_t index)
{
    return &items->array[(items->head + index) & (items->capacity - 1)];
}

static void
array_give(struct hd_queue_items *items)
{
    if (items->arena != NULL) {
        hd_arena_give(items->arena, items->array,
                      items->capacity * sizeof(*items->array));
    } else {
        free(items->array);
    }
}

static bool
grow(struct hd_queue_items *items)
{
    const size_t capacity =
        items->capacity > 0 ? items->capacity * 2 : CAPACITY_MIN;
    const size_t bytes = capacity * sizeof(*items->array);
    struct hd_arena *arena = arena_here(bytes);
    struct hd_queue_item *array =
        arena != NULL ? hd_arena_take(arena, bytes) : malloc(bytes);
    if (array == NULL) {
        return false;
    }
    for (size_t i = 0; i < items->count; i++) {
        array[i] = *at(items, i);
    }
    if (items->array != NULL) {
        array_give(items);
    }
    items->array = array;
    items->arena = arena;
    items->capacity = capacity;
    items->head = 0;
    return true;
}

void
hd_items_drop(struct hd_queue_items *items)
{
    if (items->array != NULL) {
        array_give(items);
    }
    items->array = NULL;
    items->arena = NULL;
    items->count = items->head = items->capacity = 0;
}

/* ---- the heap: array[(i - 1) / 2] comes before array[i] ---- */

static bool
before(const struct hd_queue_items *items, size_t a, size_t b)
{
    const struct hd_queue_item *one = &items->array[a];
    const struct hd_queue_item *other = &items->array[b];
    const int order = items->compare(one->value, other->value);
    return order != 0 ? order < 0 : one->order < other->order;
}

static void
swap(struct hd_queue_items *items, size_t a, size_t b)
{
    const struct hd_queue_item kept = items->array[a];
    items->array[a] = items->array[b];
    items->array[b] = kept;
}

static void
rise(struct hd_queue_items *items, size_t index)
{
    while (index > 0 && before(items, index, (index - 1) / 2)) {
        swap(items, index, (index - 1) / 2);
        index = (index - 1) / 2;
    }
}

static void
sink(struct hd_queue_items *items)
{
    size_t index = 0;
    for (size_t child = 1; child < items->count; child = 2 * index + 1) {
        if (child + 1 < items->count && before(items, child + 1, child)) {
            child++;
        }
        if (!before(items, child, index)) {
            return;
        }
        swap(items, child, index);
        index = child;
    }
}

/* ---- in and out ---- */

/* Room for one more; it is asked for in a public call at place. */
static bool
has_room(struct hd_queue_items *items, uint64_t place)
{
    return items->count < items->capacity ||
           (!(hd_here.loop != NULL && hd_fault_alloc(hd_here.loop, place)) &&
            grow(items));
}

bool
hd_items_add(struct hd_queue_items *items, void *value, uint64_t place)
{
    if (!has_room(items, place)) {
        return false;
    }
    *at(items, items->count) =
        (struct hd_queue_item){.value = value, .order = items->puts++};
    items->count++;
    if (items->compare != NULL) {
        rise(items, items->count - 1);
    }
    return true;
}

void *
hd_items_take(struct hd_queue_items *items)
{
    HD_ASSERT(items->count > 0);
    items->count--;
    if (items->lifo) {
        return at(items, items->count)->value;
    }
    void *value = at(items, 0)->value;
    if (items->compare != NULL) {
        items->array[0] = items->array[items->count];
        sink(items);
    } else {
        items->head = (items->head + 1) & (items->capacity - 1);
    }
    return value;
}
