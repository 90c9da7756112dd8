/*
 * Cells: what tables have in common. A cell is text that goes on in the next
 * line, with a place at its right edge.
 */
#ifndef HD_REPORT_CELL_H
#define HD_REPORT_CELL_H

#include "report/paint.h"
#include "report/rows.h"

#define HD_CELL_PLACE_BYTES 96u

/* What is left to print of one. */
struct hd_cell {
    const char *text;
    char place[HD_CELL_PLACE_BYTES];
    bool is_done;
};

/* width: in columns. is_last: nothing follows on the line, so no padding. */
struct hd_cell_style {
    FILE *out;
    bool color, is_last;
    enum hd_paint paint;
    int width;
};

/* Print its next line; nothing but padding once it is done. */
void hd_cell_print(struct hd_cell *cell, const struct hd_cell_style *style);

/* The one file of all places, or NULL if there are several. */
const char *hd_cell_file(const struct hd_rows *rows);

/*
 * Where a row is: ":12" if file holds all places, "bank.c:12" if it is NULL;
 * ":30>:12" where line 30 of the task's own function led to line 12.
 * Written to text, which holds HD_CELL_PLACE_BYTES; returns it.
 */
const char *hd_cell_place(const struct hd_row *row, const char *file,
                          char *text);

/* How a row is painted. */
enum hd_paint hd_cell_paint(const struct hd_row *row);

/* A label, then a text in as many lines of 80 columns as it needs. */
void hd_cell_wrap(const char *label, const char *text,
                  const struct hd_story *story, enum hd_paint paint, FILE *out);

#endif
