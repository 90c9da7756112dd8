/*
 * Locations: where debug information says that a variable lies in memory. What
 * lies in a register, or nowhere, has no location.
 */
#ifndef HD_REPORT_LOCATION_H
#define HD_REPORT_LOCATION_H

#include "report/debug.h"
#include "trace/frame.h"

/* A compiler may have cut a variable into pieces. bytes 0: all of it. */
#define HD_LOCATION_PIECES 16u
struct hd_location_piece {
    uint64_t low;    /* DWARF's address of a static one, else of this process */
    uint64_t offset; /* in the variable */
    uint64_t bytes;
};
struct hd_location {
    struct hd_location_piece pieces[HD_LOCATION_PIECES];
    size_t count;
};

/* Where a static variable lies; count 0 if it is none. */
void hd_location_static(Dwarf_Die *variable, struct hd_location *out_location);

/*
 * Where a local one lies.
 *
 * function  that it belongs to, which is not one that was compiled into others.
 * pc        DWARF's address of the frame's code.
 */
void hd_location_local(Dwarf_Die *variable, Dwarf_Die *function, uint64_t pc,
                       const struct hd_frame *frame,
                       struct hd_location *out_location);

/*
 * Where it lies anywhere in the function. Compilers lose sight of a variable
 * whose address they have given away, though it stays where it is.
 */
void hd_location_ever(Dwarf_Die *variable, Dwarf_Die *function, uint64_t pc,
                      const struct hd_frame *frame,
                      struct hd_location *out_location);

#endif
