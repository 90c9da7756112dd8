/*
 * Variables: what a piece of memory is called, by the program's debug
 * information. Looked up only when something is printed: whether there is debug
 * information may change words, and nothing else.
 *
 * Without libdw, or for what was compiled without -g, only static variables
 * have names: those of the symbol table.
 */
#ifndef HD_REPORT_VARIABLES_H
#define HD_REPORT_VARIABLES_H

#include "trace/frame.h"

/*
 * Some bytes of memory.
 *
 * bytes     how many; 0: not known.
 * changed   which of their bits are meant, the lowest of the first byte first;
 *           0: all. Tells bit-fields apart.
 * object    the struct that lies there ("hd_lock"), whose own members are
 *           nobody's business, or NULL.
 */
struct hd_piece {
    uint64_t address, bytes, changed;
    const char *object;
};

/*
 * What it is called.
 *
 * name     "bank.accounts[2].balance"; of a block, what in it: "next",
 *          "[3].key", or "" if it is all of it.
 * within   the function that it belongs to, "" if to none; of a block, what
 *          was allocated: "struct node", "struct entry[4]".
 */
#define HD_VARIABLE_BYTES 160u
struct hd_variable {
    char name[HD_VARIABLE_BYTES];
    char within[HD_VARIABLE_BYTES];
};

/* All return false, and leave out_variable alone, where they know nothing. */

/* A static variable, of a file or a function. */
bool hd_variable_static(const struct hd_piece *piece,
                        struct hd_variable *out_variable);

/* A local one, which lies in this frame. */
bool hd_variable_local(const struct hd_piece *piece,
                       const struct hd_frame *frame,
                       struct hd_variable *out_variable);

/*
 * A piece of a block that was allocated by a call with this return address. Its
 * type is what the pointers point to that the function around the call has: if
 * only one type has the block's size, or divides it.
 *
 * piece     its address is the offset in the block.
 */
bool hd_variable_heap(const struct hd_piece *piece, uint64_t block_bytes,
                      uint64_t place, struct hd_variable *out_variable);

#endif
