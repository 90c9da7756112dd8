/*
 * What the traps share: a body run under every schedule of every setting.
 *
 * A trap is a small program around one primitive. It says what holds whatever
 * the schedule (HOLDS), and notes when the rare case that it is about has come
 * (trap_meet), so that a trap which never gets there fails, too. Victims,
 * delays and the like are hd_choose()n, so that they are explored as well.
 */
#ifndef TESTS_TRAPS_TRAP_H
#define TESTS_TRAPS_TRAP_H

#include "sim.h"
#include "task/task.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/*
 * body      the main task; it sets up its own state. It must return HD_OK, or
 *           the execution fails; so does a deadlock, and any misuse.
 * jumps     > 0: also where the clock may jump so often.
 * too_large the schedules under order any cannot be listed: sample them.
 */
struct trap {
    hd_fn *body;
    uint32_t jumps;
    bool too_large;
};

/*
 * Run it under orders any and loop, points suspend and await, and the clocks:
 * each by dfs to the end, or, where that is too much, by 4 000 random schedules
 * after the first 30 000 of dfs. Where points are suspensions and time is exact
 * dfs must come to its end, unless it is said to be too large.
 */
void trap_explore(const struct trap *trap);

/* The same for a trap of one body. */
void trap_body(hd_fn *body);
void trap_timed(hd_fn *body);
void trap_large(hd_fn *body);

/* What must be true. The first failure ends the exploration. */
#define HOLDS(expr) trap_holds((expr), #expr, __FILE__, __LINE__)
bool trap_holds(bool holds, const char *what, const char *file, int line);

/* The case has come. */
void trap_meet(void);

/* True where calls that do not suspend are not switched, and time is exact. */
bool trap_is_exact(void);

/* Let up to n - 1 turns go by; which is chosen. HD_E_CANCELLED passes. */
int trap_dawdle(uint64_t n);

/* Who has come, and who was served, as they did. */
struct trap_line {
    uintptr_t arrivals[8], served[8];
    size_t arrived, served_count;
};

/* Who was served was so in order of arrival; some may be missing. */
void trap_line_check(const struct trap_line *line);

/* How many of the loop's tasks are not done, the caller included. */
size_t trap_tasks(void);

/* How many errors nobody looked at so far in this execution. */
size_t trap_unretrieved(void);

/* A small number as an argument. */
#define NUMBER(n) ((void *)(uintptr_t)(n))

#endif
