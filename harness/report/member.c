#include "report/member.h"

#include <dwarf.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define DEPTH_MAX 16u
#define DIMENSIONS_MAX 8u
#define WORD_BITS 64u

/* Where the text ends that is being written. */
struct way {
    char *text;
    size_t bytes;
};

__attribute__((format(printf, 2, 3))) static void
append(const struct way *way, const char *format, ...)
{
    const size_t length = strlen(way->text);
    va_list args;
    va_start(args, format);
    vsnprintf(way->text + length, way->bytes - length, format, args);
    va_end(args);
}

/* ---- members ---- */

/* Of one member, in bits from the beginning of its struct. */
struct extent {
    uint64_t first, bits;
    bool is_field; /* a bit-field */
};

static uint64_t
size_of_member(Dwarf_Die *member)
{
    Dwarf_Die type;
    return hd_debug_type(member, &type) ? hd_debug_size(&type) : 0;
}

/* DWARF 4 may count a bit-field's offset from its word's highest bit. */
static struct extent
extent_of(Dwarf_Die *member)
{
    struct extent extent = {.first = 0};
    uint64_t at, bits;
    if (hd_debug_number(member, DW_AT_data_member_location, &at)) {
        extent.first = at * 8;
    }
    extent.bits = size_of_member(member) * 8;
    if (!hd_debug_number(member, DW_AT_bit_size, &bits)) {
        return extent;
    }
    if (hd_debug_number(member, DW_AT_data_bit_offset, &at)) {
        extent.first = at;
    } else if (hd_debug_number(member, DW_AT_bit_offset, &at)) {
        extent.first += extent.bits - at - bits;
    }
    extent.bits = bits;
    extent.is_field = true;
    return extent;
}

/* Is one of the changed bits in it? All are, where nobody knows. */
static bool
is_changed(struct extent extent, const struct hd_member_range *range)
{
    const uint64_t base = range->offset * 8;
    if (range->changed == 0 || !extent.is_field) {
        return true;
    }
    for (uint64_t bit = 0; bit < WORD_BITS; bit++) {
        if (range->changed >> bit & 1 &&
            base + bit - extent.first < extent.bits) {
            return true;
        }
    }
    return false;
}

static bool
overlaps(struct extent extent, const struct hd_member_range *range)
{
    const uint64_t from = range->offset * 8;
    const uint64_t to = from + range->bytes * 8;
    /* An array without a length has none, and lies at the end. */
    const uint64_t end = extent.bits == 0 ? to : extent.first + extent.bits;
    return extent.first < to && from < end;
}

/* What of a struct is in the range. */
struct members {
    Dwarf_Die first, last;
    struct extent extent; /* of the first */
    size_t count;
    bool some_left; /* there are others */
};

static struct members
members_in(Dwarf_Die *type, const struct hd_member_range *range)
{
    struct members members = {.count = 0};
    Dwarf_Die child;
    bool more = hd_debug_first_child(type, &child);
    for (; more; more = dwarf_siblingof(&child, &child) == 0) {
        if (dwarf_tag(&child) != DW_TAG_member) {
            continue;
        }
        const struct extent extent = extent_of(&child);
        if (!overlaps(extent, range) || !is_changed(extent, range)) {
            members.some_left = true;
            continue;
        }
        if (members.count++ == 0) {
            members.first = child;
            members.extent = extent;
        }
        members.last = child;
    }
    return members;
}

/* Go on in the one member; its name may be missing, but not its type's. */
static bool
enter_member(const struct way *way, Dwarf_Die *type,
             struct hd_member_range *range, struct members *members)
{
    const char *name = dwarf_diename(&members->first);
    const uint64_t at = members->extent.first / 8;
    if (name != NULL) {
        append(way, ".%s", name);
    }
    range->offset = range->offset > at ? range->offset - at : 0;
    return !members->extent.is_field &&
           hd_debug_plain_type(&members->first, type);
}

