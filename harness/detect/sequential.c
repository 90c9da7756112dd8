/*
 * Sequential awaits: coroutine objects that exist side by side and run one
 * after the other, each of them waiting. Advice: as tasks they would have
 * waited together.
 */
#include "detect/detect.h"

#include "trace/records.h"
#include <stdio.h>

static const char *
span(uint32_t ms, char *text, size_t bytes)
{
    if (ms % 1000 == 0) {
        snprintf(text, bytes, "%u s", ms / 1000);
    } else {
        snprintf(text, bytes, "%u ms", ms);
    }
    return text;
}

bool
hd_judge_sequential(const struct hd_case *one, const struct hd_record *record,
                    uint64_t index, struct hd_finding *finding)
{
    const uint64_t next = hd_record_next(one->log, index);
    char first_took[32], took[32];
    uint32_t first_ms = 0;
    finding->actor = hd_case_stepping(one, index);
    finding->place = record->value;
    hd_finding_sign(finding, record->value);
    if (next < one->log->count &&
        hd_record_at(one->log, next)->kind == HD_LOG_BEFORE) {
        const struct hd_record *first = hd_record_at(one->log, next);
        first_ms = first->subject;
        hd_finding_sign(finding, first->value);
        hd_finding_add_place(finding, "the first was awaited here",
                             first->value);
    }
    hd_finding_say(finding,
                   "two coroutine objects wait one after the other, %s and "
                   "then %s; as tasks they would wait together",
                   span(first_ms, first_took, sizeof(first_took)),
                   span(record->subject, took, sizeof(took)));
    return true;
}
