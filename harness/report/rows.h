/*
 * Rows: what the table of a report says, line by line, before anybody decides
 * how wide it is.
 */
#ifndef HD_REPORT_ROWS_H
#define HD_REPORT_ROWS_H

#include "report/scene.h"

#define HD_ROW_BYTES 288u

enum hd_row_style {
    HD_ROW_ITEM,   /* something that an actor does */
    HD_ROW_NOTE,   /* something that concerns all */
    HD_ROW_SWITCH, /* the schedule chose who steps next */
    HD_ROW_FOLD,   /* what is not told */
};

struct hd_row {
    uint64_t number; /* of the step that it begins, or 0 */
    uint64_t place;  /* 0 if nowhere */
    uint64_t via;    /* where its task called what called it, or 0 */
    uint32_t actor;
    int line; /* where there is no address; 0 if unknown */
    uint8_t style;
    bool is_fatal;   /* the finding shows here */
    bool is_cause;   /* it began here */
    bool is_chosen;  /* the schedule chose it */
    bool is_parting; /* from here on a run that passes goes another way */
    char text[HD_ROW_BYTES];
};

struct hd_rows {
    struct hd_row *items;
    size_t count, capacity;
};

/*
 * Steps `first` to `last` alone, each of them, whoever takes them; where they
 * part from another run nothing is said. False when out of memory.
 */
bool hd_rows_range(struct hd_rows *rows, const struct hd_scene *scene,
                   size_t first, size_t last);

/* False when out of memory; finish() gives back what init took. */
bool hd_rows_init(struct hd_rows *rows, const struct hd_scene *scene);
void hd_rows_finish(struct hd_rows *rows);

#endif
