/*
 * Whose turn is it? The arms of a plan's stage take turns by steps.
 *
 * Each arm has a time of its own that runs with its steps, the slower the
 * larger its share; the arm whose time is least is next. A sampler that sees
 * more new traces per step gets a larger share. Real time plays no
 * part, so the same search makes the same executions in the same order. All
 * that is remembered stands in struct hd_shared and the strategies' states:
 * whoever comes after a worker that died goes on where it was.
 */
#ifndef HD_EXPLORE_PORTFOLIO_H
#define HD_EXPLORE_PORTFOLIO_H

#include "explore/plan.h"

/*
 * Begin the next run: shared->arm and shared->run say which it is, and its
 * strategy is ready for it. NULL: the search is over.
 */
const struct hd_arm *hd_portfolio_begin(const struct hd_plan *plan,
                                        struct hd_shared *shared);

/*
 * The run that was begun has ended after so many steps, and its strategy knows,
 * unless the worker has died of it: it is counted.
 *
 * novelty  what its trace was.
 */
void hd_portfolio_end(const struct hd_plan *plan, struct hd_shared *shared,
                      uint64_t steps, enum hd_novelty novelty);

#endif
