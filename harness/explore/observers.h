/*
 * Several observers in the place of one, each told what it wants to be told.
 */
#ifndef HD_EXPLORE_OBSERVERS_H
#define HD_EXPLORE_OBSERVERS_H

#include "base/ready.h"

#define HD_OBSERVERS_MAX 2u

/* Not to be moved while it observes. */
struct hd_observers {
    struct hd_observer observer;
    struct hd_observer *each[HD_OBSERVERS_MAX];
};

/* Whom to install for both, of whom either may be NULL; borrowed. */
struct hd_observer *hd_observers_join(struct hd_observers *both,
                                      struct hd_observer *one,
                                      struct hd_observer *other);

#endif
