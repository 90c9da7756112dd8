/*
 * Never awaited: a coroutine object that was made and dropped; its function
 * never ran.
 */
#include "detect/detect.h"

bool
hd_judge_never(const struct hd_case *one, const struct hd_record *record,
               uint64_t index, struct hd_finding *finding)
{
    char name[96];
    (void)index;
    finding->actor = record->subject;
    finding->place = record->value;
    hd_finding_sign(finding, record->value);
    hd_finding_say(
        finding, "a coroutine made by %s was never awaited",
        hd_names_actor(one->names, record->subject, name, sizeof(name)));
    return true;
}
