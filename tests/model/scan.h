/*
 * Words of a program's text, line by line, and the names that it declares.
 */
#ifndef TESTS_MODEL_SCAN_H
#define TESTS_MODEL_SCAN_H

#include "program.h"

#define MODEL_BREAKS_MAX 8u
#define MODEL_SCAN_ERROR_BYTES 120u

/*
 * at        what is left of the present line; NULL after the last one.
 * next      the lines after it.
 * registers names of the registers of the present section; a list's has the
 *           length of the list, and its items follow.
 * procs     names of procedures, by number.
 */
struct model_scan {
    struct model *model;
    const char *at, *next;
    unsigned indent, line;
    bool failed, tight;
    char error[MODEL_SCAN_ERROR_BYTES];
    char parameter[MODEL_NAME_BYTES];
    char registers[MODEL_REGISTERS_MAX][MODEL_NAME_BYTES];
    unsigned register_count;
    char procs[MODEL_PROCS_MAX][MODEL_NAME_BYTES];
    int16_t breaks[MODEL_BREAKS_MAX];
    unsigned break_count;
};

/* The first mistake is kept. */
void model_scan_fail(struct model_scan *scan, const char *message);

/* The next line that is neither empty nor a comment. */
void model_scan_next_line(struct model_scan *scan);

bool model_scan_ends(struct model_scan *scan);
bool model_scan_looking_at(struct model_scan *scan, const char *text);
bool model_scan_take(struct model_scan *scan, const char *text);
void model_scan_expect(struct model_scan *scan, const char *text);

/* Letters, digits and _; a mistake if there is none. */
void model_scan_word(struct model_scan *scan, char word[MODEL_NAME_BYTES]);

/* By name, declared if it is new. */
int16_t model_scan_cell(struct model_scan *scan, const char *name,
                        bool indexed);
int16_t model_scan_proc(struct model_scan *scan, const char *name);
int8_t model_scan_register(struct model_scan *scan, const char *name);
int8_t model_scan_list(struct model_scan *scan, const char *name);

/* -1 if there is none of that name. */
int8_t model_scan_find_register(const struct model_scan *scan,
                                const char *name);

/* So many registers in a row that have no name. */
int8_t model_scan_hidden(struct model_scan *scan, unsigned count);

void model_scan_forget_registers(struct model_scan *scan);

#endif
