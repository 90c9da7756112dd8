#include "explore/confirm.h"

#include "trace/records.h"

#define REPLAYS 10u
#define REPLAYS_COMPUTING 3u /* each costs a second */
#define REPLAYS_BLOCKED 2u   /* each costs several */

uint32_t
hd_confirm_replays(const struct hd_log *log)
{
    if (!(log->seen >> HD_LOG_HANG & 1)) {
        return REPLAYS;
    }
    return hd_record_at(log, log->count - 1)->op != 0 ? REPLAYS_BLOCKED
                                                      : REPLAYS_COMPUTING;
}

struct hd_confirmation
hd_confirm(struct hd_attempt *attempt, const struct hd_schedule *schedule,
           uint64_t signature, const struct hd_log *found, uint32_t replays)
{
    struct hd_confirmation done = {0};
    const struct hd_log *log = &attempt->probe->log;
    uint64_t digest = found != NULL ? hd_log_digest(found) : 0;
    while (done.replays < replays) {
        const bool shows = hd_attempt(attempt, schedule, signature);
        if (hd_supervise_interrupted() != 0 ||
            attempt->end == HD_WORKER_UNABLE) {
            break; /* the system's fault says nothing about the program */
        }
        done.replays++;
        done.shown += shows;
        const uint64_t now = hd_log_digest(log);
        if (found == NULL && done.replays == 1) {
            digest = now;
        }
        if (now != digest && !done.diverged) {
            done.diverged = true;
            if (found != NULL) {
                hd_log_diverges(found, log, "a replay", &done.divergence);
            }
        }
    }
    done.attempts = attempt->count;
    return done;
}

bool
hd_confirm_is_steady(const struct hd_confirmation *done)
{
    return done->replays > 0 && done->shown == done->replays && !done->diverged;
}
