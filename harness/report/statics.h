/*
 * Static variables by their address: those of files and those of functions. An
 * index per module, made when first asked.
 */
#ifndef HD_REPORT_STATICS_H
#define HD_REPORT_STATICS_H

#include "report/debug.h"

/* Some bytes of a variable, or all of it. */
struct hd_debug_static {
    uint64_t low, bytes; /* DWARF's address */
    uint64_t offset;     /* of its first byte in the variable */
    Dwarf_Die variable;
    Dwarf_Die function; /* to which it belongs; addr NULL: none */
};

/* The one at an address of this process, or NULL; offset is that of it. */
struct hd_debug_static *hd_debug_static(uint64_t address, uint64_t *out_offset);

#endif
