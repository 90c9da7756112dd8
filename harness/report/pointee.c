/*
 * The function nearest to the call that has any such pointer decides; farther
 * ones are those into which it was compiled. In it, a variable that is declared
 * in the line of the call is meant (`struct node *node = malloc(...)`); else
 * the one type that has the block's size; else the one that divides it. Two
 * that do are no answer, nor are bytes: a wrong name is worse than none.
 */
#include "report/pointee.h"

#include <dwarf.h>
#include <stdio.h>
#include <string.h>

/* ---- candidates ---- */

struct choice {
    Dwarf_Die type, plain;
    size_t count; /* of different ones */
};

struct search {
    uint64_t bytes;
    uint64_t line;  /* of the call; 0: unknown */
    bool any;       /* there are pointers */
    bool has_bytes; /* to char: it may be anything */
    struct choice in_line, exact, dividing;
};

static bool
is_same_type(Dwarf_Die *a, Dwarf_Die *b)
{
    const char *left = dwarf_diename(a), *right = dwarf_diename(b);
    return a->addr == b->addr ||
           (left != NULL && right != NULL && strcmp(left, right) == 0 &&
            dwarf_tag(a) == dwarf_tag(b));
}

static void
choose(struct choice *choice, Dwarf_Die *type, Dwarf_Die *plain)
{
    if (choice->count > 0 && is_same_type(&choice->plain, plain)) {
        return;
    }
    choice->type = *type;
    choice->plain = *plain;
    choice->count++;
}

static void
consider(struct search *search, Dwarf_Die *type, bool is_in_line)
{
    Dwarf_Die plain;
    if (dwarf_peel_type(type, &plain) != 0) {
        return;
    }
    const uint64_t size = hd_debug_size(&plain);
    search->any = true;
    if (size == 0 || search->bytes % size != 0) {
        return;
    }
    search->has_bytes |= size == 1;
    if (is_in_line) {
        choose(&search->in_line, type, &plain);
    }
    choose(size == search->bytes ? &search->exact : &search->dividing, type,
           &plain);
}

/* What a pointer of this type points to; false: it is none, or to void. */
static bool
target_of_type(Dwarf_Die *type, Dwarf_Die *out_target)
{
    Dwarf_Die pointer;
    return dwarf_peel_type(type, &pointer) == 0 &&
           dwarf_tag(&pointer) == DW_TAG_pointer_type &&
           hd_debug_type(&pointer, out_target);
}

/* The same of a variable, a member, the result of a function. */
static bool
target_of(Dwarf_Die *thing, Dwarf_Die *out_target)
{
    Dwarf_Die type;
    return hd_debug_type(thing, &type) && target_of_type(&type, out_target);
}

static void
consider_members(struct search *search, Dwarf_Die *type)
{
    Dwarf_Die plain, child, target;
    if (dwarf_peel_type(type, &plain) != 0 ||
        dwarf_tag(&plain) != DW_TAG_structure_type ||
        !hd_debug_first_child(&plain, &child)) {
        return;
    }
    do {
        if (dwarf_tag(&child) == DW_TAG_member && target_of(&child, &target)) {
            consider(search, &target, false);
        }
    } while (dwarf_siblingof(&child, &child) == 0);
}

/* A pointer, what it points to, and what that points to. */
static void
consider_thing(struct search *search, Dwarf_Die *thing)
{
    Dwarf_Die target, further;
    uint64_t line;
    const bool is_in_line = search->line != 0 &&
                            hd_debug_number(thing, DW_AT_decl_line, &line) &&
                            line == search->line;
    if (!target_of(thing, &target)) {
        if (hd_debug_type(thing, &target)) {
            consider_members(search, &target); /* a struct of pointers */
        }
        return;
    }
    if (dwarf_tag(thing) != DW_TAG_formal_parameter) {
        consider(search, &target, is_in_line); /* they had it before */
    }
    consider_members(search, &target);
    if (target_of_type(&target, &further)) {
        consider(search, &further, false);
    }
}

static void
consider_scope(struct search *search, Dwarf_Die *scope)
{
    Dwarf_Die child;
    bool more = hd_debug_first_child(scope, &child);
    for (; more; more = dwarf_siblingof(&child, &child) == 0) {
        const int tag = dwarf_tag(&child);
        if (tag == DW_TAG_variable || tag == DW_TAG_formal_parameter) {
            consider_thing(search, &child);
        }
    }
}

/* ---- deciding ---- */

static uint64_t
line_of(const struct hd_debug_scopes *scopes)
{
    Dwarf_Die scope = scopes->items[0], unit;
    int line = 0;
    if (dwarf_diecu(&scope, &unit, NULL, NULL) == NULL) {
        return 0;
    }
    Dwarf_Line *found = dwarf_getsrc_die(&unit, scopes->pc);
    return found != NULL && dwarf_lineno(found, &line) == 0 && line > 0
               ? (uint64_t)line
               : 0;
}

static bool
decide(struct search *search, struct hd_pointee *out_pointee)
{
    struct choice *choice = &search->dividing;
    if (search->in_line.count > 0) {
        choice = &search->in_line;
    } else if (search->exact.count > 0) {
        choice = &search->exact;
    }
    if (choice->count != 1 ||
        (search->has_bytes && choice == &search->dividing)) {
        return false;
    }
    out_pointee->type = choice->type;
    out_pointee->elements = search->bytes / hd_debug_size(&choice->plain);
    return true;
}

bool
hd_pointee_find(uint64_t bytes, uint64_t call, struct hd_pointee *out_pointee)
{
    struct hd_debug_scopes scopes;
    if (!hd_debug_scopes(call, &scopes)) {
        return false;
    }
    struct search search = {.bytes = bytes, .line = line_of(&scopes)};
    for (size_t i = scopes.count; i-- > 0;) {
        Dwarf_Die *scope = &scopes.items[i];
        consider_scope(&search, scope);
        if (!hd_debug_is_function(scope)) {
            continue;
        }
        consider_thing(&search, scope); /* its result */
        if (search.any) {
            return decide(&search, out_pointee);
        }
    }
    return false;
}

/* ---- words ---- */

const char *
hd_pointee_words(Dwarf_Die *type, char *text, size_t bytes)
{
    Dwarf_Die at = *type;
    size_t stars = 0;
    bool is_void = false;
    text[0] = '\0';
    for (int tag = dwarf_tag(&at);
         tag == DW_TAG_pointer_type || tag == DW_TAG_const_type ||
         tag == DW_TAG_volatile_type || tag == DW_TAG_restrict_type ||
         tag == DW_TAG_atomic_type;
         tag = dwarf_tag(&at)) {
        stars += tag == DW_TAG_pointer_type;
        if (!hd_debug_type(&at, &at)) {
            is_void = true;
            break;
        }
    }
    const int tag = is_void ? 0 : dwarf_tag(&at);
    const char *name = is_void ? "void" : dwarf_diename(&at);
    const char *kind = tag == DW_TAG_structure_type     ? "struct "
                       : tag == DW_TAG_union_type       ? "union "
                       : tag == DW_TAG_enumeration_type ? "enum "
                                                        : "";
    snprintf(text, bytes, "%s%s%s", kind, name != NULL ? name : "without name",
             stars > 0 ? " " : "");
    while (stars-- > 0 && strlen(text) + 1 < bytes) {
        memcpy(text + strlen(text), "*", 2);
    }
    return text;
}
