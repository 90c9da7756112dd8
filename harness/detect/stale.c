/*
 * Stale handles: what they were of is gone, given back or used up.
 */
#include "detect/detect.h"

#include <heddle/status.h>
#include <stdio.h>

/* "task 0.2", or its sort alone if the slot has had another one since. */
static const char *
describe(const struct hd_case *one, const struct hd_record *record, char *text,
         size_t bytes)
{
    if (record->op != HD_OBJECT_CORO && record->subject != 0) {
        return hd_names_object(one->names, record->subject, text, bytes);
    }
    snprintf(text, bytes, "a %s", hd_names_kind(record->op));
    return text;
}

bool
hd_judge_stale(const struct hd_case *one, const struct hd_record *record,
               uint64_t index, struct hd_finding *finding)
{
    char name[HD_NAME_BYTES];
    finding->actor = hd_case_stepping(one, index);
    finding->place = record->value;
    hd_finding_sign(finding, record->value);
    hd_finding_sign(finding, record->op);
    if (record->op == HD_OBJECT_CORO) {
        hd_finding_say(finding,
                       "a coroutine object is used a second time; the first "
                       "use used it up");
    } else {
        hd_finding_say(finding, "the handle of %s is used, which is gone",
                       describe(one, record, name, sizeof(name)));
    }
    return true;
}
