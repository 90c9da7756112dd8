#include "explore/attempt.h"

#include "base/assert.h"
#include "explore/worker.h"

struct call {
    struct hd_attempt *attempt;
    const struct hd_schedule *schedule;
};

static void
replay(void *arg)
{
    const struct call *call = arg;
    hd_worker_replay(call->attempt->probe, call->attempt->settings,
                     call->attempt->test, call->schedule);
}

bool
hd_attempt(struct hd_attempt *attempt, const struct hd_schedule *schedule,
           uint64_t signature)
{
    struct call call = {.attempt = attempt, .schedule = schedule};
    struct hd_finding finding;
    attempt->count++;
    hd_log_clear(&attempt->probe->log);
    attempt->probe->trace_hash = 0;
    hd_supervise(attempt->probe, replay, &call, 0);
    return hd_attempt_finding(attempt, signature, &finding);
}

bool
hd_attempt_finding(const struct hd_attempt *attempt, uint64_t signature,
                   struct hd_finding *out_finding)
{
    static HD_GLOBAL struct hd_findings findings;
    hd_runner_judge(attempt->probe, attempt->settings->ignored, &findings);
    for (uint32_t i = 0; i < findings.count; i++) {
        if (findings.items[i].signature == signature) {
            *out_finding = findings.items[i];
            return true;
        }
    }
    return false;
}
