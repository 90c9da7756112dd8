/*
 * A program run in a simulated world, and what is told of it.
 */
#ifndef TESTS_REPORT_STORY_H
#define TESTS_REPORT_STORY_H

#include "report/report.h"

#include "sim.h"

#define TOLD_BYTES ((size_t)1 << 16)

/* One program, how it is scheduled, and what went wrong with it. */
struct telling {
    const char *test;
    hd_fn *main;
    const char *kind;             /* of the finding */
    const char *message;          /* of the finding; NULL: what is detected */
    enum hd_record_kind shows_in; /* the last record of this kind */
    const char *actor;            /* whose the finding is; NULL: nobody's */
    const char *order;            /* "3": at its 3rd choice not the first
                                     but the last is taken; "" is fifo */
    bool color;
    const char *passing; /* the order of a run that passes, or NULL */
    const char *before;  /* a token: what it takes, or NULL */
};

/* Run it and tell it. text holds TOLD_BYTES. */
void tell(const struct telling *telling, char *text);

/* Tell a log that is there. */
void tell_log(const struct hd_log *log, const struct telling *telling,
              char *text);

#endif