static bool
enter_struct(const struct way *way, Dwarf_Die *type,
             struct hd_member_range *range)
{
    struct members members = members_in(type, range);
    if (members.count == 1) {
        return enter_member(way, type, range, &members);
    }
    const char *first = members.count > 0 ? dwarf_diename(&members.first) : 0;
    const char *last = members.count > 0 ? dwarf_diename(&members.last) : 0;
    if (members.some_left && first != NULL && last != NULL) {
        append(way, ".%s..%s", first, last);
    }
    return false;
}

/* Of members that lie in one place, none can be told. */
static bool
enter_union(const struct way *way, Dwarf_Die *type,
            struct hd_member_range *range)
{
    struct members members = members_in(type, range);
    return members.count == 1 && enter_member(way, type, range, &members);
}

/* ---- elements ---- */

/* How many elements one dimension has; 0: that is not said. */
static uint64_t
length_of(Dwarf_Die *dimension)
{
    uint64_t number;
    if (hd_debug_number(dimension, DW_AT_count, &number)) {
        return number;
    }
    return hd_debug_number(dimension, DW_AT_upper_bound, &number) ? number + 1
                                                                  : 0;
}

static size_t
read_dimensions(Dwarf_Die *type, uint64_t lengths[DIMENSIONS_MAX])
{
    size_t count = 0;
    Dwarf_Die child;
    bool more = hd_debug_first_child(type, &child);
    for (; more && count < DIMENSIONS_MAX;
         more = dwarf_siblingof(&child, &child) == 0) {
        if (dwarf_tag(&child) == DW_TAG_subrange_type) {
            lengths[count++] = length_of(&child);
        }
    }
    return count;
}

static bool
enter_array(const struct way *way, Dwarf_Die *type,
            struct hd_member_range *range)
{
    uint64_t lengths[DIMENSIONS_MAX];
    const size_t dimensions = read_dimensions(type, lengths);
    Dwarf_Die element;
    if (!hd_debug_plain_type(type, &element)) {
        return false;
    }
    uint64_t stride = hd_debug_size(&element);
    for (size_t i = 1; i < dimensions; i++) {
        stride *= lengths[i];
    }
    for (size_t i = 0; i < dimensions && stride > 0; i++) {
        const uint64_t from = range->offset / stride;
        const uint64_t to = (range->offset + range->bytes - 1) / stride;
        if (from != to) {
            if (from > 0 || to + 1 != lengths[i]) {
                append(way, "[%" PRIu64 "..%" PRIu64 "]", from, to);
            }
            return false;
        }
        append(way, "[%" PRIu64 "]", from);
        range->offset %= stride;
        stride = i + 1 < dimensions && lengths[i + 1] > 0
                     ? stride / lengths[i + 1]
                     : 0;
    }
    *type = element;
    return dimensions > 0;
}

/* ---- the way ---- */

static bool
is_end(Dwarf_Die *type, const struct hd_member_range *range)
{
    const char *name = dwarf_diename(type);
    return range->until != NULL && name != NULL &&
           strcmp(name, range->until) == 0;
}

static bool
enter(const struct way *way, Dwarf_Die *type, struct hd_member_range *range)
{
    switch (dwarf_tag(type)) {
    case DW_TAG_structure_type:
        return !is_end(type, range) && enter_struct(way, type, range);
    case DW_TAG_union_type:
        return enter_union(way, type, range);
    case DW_TAG_array_type:
        return enter_array(way, type, range);
    default:
        return false;
    }
}

void
hd_member_append(Dwarf_Die *type, struct hd_member_range range, char *text,
                 size_t bytes)
{
    const struct way way = {.text = text, .bytes = bytes};
    Dwarf_Die at;
    range.bytes = range.bytes > 0 ? range.bytes : 1;
    if (dwarf_peel_type(type, &at) != 0) {
        return;
    }
    for (unsigned depth = 0; depth < DEPTH_MAX && enter(&way, &at, &range);
         depth++) {
    }
}
