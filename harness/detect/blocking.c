/*
 * Blocking calls: a step that sleeps or computes for long holds its loop, and
 * with it every other task. A call that sleeps is virtual, and the same in each
 * run; how long a step computes is measured, and is not.
 */
#include "detect/detect.h"

static bool
judge_computation(const struct hd_case *one, const struct hd_record *record,
                  struct hd_finding *finding)
{
    char who[HD_NAME_BYTES];
    finding->actor = record->subject;
    finding->place = record->value;
    hd_finding_sign(finding, record->op);
    hd_finding_sign_actor(finding, one, record->subject);
    hd_finding_say(
        finding, "the loop is held for about %u ms by computation in %s",
        record->aux,
        hd_names_actor(one->names, record->subject, who, sizeof(who)));
    return true;
}

bool
hd_judge_blocking(const struct hd_case *one, const struct hd_record *record,
                  uint64_t index, struct hd_finding *finding)
{
    if (record->op != 0) {
        return judge_computation(one, record, finding);
    }
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
