/*
 * Shrinking (Zeller's ddmin over deviations, after two cheap guesses).
 *
 * Deviations are keyed by steps, so any subset is a schedule; what does not
 * fit any more falls back to the default. A candidate is good if the same
 * finding shows: kind, places and objects, never the trace.
 */
#include "explore/attempt.h"

#include <stdlib.h>

/*
 * How much may be tried. Counted in attempts and in records, so that the same
 * program gives the same token twice; a hang costs as much as many records.
 * The clock is there for what these do not see.
 */
#define ATTEMPTS_MAX 600u
#define RECORDS_MAX ((uint64_t)50000000)
#define HANG_RECORDS ((uint64_t)10000000)
#define TIME_MS_MAX 60000u

struct shrink {
    struct hd_attempt *attempt;
    struct hd_schedule *best;
    uint64_t signature;
    uint64_t attempts_end, records_end, end_ms;
};

static bool
may_go_on(const struct shrink *shrink)
{
    return shrink->attempt->count < shrink->attempts_end &&
           shrink->attempt->records < shrink->records_end &&
           hd_supervise_now_ms() < shrink->end_ms &&
           hd_supervise_interrupted() == 0;
}

/* Keep the marked items if the finding still shows. */
static bool
try_subset(struct shrink *shrink, const bool *keep)
{
    struct hd_schedule candidate;
    if (!may_go_on(shrink) ||
        !hd_schedule_select(&candidate, shrink->best, keep)) {
        return false;
    }
    const bool shows =
        hd_attempt(shrink->attempt, &candidate, shrink->signature);
    if (hd_shared_is_dear(shrink->attempt->probe)) {
        shrink->attempt->records += HANG_RECORDS;
    }
    if (!shows) {
        hd_schedule_finish(&candidate);
        return false;
    }
    hd_schedule_finish(shrink->best);
    *shrink->best = candidate;
    return true;
}

static bool
try_range(struct shrink *shrink, size_t from, size_t to, bool keep_inside)
{
    const size_t count = shrink->best->count;
    bool *keep = calloc(count + 1, sizeof(*keep));
    if (keep == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        keep[i] = (i >= from && i < to) == keep_inside;
    }
    const bool good = try_subset(shrink, keep);
    free(keep);
    return good;
}

/* Cut the tail off, half of what is left each time. */
static void
halve(struct shrink *shrink)
{
    while (shrink->best->count > 1 &&
           try_range(shrink, 0, shrink->best->count / 2, true)) {
    }
}

/* Take out chunk after chunk, ever smaller ones. */
static void
ddmin(struct shrink *shrink)
{
    size_t chunk = (shrink->best->count + 1) / 2;
    while (chunk > 0 && shrink->best->count > 0 && may_go_on(shrink)) {
        bool removed = false;
        for (size_t at = 0; at < shrink->best->count;) {
            if (try_range(shrink, at, at + chunk, false)) {
                removed = true;
            } else {
                at += chunk;
            }
        }
        if (!removed || chunk > shrink->best->count) {
            chunk /= 2;
        }
    }
}

void
hd_shrink(struct hd_attempt *attempt, struct hd_schedule *schedule,
          uint64_t signature)
{
    struct shrink shrink = {
        .attempt = attempt,
        .best = schedule,
        .signature = signature,
        .attempts_end = attempt->count + ATTEMPTS_MAX,
        .records_end = attempt->records + RECORDS_MAX,
        .end_ms = hd_supervise_now_ms() + TIME_MS_MAX,
    };
    if (schedule->count == 0 || try_range(&shrink, 0, schedule->count, false)) {
        return;
    }
    halve(&shrink);
    ddmin(&shrink);
}
