/*
 * The nearest run that passes: what goes another way where nothing goes wrong?
 */
#ifndef HD_EXPLORE_PASSING_H
#define HD_EXPLORE_PASSING_H

#include "explore/attempt.h"

/*
 * A run that shows no finding at all and ends in good order; or none.
 *
 * token      its schedule, with the failing run's settings.
 * log        a copy of what happened in it.
 * schedules  where there is none: so many others were tried, all: every one
 *            that there is.
 */
struct hd_passing {
    bool found, all;
    bool is_serial; /* main's tasks run one after the other */
    uint64_t schedules;
    struct hd_token token;
    struct hd_log log;
};

/*
 * Find it. token: the shrunk schedule that fails. The last attempt is another
 * one afterwards. Bounded like a label, and as deterministic.
 */
void hd_passing_find(struct hd_passing *passing, struct hd_attempt *attempt,
                     const struct hd_shared *outer,
                     const struct hd_token *token);
void hd_passing_finish(struct hd_passing *passing);

#endif
