/*
 * Harm: something ends as it does in no serial order of the tasks. Many orders
 * of accesses are wrong in one program and meant in another (flags, progress,
 * polling): they are told only if harm comes of them.
 */
#ifndef HD_EXPLORE_HARM_H
#define HD_EXPLORE_HARM_H

#include "explore/before.h"
#include "explore/finals.h"
#include "explore/spots.h"
#include "trace/race.h"

/* What memory is now, at the end of an execution. */
void hd_harm_finals(const struct hd_spots *spots, struct hd_finals *out_finals);

/*
 * A piece of memory that ends as it should not, the one that was touched first.
 *
 * half     of the spot; mask: which of its bytes, in the spot.
 * serial   what it should be.
 */
struct hd_harm {
    const struct hd_spot *spot;
    const struct hd_serial_final *serial;
    struct hd_final final;
    uint8_t mask;
};

/* False: there is none. serials may be NULL, where nothing is known. */
bool hd_harm_find(const struct hd_spots *spots,
                  const struct hd_serials *serials, struct hd_harm *out_harm);

/* Note in a race what has come of it. */
void hd_harm_tell(const struct hd_harm *harm, struct hd_race *race);

/* The race that led to it, as far as the history tells. False: none is seen. */
bool hd_harm_explain(const struct hd_spots *spots, struct hd_before *before,
                     const struct hd_harm *harm, enum hd_race_kind *out_kind,
                     struct hd_race *out_race);

#endif
