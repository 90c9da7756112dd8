/*
 * Crashes: a signal, or the program ended or forked in the middle of an
 * execution. A fault in a stack's guard is a stack overflow.
 */
#include "detect/detect.h"

#include <signal.h>
#include <string.h> /* sigabbrev_np */

static const char *
signal_name(uint32_t number)
{
    const char *name = sigabbrev_np((int)number);
    return name != NULL ? name : "?";
}

bool
hd_judge_crash(const struct hd_case *one, const struct hd_record *record,
               uint64_t index, struct hd_finding *finding)
{
    finding->actor = hd_case_stepping(one, index);
    if (record->kind == HD_LOG_QUIT) {
        hd_finding_sign(finding, record->op);
        if (record->op != 0) {
            hd_finding_say(finding, "the program forked in the middle of an "
                                    "execution");
        } else {
            hd_finding_say(finding,
                           "the program exited with status %u in "
                           "the middle of an execution",
                           record->subject);
        }
        return true;
    }
    if (record->op != 0) {
        return false; /* hd_judge_overflow */
    }
    finding->place = record->value;
    hd_finding_sign(finding, record->subject);
    hd_finding_sign(finding, record->value);
    hd_finding_say(finding, "killed by SIG%s", signal_name(record->subject));
    return true;
}

bool
hd_judge_overflow(const struct hd_case *one, const struct hd_record *record,
                  uint64_t index, struct hd_finding *finding)
{
    char name[96];
    if (record->op == 0) {
        return false;
    }
    finding->actor = hd_case_stepping(one, index);
    finding->place = record->value;
    hd_finding_sign_actor(finding, one, finding->actor);
    hd_finding_say(
        finding, "task %s has used up its stack",
        hd_names_actor(one->names, finding->actor, name, sizeof(name)));
    return true;
}
