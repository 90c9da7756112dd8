/*
 * Pointees: of what type is the memory that a function has allocated? Debug
 * information does not say; but the function has a pointer to it, as a
 * variable, a parameter, a result, or a member of what one of these points to.
 */
#ifndef HD_REPORT_POINTEE_H
#define HD_REPORT_POINTEE_H

#include "report/debug.h"

/* It has elements: 1, or as many as an array of the type. */
struct hd_pointee {
    Dwarf_Die type; /* with its names and qualifiers */
    uint64_t elements;
};

/*
 * False if no type, or more than one, has the block's size or divides it.
 *
 * bytes     the block's; more than 0.
 * call      an address inside of the call that allocated it.
 */
bool hd_pointee_find(uint64_t bytes, uint64_t call,
                     struct hd_pointee *out_pointee);

/* "struct node", "uint64_t", "char *". Returns text. */
const char *hd_pointee_words(Dwarf_Die *type, char *text, size_t bytes);

#endif
