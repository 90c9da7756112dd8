/*
 * What a fault leads to. That a task was cancelled is no finding, nor is what
 * merely tells of it: a check that asks for the status of the wait that was
 * cut, main giving up because it was told, a coroutine object that its maker
 * could not await any more. What goes wrong besides is cancel-unsafe.
 */
#include "detect/detect.h"

#include "trace/records.h"
#include <heddle/status.h>
#include <string.h>

/* Findings about the program whatever is cancelled in it. */
static bool
is_of_its_own(const char *kind)
{
    static const char *const kinds[] = {
        "blocking-call",    "loop-never-closed", "nondeterministic-result",
        "sequential-await", "sometimes",         "swallowed-cancel",
        "uncontrolled",
    };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
        if (strcmp(kinds[i], kind) == 0) {
            return true;
        }
    }
    return false;
}

static bool
tells_of_the_cancel(const struct hd_finding *finding,
                    const struct hd_record *record)
{
    if (strcmp(finding->kind, "deadlock") == 0) {
        return false; /* also where it shows as main ends */
    }
    switch (record->kind) {
    case HD_LOG_CHECK:
    case HD_LOG_LEFT:
    case HD_LOG_PENDING:
        return record->op != 0;
    case HD_LOG_NEVER_AWAITED:
        return true;
    case HD_LOG_UNRETRIEVED:
        return (int)(int64_t)record->value == HD_E_CANCELLED;
    default:
        return false;
    }
}

bool
hd_finding_blame(struct hd_finding *finding, const struct hd_case *one,
                 const struct hd_record *record)
{
    finding->fault = one->cancel != 0 ? one->cancel : one->refusal;
    if (one->cancel == 0 || is_of_its_own(finding->kind)) {
        return true;
    }
    if (tells_of_the_cancel(finding, record)) {
        return false;
    }
    const struct hd_record *fault = hd_record_at(one->log, one->cancel - 1);
    finding->base = finding->kind;
    finding->base_signature = finding->signature;
    finding->kind = "cancel-unsafe";
    hd_finding_sign_text(finding, finding->kind);
    hd_finding_sign(finding, fault->value);
    return true;
}
