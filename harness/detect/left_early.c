/*
 * Tasks that were still pending when their loop ended: left-early where main
 * returned and the runner cancelled them, pending-at-close where a loop was
 * dropped under tasks that nobody had cancelled. One execution reports one of
 * the two. Who would have waited for ever is neither: that is a deadlock.
 */
#include "detect/detect.h"

#include "trace/records.h"

static void
blame(const struct hd_case *one, const struct hd_record *record,
      struct hd_finding *finding)
{
    finding->actor = record->subject;
    finding->place = record->value;
    if (record->subject < one->names->actor_count) {
        const struct hd_actor_name *actor =
            &one->names->actors[record->subject];
        hd_finding_sign(finding, actor->place);
        if (finding->place == 0) {
            finding->place = actor->place;
        }
    }
}

bool
hd_judge_left(const struct hd_case *one, const struct hd_record *record,
              uint64_t index, struct hd_finding *finding)
{
    char who[160];
    (void)index;
    if (hd_case_is_stuck(one, record->subject)) {
        return false; /* it is told as a deadlock */
    }
    blame(one, record, finding);
    hd_case_actor(one, record->subject, who, sizeof(who));
    hd_finding_say(finding,
                   "the test ended while task %s was still running; it was "
                   "cancelled",
                   who);
    return true;
}

bool
hd_judge_pending(const struct hd_case *one, const struct hd_record *record,
                 uint64_t index, struct hd_finding *finding)
{
    char who[160];
    const uint64_t first = hd_record_first(one->log);
    if (hd_case_is_stuck(one, record->subject)) {
        return false;
    }
    while (index-- > first) {
        if (hd_record_at(one->log, index)->kind == HD_LOG_LEFT) {
            return false; /* it is reported as left-early */
        }
    }
    blame(one, record, finding);
    hd_case_actor(one, record->subject, who, sizeof(who));
    hd_finding_say(finding, "the loop was closed while task %s was pending",
                   who);
    return true;
}
