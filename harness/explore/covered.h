/*
 * What a search has covered, as bytes that mean the same in every process; and
 * what several have covered together.
 */
#ifndef HD_EXPLORE_COVERED_H
#define HD_EXPLORE_COVERED_H

#include "explore/coverage.h"
#include <stddef.h>

/*
 * The bytes, malloc'ed; the same for the same coverage, in whatever order it
 * came about. NULL when out of memory.
 */
void *hd_covered_write(const struct hd_coverage *coverage, size_t *out_count);

/* Add what bytes say. False: they make no sense. */
bool hd_covered_read(struct hd_coverage *coverage, const void *bytes,
                     size_t count);

/* Add what another search has covered. */
void hd_covered_add(struct hd_coverage *coverage,
                    const struct hd_coverage *other);

#endif
