/*
 * Debug information of the running program and its libraries, by libdw: which
 * code is at an address, and in which scopes. Opened when first asked for, and
 * kept. Units are walked one by one, since clang writes no index of them.
 *
 * Only where the build has libdw. One thread at a time. Addresses are those of
 * this process; DWARF's own are smaller by the module's base.
 */
#ifndef HD_REPORT_DEBUG_H
#define HD_REPORT_DEBUG_H

#include <elfutils/libdw.h>
#include <heddle/api.h>

struct hd_debug_static;

/* An executable or a library. dwarf is NULL if it tells nothing. */
struct hd_debug_module {
    Dwarf *dwarf;
    uint64_t base;
    struct hd_debug_static *statics; /* report/statics.h; by address */
    size_t static_count;
    bool statics_known;
};

/* Who is loaded at the address, or NULL. */
struct hd_debug_module *hd_debug_module(uint64_t address);

/* Take each unit of a module: call with *cursor NULL at first. */
bool hd_debug_next_unit(const struct hd_debug_module *module, Dwarf_CU **cursor,
                        Dwarf_Die *out_unit);

/*
 * The scopes around a piece of code, from the function inwards: blocks, and
 * functions that were compiled into it.
 *
 * pc        DWARF's own address of the code.
 */
#define HD_DEBUG_SCOPES_MAX 32u
struct hd_debug_scopes {
    uint64_t pc, base;
    Dwarf_Die items[HD_DEBUG_SCOPES_MAX];
    size_t count;
};

/* False if nothing is known about that code. */
bool hd_debug_scopes(uint64_t address, struct hd_debug_scopes *out_scopes);

/* Of such a scope: is it a function, in which others may lie? */
bool hd_debug_is_function(Dwarf_Die *scope);

/* Each child of a DIE: begin with this, then dwarf_siblingof(). */
bool hd_debug_first_child(Dwarf_Die *parent, Dwarf_Die *out_child);

/* The type of a variable, a member, a pointer's target; false: void. */
bool hd_debug_type(Dwarf_Die *die, Dwarf_Die *out_type);

/* The same without its names (typedef) and qualifiers. */
bool hd_debug_plain_type(Dwarf_Die *die, Dwarf_Die *out_type);

/* Of a type, in bytes; 0 if it is not known. */
uint64_t hd_debug_size(Dwarf_Die *type);

/* A number that is an attribute; false: it has none, or another shape. */
bool hd_debug_number(Dwarf_Die *die, unsigned attribute, uint64_t *out_number);

#endif
