/*
 * Shrinking: what is the least that a schedule has to say?
 */
#ifndef HD_EXPLORE_SHRINK_H
#define HD_EXPLORE_SHRINK_H

#include "explore/attempt.h"

/*
 * A schedule on its way down.
 *
 * best       shows the finding; replaced by what shows it, too, and is less.
 * *_end      when it has cost enough.
 */
struct hd_shrink {
    struct hd_attempt *attempt;
    struct hd_schedule *best;
    uint64_t signature;
    uint64_t attempts_end, records_end, end_ms;
};

/*
 * Make the schedule as small as it can be while the finding still shows: no
 * deviations at all, then a straighter order of the same steps, halves, ddmin.
 * The schedule is replaced. With HD_SHOWS_NOTHING: while it still passes.
 */
void hd_shrink(struct hd_attempt *attempt, struct hd_schedule *schedule,
               uint64_t signature);

/*
 * What is known of a schedule that was shrunk with all that there is.
 *
 * changed  it is not what it was.
 * least    no schedule with fewer deviations shows the finding: all `fewer`
 *          of them were executed.
 */
struct hd_shrunk {
    bool changed, least;
    uint64_t fewer;
};

/*
 * The same, then every schedule with fewer deviations, where these are not too
 * many, then lower ones. outer is the search that this is part of.
 */
struct hd_shrunk hd_shrink_fully(struct hd_attempt *attempt,
                                 const struct hd_shared *outer,
                                 struct hd_schedule *schedule,
                                 uint64_t signature);

/* ---- what it is made of ---- */

bool hd_shrink_may_go_on(const struct hd_shrink *shrink);

/* Does the candidate show the finding? One attempt, which counts. */
bool hd_shrink_shows(struct hd_shrink *shrink,
                     const struct hd_schedule *candidate);

/*
 * Record a schedule: one attempt, whatever it shows. NULL: its run is too long,
 * or there is no memory.
 */
struct hd_recording *hd_shrink_record(struct hd_shrink *shrink,
                                      const struct hd_schedule *schedule);
void hd_shrink_forget(struct hd_recording *recording);

/*
 * In which step of the last attempt the finding shows, from 0; UINT32_MAX: it
 * does not.
 */
uint32_t hd_shrink_focus(const struct hd_shrink *shrink);

/*
 * Fewest deviations, then fewest switches, among the orders of the same steps
 * (straighten.c). True if the best one is another now.
 */
bool hd_straighten(struct hd_shrink *shrink);

/*
 * As many deviations, but lower (lower.c): a value nearer to the default, an
 * actor nearer to the head of the line; and later, so that the run is the plain
 * one for as long as can be.
 */
void hd_lower(struct hd_shrink *shrink);

/*
 * Execute schedules with fewer deviations, fewest first (fewer.c): all, or
 * those in which only a few actors overtake others. One that shows the finding
 * is the best one now.
 */
void hd_few_actors(struct hd_shrink *shrink, const struct hd_shared *outer);
struct hd_shrunk hd_fewer(struct hd_shrink *shrink,
                          const struct hd_shared *outer);

#endif
