/*
 * Starvation, as the explorer has found it in a long log: here it is told.
 */
#include "detect/detect.h"

#include "trace/records.h"
#include <heddle/scheduler.h>

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

/* Who else took it, and where last; actor 0: nobody, or several. */
struct taker {
    uint32_t actor;
    uint64_t place;
};

static struct taker
find_taker(const struct hd_log *log, uint32_t wanted, uint32_t starved,
           uint64_t index)
{
    struct taker taker = {.actor = 0};
    bool several = false;
    uint32_t stepping = 0;
    for (uint64_t i = hd_record_first(log); i < index;
         i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        const bool takes =
            record->kind == HD_LOG_ACT && record->subject == wanted &&
            (record->op == HD_ACT_GET || record->op == HD_ACT_ACQUIRE);
        if (record->kind == HD_LOG_STEP) {
            stepping = record->subject;
        } else if (takes && stepping != starved && stepping != 0) {
            several |= taker.actor != 0 && taker.actor != stepping;
            taker = (struct taker){stepping, record->value};
        }
    }
    taker.actor = several ? 0 : taker.actor;
    return taker;
}

bool
hd_judge_starvation(const struct hd_case *one, const struct hd_record *record,
                    uint64_t index, struct hd_finding *finding)
{
    char who[HD_NAME_BYTES], what[HD_NAME_BYTES], other[HD_NAME_BYTES];
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
    const struct taker taker =
        find_taker(one->log, wanted, record->subject, index);
    hd_finding_add_place(finding, "it is taken here", taker.place);
    hd_finding_say(finding,
                   "%s was woken for %s %u times in a row, and each time "
                   "%s had %s first",
                   who, what, record->aux,
                   taker.actor != 0
                       ? hd_case_actor(one, taker.actor, other, sizeof(other))
                       : "another task",
                   taker.place != 0 ? "taken it" : "come");
    return true;
}
