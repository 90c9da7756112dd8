/*
 * Reports: how to tell it.
 *
 * A story is all that is known about one finding: its log (the shrunk
 * execution), names, settings, token, counts. A form turns it into text.
 */
#ifndef HD_REPORT_REPORT_H
#define HD_REPORT_REPORT_H

#include "base/log.h"
#include "detect/finding.h"
#include "trace/names.h"
#include <stdio.h>

struct hd_labels;
struct hd_passing;
struct hd_token;

struct hd_story {
    const char *program; /* as it was called, for the replay command */
    const char *test;
    const struct hd_finding *finding;
    const struct hd_log *log; /* of the shrunk, replayed execution */
    const struct hd_names *names;
    const char *settings;             /* "any, exact, suspend" */
    const char *token;                /* of the shrunk schedule */
    const char *recipe;               /* how the search got there, or NULL */
    const struct hd_labels *labels;   /* under stricter settings, or NULL */
    const struct hd_passing *passing; /* the nearest run that does, or NULL */
    const struct hd_token *order;     /* that alone shows it, or NULL */
    uint64_t executions;              /* until it was first found */
    uint32_t reproduced, replays;     /* "reproduced 10/10" */
    bool of_search;                   /* of all schedules: none shows it */
    uint32_t deviations_found, deviations_left; /* before, after shrinking */
    uint64_t fewer; /* schedules with fewer: none shows it; 0: who knows */
    bool color;
};

/* The whole report of one finding, as text with lanes. */
void hd_report_text(const struct hd_story *story, FILE *out);

#endif
