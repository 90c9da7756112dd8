/*
 * What the parts of a search come to, together: the jobs of one process, or
 * shards whose results are merged.
 */
#ifndef HD_EXPLORE_TALLY_H
#define HD_EXPLORE_TALLY_H

#include "explore/explore.h"

/* Every stage of its plan is over. */
bool hd_part_is_over(const struct hd_part *part);

/*
 * Sum them up: whatever the verdict says of executions and what they cover.
 * The plans are alike. is_whole: there are no parts but these.
 */
void hd_tally(struct hd_verdict *verdict, const struct hd_settings *settings,
              const struct hd_part *parts, uint32_t count, bool is_whole);

#endif
