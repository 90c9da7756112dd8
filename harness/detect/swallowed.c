/*
 * Swallowed cancellations: a wait said HD_E_CANCELLED because its task, or a
 * timeout scope of it, had been asked to end; somebody dropped that status.
 * It was dropped between that wait and the next thing that the task did.
 */
#include "detect/detect.h"

#include "trace/records.h"

/* The last time that the cancellation was seen, index if never. */
static uint64_t
find_delivered(const struct hd_log *log, uint32_t actor, uint64_t index)
{
    const uint64_t first = hd_record_first(log);
    uint64_t found = index;
    for (uint64_t i = first; i < index; i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        if (record->kind == HD_LOG_DELIVERED && record->subject == actor) {
            found = i;
        }
    }
    return found;
}

static uint64_t
place_in(const struct hd_record *record)
{
    switch (record->kind) {
    case HD_LOG_PLACE:
    case HD_LOG_SUSPEND:
    case HD_LOG_YIELD:
    case HD_LOG_POINT:
    case HD_LOG_CANCEL:
    case HD_LOG_ACT:
    case HD_LOG_CORO:
        return record->value;
    default:
        return 0;
    }
}

/* The first call that the actor made after a record, 0 if none. */
static uint64_t
next_call(const struct hd_log *log, uint32_t actor, uint64_t from, uint64_t end)
{
    bool steps = true;
    for (uint64_t i = hd_record_next(log, from); i < end;
         i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        if (record->kind == HD_LOG_STEP) {
            steps = record->subject == actor;
        } else if (steps && place_in(record) != 0) {
            return place_in(record);
        }
    }
    return 0;
}

bool
hd_judge_swallowed(const struct hd_case *one, const struct hd_record *record,
                   uint64_t index, struct hd_finding *finding)
{
    char name[HD_NAME_BYTES];
    const struct hd_log *log = one->log;
    const uint64_t seen = find_delivered(log, record->subject, index);
    hd_names_actor(one->names, record->subject, name, sizeof(name));
    finding->actor = record->subject;
    finding->place = record->value;
    if (seen < index) {
        const uint64_t next = next_call(log, record->subject, seen, index);
        finding->place = hd_record_at(log, seen)->value;
        hd_finding_add_place(finding, "its next call is this",
                             next != 0 ? next : record->value);
    }
    hd_finding_sign(finding, finding->place);
    hd_finding_sign(finding, record->op);
    if (record->op == 1) {
        hd_finding_say(finding,
                       "the time-out of a scope in %s is lost: the "
                       "HD_E_CANCELLED of this wait was dropped",
                       name);
    } else {
        hd_finding_say(finding,
                       "task %s was cancelled and returned 0: the "
                       "HD_E_CANCELLED of this wait was dropped",
                       name);
    }
    return true;
}
