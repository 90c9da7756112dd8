/*
 * Causes: why will nobody end this wait? Who should have woken whom, or who
 * keeps what, as far as the log tells.
 *
 * What is said is what happened, not what was meant: that a notification came
 * before the wait and reached nobody is in the log; whether the program could
 * have looked elsewhere is not.
 */
#ifndef HD_DETECT_CAUSE_H
#define HD_DETECT_CAUSE_H

#include "trace/waits.h"

/* From the least telling to the most. */
enum hd_cause_kind {
    HD_CAUSE_UNKNOWN,  /* nothing of the kind is in the log */
    HD_CAUSE_LAST,     /* who did last what could end the wait; no blame */
    HD_CAUSE_SLEEPS,   /* it sleeps for ever */
    HD_CAUSE_NEVER,    /* nobody has ever done what would end the wait */
    HD_CAUSE_SHORT,    /* barrier: `count` of `of` have come */
    HD_CAUSE_USED_UP,  /* queue: all `count` items that were put are taken */
    HD_CAUSE_UNTAKEN,  /* queue: `count` items are in it, nobody takes them */
    HD_CAUSE_UNDONE,   /* queue: `count` taken items were never called done */
    HD_CAUSE_DROPPED,  /* future: its last handle was released, it is not set */
    HD_CAUSE_KEPT,     /* who took it has ended, or sleeps for ever, with it */
    HD_CAUSE_UNUSED,   /* the wake-up reached one that waits again */
    HD_CAUSE_CLEARED,  /* event: set and cleared before the wait */
    HD_CAUSE_EARLY,    /* the wake-up came before the wait, to nobody */
    HD_CAUSE_DIED_WITH /* the wake-up reached one that was cancelled */
};

/* Something that somebody did; record 0: he did not. */
struct hd_deed {
    uint64_t record, place;
    uint32_t actor;
    uint8_t act; /* hd_act */
};

/*
 * act    what it is about: the last notification, set, put, ...; who took
 *        what is kept, where.
 * other  the clear after the set; the getter that has ended.
 * who    the one that was woken instead; 0 if that does not matter.
 */
struct hd_cause {
    enum hd_cause_kind kind;
    const struct hd_wait *wait;
    uint32_t object; /* that it is about: its own, or a gather's future */
    struct hd_deed act, other;
    uint32_t who;
    bool ended, cancelled; /* act.actor has ended; because it was cancelled */
    uint32_t count, of;
};

/* waits has read the log up to where it is judged; the wait is one of its. */
void hd_cause_find(struct hd_cause *cause, const struct hd_waits *waits,
                   const struct hd_log *log, const struct hd_wait *wait);

#endif
