/*
 * Writable globals of the program under test: compared after the first
 * execution and, if it changed any, restored before each further one.
 *
 * Heddle's own, the sanitizers' and the C library's are left alone. With a
 * symbol table they are told apart by name and what changed can be named;
 * without one the executable's data is taken as a whole.
 */
#ifndef HD_EXPLORE_GLOBALS_H
#define HD_EXPLORE_GLOBALS_H

#include <heddle/api.h>

/* Remember how they are now. False when out of memory. */
bool hd_globals_save(void);

/* Have they changed since? The name of the first that has, or NULL. */
const char *hd_globals_changed(void);

/* Make them as they were. */
void hd_globals_restore(void);

#endif
