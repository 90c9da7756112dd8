/*
 * The order that a finding takes: "A before B" instead of "there, B in place of
 * A". It says less than a schedule and so survives more changes of the program.
 */
#ifndef HD_EXPLORE_ORDER_H
#define HD_EXPLORE_ORDER_H

#include "explore/attempt.h"

/*
 * Find orders that show the finding without any switch, as few as possible.
 *
 * attempt    its settings as the finding was found; the last attempt is
 *            another one afterwards.
 * token      the shrunk schedule that shows it, with its settings.
 * returns    true: out_order shows the finding, and is the caller's. False:
 *            there is nothing to say, or orders alone do not show it.
 */
bool hd_order_find(struct hd_attempt *attempt, const struct hd_token *token,
                   uint64_t signature, struct hd_token *out_order);

#endif
