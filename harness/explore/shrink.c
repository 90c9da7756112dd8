/*
 * Zeller's ddmin over deviations, after some cheaper guesses.
 *
 * Deviations are keyed by steps, so any subset is a schedule; what does not
 * fit any more falls back to the default. A candidate is good if the same
 * finding shows: kind, places and objects, never the trace.
 */
#include "explore/shrink.h"

#include <stdlib.h>
#include <string.h>

/*
 * How much may be tried. Counted in attempts and in records, so that the same
 * program gives the same token twice; a hang costs as much as many records.
 * The clock is there for what these do not see.
 */
#define ATTEMPTS_MAX 600u
#define RECORDS_MAX ((uint64_t)50000000)
#define HANG_RECORDS ((uint64_t)10000000)
#define TIME_MS_MAX 60000u

/* To take away from so many costs more than to look for few. */
#define MANY 16u

bool
hd_shrink_may_go_on(const struct hd_shrink *shrink)
{
    return shrink->attempt->count < shrink->attempts_end &&
           shrink->attempt->records < shrink->records_end &&
           hd_supervise_now_ms() < shrink->end_ms &&
           hd_supervise_interrupted() == 0;
}

bool
hd_shrink_shows(struct hd_shrink *shrink, const struct hd_schedule *candidate)
{
    const bool shows =
        hd_attempt(shrink->attempt, candidate, shrink->signature);
    if (hd_shared_is_dear(shrink->attempt->probe)) {
        shrink->attempt->records += HANG_RECORDS;
    }
    return shows;
}

struct hd_recording *
hd_shrink_record(struct hd_shrink *shrink, const struct hd_schedule *schedule)
{
    struct hd_recording *recording = hd_shared_map(sizeof(*recording));
    if (recording == NULL) {
        return NULL;
    }
    shrink->attempt->recording = recording;
    hd_shrink_shows(shrink, schedule);
    shrink->attempt->recording = NULL;
    if (recording->overfull) {
        hd_shrink_forget(recording);
        return NULL;
    }
    return recording;
}

void
hd_shrink_forget(struct hd_recording *recording)
{
    hd_shared_unmap(recording, sizeof(*recording));
}

/* Keep the marked items if the finding still shows. */
static bool
try_subset(struct hd_shrink *shrink, const bool *keep)
{
    struct hd_schedule candidate;
    if (!hd_shrink_may_go_on(shrink) ||
        !hd_schedule_select(&candidate, shrink->best, keep)) {
        return false;
    }
    if (!hd_shrink_shows(shrink, &candidate)) {
        hd_schedule_finish(&candidate);
        return false;
    }
    hd_schedule_finish(shrink->best);
    *shrink->best = candidate;
    return true;
}

static bool
try_range(struct hd_shrink *shrink, size_t from, size_t to, bool keep_inside)
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
halve(struct hd_shrink *shrink)
{
    while (shrink->best->count > 1 &&
           try_range(shrink, 0, shrink->best->count / 2, true)) {
    }
}

/* Take out chunk after chunk, ever smaller ones. */
static void
ddmin(struct hd_shrink *shrink)
{
    size_t chunk = (shrink->best->count + 1) / 2;
    while (chunk > 0 && shrink->best->count > 0 &&
           hd_shrink_may_go_on(shrink)) {
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

/* Without the jumps of the clock: what needs none says more. */
static void
stay_on_time(struct hd_shrink *shrink)
{
    const size_t count = shrink->best->count;
    bool *keep = calloc(count + 1, sizeof(*keep));
    bool jumps = false;
    for (size_t i = 0; keep != NULL && i < count; i++) {
        const struct hd_deviation *item = &shrink->best->items[i];
        keep[i] = strcmp(item->take_name, "clock") != 0 &&
                  !(item->is_value && strcmp(item->at_name, "clock") == 0);
        jumps |= !keep[i];
    }
    if (jumps) {
        try_subset(shrink, keep);
    }
    free(keep);
}

static struct hd_shrink
begin(struct hd_attempt *attempt, struct hd_schedule *schedule,
      uint64_t signature)
{
    return (struct hd_shrink){
        .attempt = attempt,
        .best = schedule,
        .signature = signature,
        .attempts_end = attempt->count + ATTEMPTS_MAX,
        .records_end = attempt->records + RECORDS_MAX,
        .end_ms = hd_supervise_now_ms() + TIME_MS_MAX,
    };
}

static void
take_away(struct hd_shrink *shrink)
{
    if (shrink->best->count == 0 ||
        try_range(shrink, 0, shrink->best->count, false)) {
        return;
    }
    stay_on_time(shrink);
    hd_straighten(shrink);
    halve(shrink);
    ddmin(shrink);
    if (hd_straighten(shrink)) {
        ddmin(shrink);
    }
}

void
hd_shrink(struct hd_attempt *attempt, struct hd_schedule *schedule,
          uint64_t signature)
{
    struct hd_shrink shrink = begin(attempt, schedule, signature);
    take_away(&shrink);
}

/* ---- with all that there is ---- */

static bool
are_equal(const struct hd_schedule *a, const struct hd_schedule *b)
{
    bool equal = a->count == b->count;
    for (size_t i = 0; equal && i < a->count; i++) {
        const struct hd_deviation *left = &a->items[i];
        const struct hd_deviation *right = &b->items[i];
        equal = left->is_value == right->is_value &&
                left->is_order == right->is_order && left->at == right->at &&
                left->step == right->step && left->take == right->take &&
                left->take_step == right->take_step &&
                left->value == right->value;
    }
    return equal;
}

struct hd_shrunk
hd_shrink_fully(struct hd_attempt *attempt, const struct hd_shared *outer,
                struct hd_schedule *schedule, uint64_t signature)
{
    struct hd_shrink shrink = begin(attempt, schedule, signature);
    struct hd_schedule before;
    const bool copied = hd_schedule_copy(&before, schedule);
    if (schedule->count > MANY) {
        hd_few_actors(&shrink, outer);
    }
    take_away(&shrink);
    struct hd_shrunk shrunk = hd_fewer(&shrink, outer);
    if (!shrunk.least) {
        hd_few_actors(&shrink, outer);
    }
    hd_lower(&shrink);
    shrunk.changed = !copied || !are_equal(&before, schedule);
    hd_schedule_finish(&before);
    return shrunk;
}
