/*
 * Memory that is zero but for a few places, in few bytes: pieces, each with
 * where it begins and how long it is.
 */
#ifndef HD_EXPLORE_PACKED_H
#define HD_EXPLORE_PACKED_H

#include <stdbool.h>
#include <stddef.h>

/* malloc'ed; NULL when out of memory. */
void *hd_packed_write(const void *memory, size_t count, size_t *out_count);

/* Into memory that is zero. False: the pieces make no sense there. */
bool hd_packed_read(void *memory, size_t count, const void *packed,
                    size_t packed_count);

#endif
