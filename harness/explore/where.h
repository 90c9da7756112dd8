/*
 * Where memory lies, for who tells races: what cannot be found out any more
 * once the execution is over.
 */
#ifndef HD_EXPLORE_WHERE_H
#define HD_EXPLORE_WHERE_H

#include "base/ready.h"
#include "explore/spots.h"
#include "trace/race.h"

/* A new spot, as long as there is what can be asked: where it lies. */
void hd_where_note(struct hd_spot *spot, const struct hd_ready *ready,
                   const struct hd_granule *granule);

/* mask: which bytes of the spot; not 0. */
struct hd_race_memory hd_where_is(const struct hd_spot *spot, uint8_t mask);

/* An access to that memory; its value are all bytes of the granule. */
struct hd_race_access hd_where_access(const struct hd_race_memory *memory,
                                      const struct hd_spot_access *access);

#endif
