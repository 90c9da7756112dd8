/*
 * Members: which part of a variable some of its bytes are, in C's own words:
 * ".accounts[2].balance", "[3].key", ".flags.busy".
 */
#ifndef HD_REPORT_MEMBER_H
#define HD_REPORT_MEMBER_H

#include "report/debug.h"

/*
 * offset    of the first byte, from the beginning of the type.
 * bytes     how many; 0 counts as 1.
 * changed   which of their bits are meant, the lowest of the first byte first:
 *           of several bit-fields in these bytes, those; 0: any.
 * until     name of a struct in which nothing more is asked, or NULL.
 */
struct hd_member_range {
    uint64_t offset, bytes, changed;
    const char *until;
};

/*
 * Append the way to the range to text: nothing, if it is all of the type, or of
 * a union, whose members nobody can tell apart; ".first..last" if it is several
 * members; "[2..3]".
 */
void hd_member_append(Dwarf_Die *type, struct hd_member_range range, char *text,
                      size_t bytes);

#endif
