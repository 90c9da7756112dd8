/*
 * Assertions: a HD_CHECK that failed, or a coroutine that returned a positive
 * status, which none may.
 */
#include "detect/detect.h"

bool
hd_judge_check(const struct hd_case *one, const struct hd_record *record,
               uint64_t index, struct hd_finding *finding)
{
    if (record->kind == HD_LOG_POSITIVE) {
        char name[96];
        finding->actor = record->subject;
        hd_finding_sign_actor(finding, one, record->subject);
        hd_finding_say(
            finding,
            "task %s returned %llu; a status is 0 or "
            "negative",
            hd_names_actor(one->names, record->subject, name, sizeof(name)),
            (unsigned long long)record->value);
        return true;
    }
    char expr[256], file[256];
    const uint64_t after = index + 1 + hd_record_parts(record);
    hd_record_text(one->log, index, expr, sizeof(expr));
    hd_record_text(one->log, after, file, sizeof(file));
    finding->actor = hd_case_stepping(one, index);
    hd_finding_sign_text(finding, file);
    hd_finding_sign(finding, record->value);
    hd_finding_sign_text(finding, expr);
    hd_finding_say(finding, "%s does not hold (%s:%llu)", expr,
                   hd_finding_file(file), (unsigned long long)record->value);
    return true;
}
