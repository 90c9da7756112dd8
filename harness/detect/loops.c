/*
 * Loops that are not where they belong: an object that meets another loop than
 * its own, a loop that nobody closes, a loop that one test makes and another
 * one uses.
 */
#include "detect/detect.h"

#include "trace/records.h"
#include <stdio.h>

#define NAME_BYTES 128u

/* Where a loop was made, 0 if the log does not tell. */
static uint64_t
place_of_loop(const struct hd_log *log, uint32_t loop)
{
    for (uint64_t i = hd_record_first(log); i < log->count;
         i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        if (record->kind == HD_LOG_LOOP && record->subject == loop) {
            return record->value;
        }
    }
    return 0;
}

bool
hd_judge_foreign(const struct hd_case *one, const struct hd_record *record,
                 uint64_t index, struct hd_finding *finding)
{
    finding->actor = hd_case_stepping(one, index);
    finding->place = record->value;
    hd_finding_sign(finding, record->value);
    hd_finding_say(finding, "an object of loop %u meets loop %u",
                   record->subject, record->aux);
    hd_finding_add_place(finding, "its own loop was made here",
                         place_of_loop(one->log, record->subject));
    hd_finding_add_place(finding, "and the other one here",
                         place_of_loop(one->log, record->aux));
    return true;
}

bool
hd_judge_unclosed(const struct hd_case *one, const struct hd_record *record,
                  uint64_t index, struct hd_finding *finding)
{
    (void)one;
    (void)index;
    finding->place = record->value;
    hd_finding_sign(finding, record->value);
    hd_finding_say(finding, "a loop was made and never closed");
    return true;
}

/* ---- loop-reused ---- */

/* The name of a test case, "?" if the log has lost it. */
static const char *
name_of(const struct hd_log *log, uint32_t subtest, char *text, size_t bytes)
{
    for (uint64_t i = hd_record_first(log); i < log->count;
         i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        if (record->kind == HD_LOG_SUBTEST && record->op == 0 &&
            record->subject == subtest) {
            return hd_record_text(log, i, text, bytes);
        }
    }
    snprintf(text, bytes, "?");
    return text;
}

/* The test case in which a record was written. */
static uint32_t
subtest_at(const struct hd_log *log, uint64_t index)
{
    const uint64_t first = hd_record_first(log);
    uint32_t subtest = 0;
    for (uint64_t i = first; i < index; i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        if (record->kind == HD_LOG_SUBTEST) {
            subtest = record->op == 0 ? record->subject : 0;
        }
    }
    return subtest;
}

/* Is it told later, in the same test case, with the stop flag that bit? */
static bool
bites_later(const struct hd_log *log, uint64_t index)
{
    const uint32_t loop = hd_record_at(log, index)->subject;
    for (uint64_t i = hd_record_next(log, index); i < log->count;
         i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        if (record->kind == HD_LOG_SUBTEST) {
            return false;
        }
        if (record->kind == HD_LOG_REUSED && record->op == 1 &&
            record->subject == loop) {
            return true;
        }
    }
    return false;
}

bool
hd_judge_reused(const struct hd_case *one, const struct hd_record *record,
                uint64_t index, struct hd_finding *finding)
{
    char made[NAME_BYTES], used[NAME_BYTES];
    if (record->op == 0 && bites_later(one->log, index)) {
        return false;
    }
    const uint64_t place = place_of_loop(one->log, record->subject);
    name_of(one->log, record->aux, made, sizeof(made));
    name_of(one->log, subtest_at(one->log, index), used, sizeof(used));
    finding->place = record->value;
    hd_finding_sign(finding, place);
    hd_finding_sign_text(finding, made);
    hd_finding_sign_text(finding, used);
    hd_finding_add_place(finding, "the loop was made here", place);
    if (record->op == 1) {
        hd_finding_say(finding,
                       "%s runs a loop whose stop flag %s has left set: it "
                       "stops at once",
                       used, made);
    } else {
        hd_finding_say(finding, "%s uses a loop that %s has made", used, made);
    }
    return true;
}
