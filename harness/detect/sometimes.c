/*
 * Conditions (HD_SOMETIMES) that no schedule made true. The explorer writes the
 * record when a search has ended; there is no execution that shows it.
 */
#include "detect/detect.h"

#include <stdio.h>

bool
hd_judge_sometimes(const struct hd_case *one, const struct hd_record *record,
                   uint64_t index, struct hd_finding *finding)
{
    char expr[256], file[256], where[300];
    const uint64_t after = index + 1 + hd_record_parts(record);
    const uint32_t line = record->subject;
    const unsigned long long tried = record->value;
    hd_record_text(one->log, index, expr, sizeof(expr));
    hd_record_text(one->log, after, file, sizeof(file));
    snprintf(where, sizeof(where), "%s:%u", hd_finding_file(file), line);
    hd_finding_sign_text(finding, file);
    hd_finding_sign(finding, line);
    hd_finding_sign_text(finding, expr);
    if (record->op == 0) {
        hd_finding_say(finding,
                       "%s (%s) was reached, but was true in none of the %llu "
                       "schedules that were tried",
                       expr, where, tried);
    } else if (tried == 1) {
        hd_finding_say(finding,
                       "%s (%s) was reached, but is not true in the only "
                       "schedule that there is",
                       expr, where);
    } else {
        hd_finding_say(finding,
                       "%s (%s) was reached, but is true in none of the %llu "
                       "schedules that there are",
                       expr, where, tried);
    }
    return true;
}
