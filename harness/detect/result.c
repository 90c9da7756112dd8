/*
 * Results that differ: from the fifo run's in another schedule, or, worse, in
 * the same schedule. The explorer compares and writes the record.
 */
#include "detect/detect.h"

bool
hd_judge_result(const struct hd_case *one, const struct hd_record *record,
                uint64_t index, struct hd_finding *finding)
{
    char text[256];
    hd_record_text(one->log, index, text, sizeof(text));
    hd_finding_sign(finding, record->value);
    hd_finding_sign(finding, record->op);
    hd_finding_say(finding, "%s", text);
    return true;
}

bool
hd_judge_uncontrolled(const struct hd_case *one, const struct hd_record *record,
                      uint64_t index, struct hd_finding *finding)
{
    char text[256];
    hd_record_text(one->log, index, text, sizeof(text));
    (void)record;
    hd_finding_say(finding, "%s", text);
    return true;
}
