#include "report/variables.h"

#include "report/symbols.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#ifdef HD_HAS_DW

#include "report/location.h"
#include "report/member.h"
#include "report/pointee.h"
#include "report/statics.h"
#include <dwarf.h>

/* ---- words ---- */

static struct hd_member_range
range_of(const struct hd_piece *piece, uint64_t offset)
{
    return (struct hd_member_range){.offset = offset,
                                    .bytes = piece->bytes,
                                    .changed = piece->changed,
                                    .until = piece->object};
}

/* The name of a variable with the way to a part; false if it has no name. */
static bool
name_part(Dwarf_Die *variable, struct hd_member_range range,
          struct hd_variable *out_variable)
{
    const char *name = dwarf_diename(variable);
    Dwarf_Die type;
    if (name == NULL || !hd_debug_type(variable, &type)) {
        return false;
    }
    *out_variable = (struct hd_variable){.within = ""};
    snprintf(out_variable->name, sizeof(out_variable->name), "%s", name);
    hd_member_append(&type, range, out_variable->name,
                     sizeof(out_variable->name));
    return true;
}

static void
set_function(struct hd_variable *variable, Dwarf_Die *function)
{
    const char *name = dwarf_diename(function);
    if (name != NULL) {
        snprintf(variable->within, sizeof(variable->within), "%s", name);
    }
}

/* ---- static ---- */

static bool
find_static(const struct hd_piece *piece, struct hd_variable *out_variable)
{
    uint64_t offset;
    struct hd_debug_static *found = hd_debug_static(piece->address, &offset);
    if (found == NULL ||
        !name_part(&found->variable, range_of(piece, offset), out_variable)) {
        return false;
    }
    if (found->function.addr != NULL) {
        set_function(out_variable, &found->function);
    }
    return true;
}

/* ---- local ---- */

/* Does the variable hold the address? Then offset is where in it. */
static bool
holds(const struct hd_location *location, uint64_t bytes, uint64_t address,
      uint64_t *out_offset)
{
    for (size_t i = 0; i < location->count; i++) {
        const struct hd_location_piece *piece = &location->pieces[i];
        const uint64_t size = piece->bytes != 0 ? piece->bytes : bytes;
        if (address - piece->low < size) {
            *out_offset = piece->offset + address - piece->low;
            return true;
        }
    }
    return false;
}

typedef void locate_fn(Dwarf_Die *variable, Dwarf_Die *function, uint64_t pc,
                       const struct hd_frame *frame,
                       struct hd_location *out_location);

struct local {
    const struct hd_piece *piece;
    const struct hd_frame *frame;
    struct hd_debug_scopes scopes;
    locate_fn *locate;
};

static bool
find_in_scope(struct local *local, Dwarf_Die *scope,
              struct hd_variable *out_variable)
{
    Dwarf_Die *function = &local->scopes.items[0];
    Dwarf_Die child, type;
    bool more = hd_debug_first_child(scope, &child);
    for (; more; more = dwarf_siblingof(&child, &child) == 0) {
        const int tag = dwarf_tag(&child);
        struct hd_location location;
        uint64_t offset;
        if (tag != DW_TAG_variable && tag != DW_TAG_formal_parameter) {
            continue;
        }
        local->locate(&child, function, local->scopes.pc, local->frame,
                      &location);
        if (location.count > 0 && hd_debug_type(&child, &type) &&
            holds(&location, hd_debug_size(&type), local->piece->address,
                  &offset) &&
            name_part(&child, range_of(local->piece, offset), out_variable)) {
            return true;
        }
    }
    return false;
}

/* From the innermost scope outwards. */
static bool
find_local(struct local *local, locate_fn *locate,
           struct hd_variable *out_variable)
{
    Dwarf_Die *scopes = local->scopes.items;
    size_t i = local->scopes.count;
    local->locate = locate;
    while (i > 0 && !find_in_scope(local, &scopes[i - 1], out_variable)) {
        i--;
    }
    if (i == 0) {
        return false;
    }
    while (!hd_debug_is_function(&scopes[--i])) {
    }
    set_function(out_variable, &scopes[i]);
    return true;
}

bool
hd_variable_local(const struct hd_piece *piece, const struct hd_frame *frame,
                  struct hd_variable *out_variable)
{
    struct local local = {.piece = piece, .frame = frame};
    return frame->place != 0 &&
           hd_debug_scopes(frame->place - 1, &local.scopes) &&
           (find_local(&local, hd_location_local, out_variable) ||
            find_local(&local, hd_location_ever, out_variable));
}

/* ---- allocated ---- */

bool
hd_variable_heap(const struct hd_piece *piece, uint64_t block_bytes,
                 uint64_t place, struct hd_variable *out_variable)
{
    struct hd_pointee pointee;
    char *name = out_variable->name;
    char *within = out_variable->within;
    uint64_t offset = piece->address;
    if (place == 0 || block_bytes == 0 || offset >= block_bytes ||
        !hd_pointee_find(block_bytes, place - 1, &pointee)) {
        return false;
    }
    const uint64_t size = block_bytes / pointee.elements;
    *out_variable = (struct hd_variable){.name = ""};
    hd_pointee_words(&pointee.type, within, sizeof(out_variable->within));
    if (pointee.elements > 1) {
        const size_t length = strlen(within);
        snprintf(within + length, sizeof(out_variable->within) - length,
                 "[%" PRIu64 "]", pointee.elements);
        snprintf(name, sizeof(out_variable->name), "[%" PRIu64 "]",
                 offset / size);
    }
    hd_member_append(&pointee.type, range_of(piece, offset % size), name,
                     sizeof(out_variable->name));
    if (name[0] == '.') {
        memmove(name, name + 1, strlen(name));
    }
    return true;
}

#else

static bool
find_static(const struct hd_piece *piece, struct hd_variable *out_variable)
{
    (void)piece;
    (void)out_variable;
    return false;
}

bool
hd_variable_local(const struct hd_piece *piece, const struct hd_frame *frame,
                  struct hd_variable *out_variable)
{
    (void)piece;
    (void)frame;
    (void)out_variable;
    return false;
}

bool
hd_variable_heap(const struct hd_piece *piece, uint64_t block_bytes,
                 uint64_t place, struct hd_variable *out_variable)
{
    (void)piece;
    (void)block_bytes;
    (void)place;
    (void)out_variable;
    return false;
}

#endif

bool
hd_variable_static(const struct hd_piece *piece,
                   struct hd_variable *out_variable)
{
    char name[HD_VARIABLE_BYTES];
    if (find_static(piece, out_variable)) {
        return true;
    }
    if (!hd_symbol_variable(piece->address, piece->bytes, name, sizeof(name))) {
        return false;
    }
    *out_variable = (struct hd_variable){.within = ""};
    snprintf(out_variable->name, sizeof(out_variable->name), "%s", name);
    return true;
}
