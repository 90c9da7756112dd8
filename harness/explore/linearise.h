/*
 * The order of a run's steps that differs least from the default: fewest
 * deviations, then fewest switches. Nothing is run for it: what a step makes
 * ready, and in which order, is known from the recording, so who is first in
 * line is known for any order of the steps. But for timers of one deadline:
 * they are taken to come as in the run, whoever set his first.
 */
#ifndef HD_EXPLORE_LINEARISE_H
#define HD_EXPLORE_LINEARISE_H

#include "explore/poset.h"

/*
 * One deviation: when the default is the at_number-th step of actor at, take
 * steps. Actors by their dense numbers.
 */
struct hd_detour {
    uint32_t at, at_number, take;
};

/*
 * What came of it.
 *
 * exact   no order that is allowed has fewer; else a good one was taken, since
 *         there are too many.
 * detours count of them, in order; the caller gives them back with free().
 */
struct hd_linear {
    struct hd_detour *detours;
    uint32_t count, switches;
    bool exact;
};

/*
 * Find the order.
 *
 * focus    the step that matters: only what is before it must happen. NONE:
 *          every step must.
 * returns  false if there is none (the recording does not tell enough) or
 *          memory ran out; out_line is untouched.
 */
bool hd_linearise(const struct hd_poset *poset, uint32_t focus,
                  struct hd_linear *out_line);

#endif
