/*
 * Colours, where the reader's terminal has them. Nothing in a report is said
 * by colour alone.
 */
#ifndef HD_REPORT_PAINT_H
#define HD_REPORT_PAINT_H

#include <heddle/api.h>
#include <stdio.h>

enum hd_paint {
    HD_PAINT_NONE,
    HD_PAINT_TITLE,  /* bold */
    HD_PAINT_FATAL,  /* bold red */
    HD_PAINT_CHOSEN, /* yellow */
    HD_PAINT_FAINT,
};

/* Start and end a colour; nothing happens if `color` is false. */
static inline void
hd_paint_begin(FILE *out, bool color, enum hd_paint paint)
{
    static const char *const codes[] = {
        [HD_PAINT_NONE] = "",
        [HD_PAINT_TITLE] = "\033[1m",
        [HD_PAINT_FATAL] = "\033[1;31m",
        [HD_PAINT_CHOSEN] = "\033[33m",
        [HD_PAINT_FAINT] = "\033[2m",
    };
    if (color) {
        fputs(codes[paint], out);
    }
}

static inline void
hd_paint_end(FILE *out, bool color, enum hd_paint paint)
{
    if (color && paint != HD_PAINT_NONE) {
        fputs("\033[0m", out);
    }
}

#endif
