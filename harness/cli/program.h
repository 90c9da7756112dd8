/*
 * What file a program is: found, and known by the note that heddle-test leaves
 * in whatever is linked with it.
 */
#ifndef HD_CLI_PROGRAM_H
#define HD_CLI_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The path to execute for a name as given on a command line: what has no slash
 * is looked for here, then in PATH. Returns malloc'ed text; NULL: there is no
 * such file.
 */
char *hd_program_find(const char *name);

/* Is it a Heddle test program? False: why says what it is instead. */
bool hd_program_check(const char *path, char *why, size_t bytes);

#endif
