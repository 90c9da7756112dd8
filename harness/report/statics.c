#include "report/statics.h"

#include "report/location.h"
#include <dwarf.h>
#include <stdlib.h>

/* ---- making the index ---- */

struct index {
    struct hd_debug_static *items;
    size_t count, capacity;
};

static void
add(struct index *index, const struct hd_debug_static *item)
{
    if (index->count == index->capacity) {
        const size_t capacity = index->capacity * 2 + 64;
        struct hd_debug_static *items =
            realloc(index->items, capacity * sizeof(*items));
        if (items == NULL) {
            return;
        }
        index->items = items;
        index->capacity = capacity;
    }
    index->items[index->count++] = *item;
}

static void
add_variable(struct index *index, Dwarf_Die *variable,
             const Dwarf_Die *function)
{
    struct hd_location location;
    Dwarf_Die type;
    hd_location_static(variable, &location);
    if (location.count == 0 || !hd_debug_type(variable, &type)) {
        return;
    }
    const uint64_t bytes = hd_debug_size(&type);
    for (size_t i = 0; i < location.count; i++) {
        const struct hd_location_piece *piece = &location.pieces[i];
        const struct hd_debug_static item = {
            .low = piece->low,
            .bytes = piece->bytes != 0 ? piece->bytes : bytes,
            .offset = piece->offset,
            .variable = *variable,
            .function =
                function != NULL ? *function : (Dwarf_Die){.addr = NULL},
        };
        if (item.bytes > 0) {
            add(index, &item);
        }
    }
}

/*
 * Variables lie in units, functions and blocks; what was compiled into a
 * function says nothing that the function it came from does not.
 */
static void
walk(struct index *index, Dwarf_Die *parent, const Dwarf_Die *function)
{
    Dwarf_Die child;
    bool more = hd_debug_first_child(parent, &child);
    for (; more; more = dwarf_siblingof(&child, &child) == 0) {
        switch (dwarf_tag(&child)) {
        case DW_TAG_variable:
            add_variable(index, &child, function);
            break;
        case DW_TAG_subprogram:
            walk(index, &child, &child);
            break;
        case DW_TAG_lexical_block:
        case DW_TAG_namespace:
            walk(index, &child, function);
            break;
        default:
            break;
        }
    }
}

static int
by_address(const void *a, const void *b)
{
    const struct hd_debug_static *left = a, *right = b;
    if (left->low != right->low) {
        return left->low > right->low ? 1 : -1;
    }
    return ((const char *)left->variable.addr >
            (const char *)right->variable.addr) -
           ((const char *)left->variable.addr <
            (const char *)right->variable.addr);
}

static void
make_index(struct hd_debug_module *module)
{
    struct index index = {.count = 0};
    Dwarf_CU *cursor = NULL;
    Dwarf_Die unit;
    while (hd_debug_next_unit(module, &cursor, &unit)) {
        walk(&index, &unit, NULL);
    }
    if (index.count > 0) {
        qsort(index.items, index.count, sizeof(*index.items), by_address);
    }
    module->statics = index.items;
    module->static_count = index.count;
    module->statics_known = true;
}

/* ---- asking it ---- */

struct hd_debug_static *
hd_debug_static(uint64_t address, uint64_t *out_offset)
{
    struct hd_debug_module *module = hd_debug_module(address);
    if (module == NULL) {
        return NULL;
    }
    if (!module->statics_known) {
        make_index(module);
    }
    address -= module->base;
    size_t low = 0, high = module->static_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (module->statics[middle].low <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    struct hd_debug_static *found = low > 0 ? &module->statics[low - 1] : NULL;
    if (found == NULL || address - found->low >= found->bytes) {
        return NULL;
    }
    *out_offset = found->offset + address - found->low;
    return found;
}
