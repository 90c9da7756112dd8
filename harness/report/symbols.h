/*
 * Addresses into places: file:line and function, by libbacktrace where the
 * build has it, else module+offset. Looked up only when something is printed,
 * and then kept: the strings live as long as the process. One thread at a
 * time.
 */
#ifndef HD_REPORT_SYMBOLS_H
#define HD_REPORT_SYMBOLS_H

#include <heddle/api.h>

#define HD_SYMBOL_BYTES 320u /* enough for every text of a place */

struct hd_symbol {
    const char *file;     /* the shortest useful path; NULL if unknown */
    const char *path;     /* the same in full, to be opened */
    int line;             /* 0 if unknown */
    const char *function; /* NULL if unknown */
    const char *module;   /* of the executable or library; NULL if unknown */
    uint64_t offset;      /* in it */
};

/*
 * Where a call with this return address was made; for a function's own address
 * use hd_symbol_function().
 */
struct hd_symbol hd_symbol_place(uint64_t return_address);

/* The same in the function into which that one was inlined, if it was. */
struct hd_symbol hd_symbol_outer(uint64_t return_address);

struct hd_symbol hd_symbol_function(uint64_t address);

/*
 * The variable at this address, as text: "left", "forks[2]", "bank+40"; false,
 * and text untouched, if it is not static or not known.
 *
 * unit      size of the object there, to count the elements of an array.
 */
bool hd_symbol_variable(uint64_t address, size_t unit, char *text,
                        size_t bytes);

/* A function's name in a sentence: "deposit", "test transfer". */
const char *hd_symbol_called(const char *function, char *text, size_t bytes);

/* "bank.c:12 in deposit", or "libx.so+0x1a2b". Returns text. */
const char *hd_symbol_words(const struct hd_symbol *symbol, char *text,
                            size_t bytes);
const char *hd_symbol_text(uint64_t return_address, char *text, size_t bytes);

/*
 * A path as compiled in (__FILE__), found again and shortened.
 *
 * file      lies in path or in raw; never NULL.
 */
struct hd_symbol_path {
    char path[8192];
    const char *file;
};
void hd_symbol_file(const char *raw, struct hd_symbol_path *out);

/* What follows the last slash. */
const char *hd_symbol_base(const char *path);

#endif
