/*
 * The stuck: those of whom rings are made, and who is behind them. What makes
 * a task stuck is said in trace/rings.h.
 */
#ifndef HD_TRACE_STUCK_H
#define HD_TRACE_STUCK_H

#include "trace/rings.h"

/*
 * Fill in stuck, follows and edges of rings that have room for each actor.
 * False when out of memory.
 */
bool hd_stuck_find(struct hd_rings *rings, const struct hd_waits *waits,
                   const struct hd_log *log, bool at_rest);

#endif
