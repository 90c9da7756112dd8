/*
 * HD_SOMETIMES: which sites there are, and what the executions of the present
 * exploration have seen of them. Workers count in memory that they share.
 */
#ifndef HD_EXPLORE_SOMETIMES_H
#define HD_EXPLORE_SOMETIMES_H

#include <heddle/test.h>

/* An exploration begins: nothing was reached. False when out of memory. */
bool hd_sometimes_begin(void);

/* It has ended: what was reached in it was reached for good. */
void hd_sometimes_end(void);

/* What this process executes from now on does not count. */
void hd_sometimes_mute(void);

/*
 * What this exploration has seen of each site, a line each: reached, met (0 or
 * 1), line, file and expression. NULL: there are none, or no memory. The text
 * is malloc'ed.
 */
char *hd_sometimes_write(void);

/* Add what such a text says of sites that are here, too. */
void hd_sometimes_read(const char *text);

/*
 * The next site by file and line, or the first (last is NULL), that was reached
 * in this exploration and never true; or, unreached, that no exploration has
 * reached. NULL: no more.
 */
const struct hd_sometimes *hd_sometimes_unmet(const struct hd_sometimes *last);
const struct hd_sometimes *hd_sometimes_unreached(
    const struct hd_sometimes *last);

#endif
