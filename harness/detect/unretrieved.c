/*
 * Unretrieved errors: a task or future failed, and was dropped before anybody
 * looked at its status.
 */
#include "detect/detect.h"

#include "trace/records.h"
#include <heddle/status.h>
#include <stdio.h>

/* Line and file of the record after it; the process may have died between. */
static uint64_t
origin_of(const struct hd_log *log, uint64_t index, char *file, size_t bytes)
{
    const uint64_t at = hd_record_next(log, index);
    file[0] = '\0';
    if (at >= log->count || hd_record_at(log, at)->kind != HD_LOG_ORIGIN) {
        return 0;
    }
    hd_record_text(log, at, file, bytes);
    return hd_record_at(log, at)->value;
}

bool
hd_judge_unretrieved(const struct hd_case *one, const struct hd_record *record,
                     uint64_t index, struct hd_finding *finding)
{
    char text[256], file[256], who[96];
    const int status = (int)(int64_t)record->value;
    const uint64_t line = origin_of(one->log, index, file, sizeof(file));
    hd_record_text(one->log, index, text, sizeof(text));
    if (record->op == 0) {
        hd_names_actor(one->names, record->subject, who, sizeof(who));
        finding->actor = record->subject;
        if (record->subject < one->names->actor_count) {
            finding->place = one->names->actors[record->subject].place;
        }
    } else {
        hd_names_object(one->names, record->subject, who, sizeof(who));
        if (record->subject < one->names->object_count) {
            finding->place = one->names->objects[record->subject].place;
        }
    }
    char where[300] = "";
    if (file[0] != '\0') {
        snprintf(where, sizeof(where), " (from %s:%llu)", hd_finding_file(file),
                 (unsigned long long)line);
    }
    hd_finding_say(finding, "%s%s failed with %s%s%s%s, and nobody looked",
                   record->op == 0 ? "task " : "", who, hd_status_name(status),
                   text[0] != '\0' ? ": " : "", text, where);
    hd_finding_sign(finding, record->value);
    hd_finding_sign_text(finding, file);
    hd_finding_sign(finding, line);
    hd_finding_sign(finding, finding->place);
    return true;
}
