/*
 * Starvation, as the explorer has found it in a long log: here it is told.
 */
#include "detect/detect.h"

#include "trace/records.h"

/* What the task waits for: the object of its last wait at this place. */
static uint32_t
wanted_by(const struct hd_log *log, const struct hd_record *starved,
          uint64_t index)
{
    uint32_t stepping = 0, wanted = 0;
    for (uint64_t i = hd_record_first(log); i < index;
         i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        if (record->kind == HD_LOG_STEP) {
            stepping = record->subject;
        } else if (record->kind == HD_LOG_SUSPEND &&
                   stepping == starved->subject &&
                   record->value == starved->value) {
            wanted = record->subject;
        }
    }
    return wanted;
}

bool
hd_judge_starvation(const struct hd_case *one, const struct hd_record *record,
                    uint64_t index, struct hd_finding *finding)
{
    char who[HD_NAME_BYTES], what[HD_NAME_BYTES];
    hd_names_actor(one->names, record->subject, who, sizeof(who));
    finding->actor = record->subject;
    finding->place = record->value;
    hd_finding_sign(finding, record->op);
    if (record->op == 0) {
        hd_finding_sign_actor(finding, one, record->subject);
        hd_finding_say(finding,
                       "%s was ready while others made %u steps: a loop ran "
                       "inside of another task's step",
                       who, record->aux);
        return true;
    }
    const uint32_t wanted = wanted_by(one->log, record, index);
    hd_names_object(one->names, wanted, what, sizeof(what));
    hd_finding_sign(finding, record->value);
    hd_finding_say(finding,
                   "%s was woken for %s %u times in a row, and each time "
                   "another task had come before it",
                   who, what, record->aux);
    return true;
}
