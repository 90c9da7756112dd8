/*
 * Blocking calls: a step that sleeps holds its loop, and with it every other
 * task.
 */
#include "detect/detect.h"

bool
hd_judge_blocking(const struct hd_case *one, const struct hd_record *record,
                  uint64_t index, struct hd_finding *finding)
{
    finding->actor = hd_case_stepping(one, index);
    finding->place = record->value;
    hd_finding_sign(finding, record->value);
    if (record->subject % 1000 == 0) {
        hd_finding_say(finding, "the loop is held for %u s by a blocking sleep",
                       record->subject / 1000);
    } else {
        hd_finding_say(finding,
                       "the loop is held for %u ms by a blocking sleep",
                       record->subject);
    }
    return true;
}
