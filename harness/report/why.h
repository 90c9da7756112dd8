/*
 * Why will nobody end this wait? The cause that the log shows, in sentences.
 */
#ifndef HD_REPORT_WHY_H
#define HD_REPORT_WHY_H

#include "detect/cause.h"
#include "report/report.h"
#include "report/words.h"

/* A sentence, and the place in the code that it is about; 0: none. */
struct hd_why_line {
    uint64_t place;
    char text[HD_WORDS_BYTES];
};

struct hd_why {
    size_t count;
    struct hd_why_line lines[8];
};

/* waits is as of the finding; the wait is one of its. */
void hd_why_find(struct hd_why *why, const struct hd_story *story,
                 const struct hd_waits *waits, const struct hd_wait *wait);

#endif
