/*
 * Invariants (HD_ALWAYS) that a step broke.
 */
#include "detect/detect.h"

bool
hd_judge_always(const struct hd_case *one, const struct hd_record *record,
                uint64_t index, struct hd_finding *finding)
{
    char expr[256], file[256], who[HD_NAME_BYTES];
    const uint64_t after = index + 1 + hd_record_parts(record);
    hd_record_text(one->log, index, expr, sizeof(expr));
    hd_record_text(one->log, after, file, sizeof(file));
    finding->actor = hd_case_stepping(one, index);
    hd_names_actor(one->names, finding->actor, who, sizeof(who));
    hd_finding_sign_text(finding, file);
    hd_finding_sign(finding, record->subject);
    hd_finding_sign_text(finding, expr);
    hd_finding_say(finding,
                   "the invariant %s does not hold after step %llu, of %s "
                   "(%s:%u)",
                   expr, (unsigned long long)record->value, who,
                   hd_finding_file(file), record->subject);
    return true;
}
