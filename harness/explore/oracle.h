/*
 * The serial oracle: what the program comes to when main's tasks run one after
 * the other. A result that no such order gives has come about by interleaving.
 */
#ifndef HD_EXPLORE_ORACLE_H
#define HD_EXPLORE_ORACLE_H

#include "explore/attempt.h"

/*
 * Execute the serial orders, all of up to four tasks and a sample above.
 *
 * serials  what memory ends as, too, where it is tracked; zeroed, or NULL.
 * pilot    its last attempt was the fifo run of the test; is left as it is.
 *
 * An order that fails does not count. Nothing is asked, and out is empty, if
 * the fifo run failed, or declared no result and tracked no memory, if main has
 * less than two tasks, or if it matters there which of two times comes first:
 * time is then part of the program, and one after the other makes another
 * program of it.
 */
void hd_oracle_ask(struct hd_oracle *out, struct hd_serials *serials,
                   const struct hd_attempt *pilot);

/*
 * An execution has ended in good order: note in its log if its results are not
 * what they should be (HD_LOG_DIFFERENT).
 */
void hd_results_compare(struct hd_shared *shared);
bool hd_results_equal(const struct hd_results *a, const struct hd_results *b);

#endif
