/*
 * Source lines: quoted where the file can be read.
 */
#ifndef HD_REPORT_SOURCE_H
#define HD_REPORT_SOURCE_H

#include "report/report.h"

#define HD_SOURCE_LINE_BYTES 200u

/*
 * Line `line` of a source file, without its indentation.
 *
 * path      in full; may be NULL.
 * returns   somewhere in text, or NULL if it cannot be read.
 */
const char *hd_source_line(const char *path, int line, char *text,
                           size_t bytes);

/* Print lines around one, the one marked; nothing if it cannot be read. */
void hd_source_quote(const char *path, int line, const struct hd_story *story,
                     FILE *out);

#endif
