/*
 * Calls that their contract forbids: no running loop, a closed loop, and the
 * rest of the defined errors of misuse.
 */
#include "detect/detect.h"

#include <heddle/scheduler.h>
#include <heddle/status.h>

bool
hd_judge_no_loop(const struct hd_case *one, const struct hd_record *record,
                 uint64_t index, struct hd_finding *finding)
{
    (void)one;
    (void)index;
    finding->place = record->value;
    hd_finding_sign(finding, record->value);
    hd_finding_say(finding, record->op == HD_OP_START
                                ? "a task is spawned where no loop runs"
                                : "a running loop is needed and there is "
                                  "none");
    return true;
}

bool
hd_judge_closed(const struct hd_case *one, const struct hd_record *record,
                uint64_t index, struct hd_finding *finding)
{
    (void)one;
    (void)index;
    finding->place = record->value;
    hd_finding_sign(finding, record->value);
    hd_finding_say(finding, "a loop is used after it was closed");
    return true;
}

bool
hd_judge_misuse(const struct hd_case *one, const struct hd_record *record,
                uint64_t index, struct hd_finding *finding)
{
    const int status = -9000 - (int)record->aux;
    (void)one;
    (void)index;
    finding->place = record->value;
    hd_finding_sign(finding, record->value);
    hd_finding_sign(finding, record->aux);
    if (status == HD_E_STALE) {
        hd_finding_say(finding, "NULL is used as a handle");
        return true; /* of what is gone there are other records */
    }
    hd_finding_say(finding, "%s: %s", hd_status_name(status),
                   hd_status_text(status));
    return true;
}
