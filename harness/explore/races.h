/*
 * The observer that sees races: what steps do to plain memory, against what
 * happens before what. It stands beside the strategy in each execution in which
 * memory is tracked, and notes what it sees in the log (HD_LOG_RACE).
 */
#ifndef HD_EXPLORE_RACES_H
#define HD_EXPLORE_RACES_H

#include "explore/before.h"
#include "explore/harm.h"
#include "explore/spots.h"
#include "trace/race.h"

/* Of one execution so many are noted, each place once. */
#define HD_RACES_MAX 32u

/*
 * Of one process; zeroed. Not to be moved while an execution runs.
 *
 * tracked  granules that the execution has touched so far.
 */
struct hd_races {
    struct hd_observer observer;
    struct hd_before before;
    struct hd_spots spots;
    const struct hd_granule *granules; /* of the step that has ended */
    uint32_t granule_count;
    uint64_t tracked;
    uint64_t noted[HD_RACES_MAX]; /* what was noted in this execution */
    uint32_t noted_count, suspect_count;
    struct hd_race suspects[HD_RACES_MAX]; /* if harm comes of them */
    const struct hd_serials *serials;
    struct hd_freed *freed; /* by number of the block, from 1 */
    uint32_t freed_room;
};

void hd_races_finish(struct hd_races *races);

/*
 * An execution begins. Returns whom to install as its observer.
 *
 * serials  what serial orders end with; NULL: nothing is known. Borrowed.
 */
struct hd_observer *hd_races_begin(struct hd_races *races,
                                   const struct hd_serials *serials);

/* It has ended: note in its log which races it has come to harm by. */
void hd_races_end(struct hd_races *races, enum hd_outcome outcome,
                  struct hd_log *log);

#endif
