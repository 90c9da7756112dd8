/*
 * Livelock: the program steps and gets nowhere, or one step computes for ever.
 * A step that hangs without computing is the finding timeout. Where others
 * stand in a ring that is what is told: the deadlock.
 */
#include "detect/detect.h"

bool
hd_judge_livelock(const struct hd_case *one, const struct hd_record *record,
                  uint64_t index, struct hd_finding *finding)
{
    finding->actor = hd_case_stepping(one, index);
    if (record->kind == HD_LOG_HANG) {
        if (record->op != 0) {
            return false; /* it is blocked: hd_judge_timeout */
        }
        finding->place = record->value;
        hd_finding_sign_actor(finding, one, finding->actor);
        hd_finding_say(finding, "one step has computed for more than a "
                                "second; it never yields");
        return true;
    }
    if (one->tells_deadlocks && one->rings.count > 0) {
        return false; /* who spins may spin for those in the ring */
    }
    if (one->log->seen >> HD_LOG_STARVED & 1) {
        return false; /* that explains it */
    }
    hd_finding_sign(finding, record->op);
    if (record->op == 2) {
        hd_finding_say(finding,
                       "one step has made %u coroutine objects; it never "
                       "yields",
                       record->subject);
    } else if (record->op == 1) {
        hd_finding_say(finding, "no end after %u steps", record->subject);
    } else {
        hd_finding_say(finding,
                       "%u turns of the loop in which no waiting "
                       "task was woken",
                       record->subject);
    }
    return true;
}

bool
hd_judge_timeout(const struct hd_case *one, const struct hd_record *record,
                 uint64_t index, struct hd_finding *finding)
{
    if (record->op == 0) {
        return false;
    }
    finding->actor = hd_case_stepping(one, index);
    finding->place = record->value;
    hd_finding_sign_actor(finding, one, finding->actor);
    hd_finding_say(finding, "one step is blocked in the system and does not "
                            "come back");
    return true;
}
