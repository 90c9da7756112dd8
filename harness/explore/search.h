/*
 * The supervisor's search: workers explore until they find something or die,
 * what they found is judged, and they go on.
 */
#ifndef HD_EXPLORE_SEARCH_H
#define HD_EXPLORE_SEARCH_H

#include "explore/discover.h"

/*
 * Search until everything is searched, enough is found or the time is over
 * (deadline_ms of the monotonic clock, 0: none); the verdict's kinds, and why
 * it ended, are noted.
 *
 * returns   false if the search that is to be resumed is another program's.
 */
bool hd_search(struct hd_explorer *explorer, uint64_t deadline_ms);

#endif
