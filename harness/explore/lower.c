/*
 * One deviation after the other, last to first, a few guesses for each. Who was
 * in line at which step is read from a recording of the schedule without the
 * deviation: up to there it is the same run, and after that it shows how long
 * whom it took would have waited.
 */
#include "explore/shrink.h"

#include <stdlib.h>
#include <string.h>

#define NEARER_MAX 3u
#define LINE_MAX 1024u

/*
 * A step of the recorded run, and who stood in line before it.
 *
 * event     the next one to read.
 * line      count of them, first to last: for each an event that names it.
 * taken_at  where whoever takes the step stood; count: nowhere.
 */
struct standing {
    const struct hd_recording *recording;
    const struct hd_recorded *line[LINE_MAX], *step;
    uint32_t event, count, taken_at;
};

/* How many steps each actor has begun, by id. */
struct counts {
    uint32_t *steps, capacity;
};

static uint32_t
place_of(const struct standing *standing, uint32_t actor)
{
    uint32_t at = 0;
    while (at < standing->count && standing->line[at]->actor != actor) {
        at++;
    }
    return at;
}

static void
take_out(struct standing *standing, uint32_t actor)
{
    const uint32_t at = place_of(standing, actor);
    if (at < standing->count) {
        standing->count--;
        memmove(&standing->line[at], &standing->line[at + 1],
                (standing->count - at) * sizeof(*standing->line));
    }
}

static void
put_in(struct standing *standing, const struct hd_recorded *event)
{
    take_out(standing, event->actor);
    if (standing->count == LINE_MAX || event->kind == HD_EVENT_UNREADY ||
        event->kind == HD_EVENT_READY_ASIDE) {
        return;
    }
    uint32_t at = standing->count++;
    if (event->kind == HD_EVENT_READY_FIRST) {
        memmove(&standing->line[1], &standing->line[0],
                at * sizeof(*standing->line));
        at = 0;
    }
    standing->line[at] = event;
}

/* On to the next step; false: there is none. The last one has been taken. */
static bool
next_step(struct standing *standing, struct counts *counts)
{
    if (standing->step != NULL) {
        take_out(standing, standing->step->actor);
        counts->steps[standing->step->actor]++;
    }
    while (standing->event < standing->recording->event_count) {
        const struct hd_recorded *event =
            &standing->recording->events[standing->event++];
        if (event->actor >= counts->capacity) {
            return false;
        }
        if (event->kind == HD_EVENT_STEP) {
            standing->step = event;
            standing->taken_at = place_of(standing, event->actor);
            return true;
        }
        put_in(standing, event);
    }
    return false;
}

/* ---- guesses ---- */

/* A step in whose place somebody who waits in line might be taken. */
struct chance {
    const struct hd_recorded *first;
    uint32_t number; /* of first's step */
};

/*
 * Other ways to say the same.
 *
 * nearer   who stood in line before the one that is taken.
 * later    later steps at which it stood in line, too, in order.
 */
struct guesses {
    const struct hd_recorded *nearer[NEARER_MAX];
    struct chance *later;
    size_t nearer_count, later_count;
};

static void
note_nearer(struct guesses *guesses, const struct hd_deviation *item,
            const struct standing *standing)
{
    for (uint32_t at = 1; at < standing->count && at <= NEARER_MAX; at++) {
        if (standing->line[at]->path == item->take) {
            return;
        }
        guesses->nearer[guesses->nearer_count++] = standing->line[at];
    }
}

/* Is somebody else the default, and the one that is to be taken in line? */
static bool
is_chance(const struct hd_deviation *item, const struct standing *standing)
{
    uint32_t at = 0;
    while (at < standing->count && standing->line[at]->path != item->take) {
        at++;
    }
    return at > 0 && at < standing->count && standing->taken_at == 0;
}

static void
walk(struct guesses *guesses, const struct hd_deviation *item,
     struct standing *standing, struct counts *counts)
{
    bool reached = false;
    while (next_step(standing, counts)) {
        if (!is_chance(item, standing)) {
            continue;
        }
        const struct chance chance = {
            standing->line[0], counts->steps[standing->line[0]->actor] + 1};
        if (reached) {
            guesses->later[guesses->later_count++] = chance;
        } else if (chance.first->path == item->at &&
                   chance.number == item->step) {
            reached = true;
            note_nearer(guesses, item, standing);
        }
    }
}

/* False when out of memory; later is the caller's. */
static bool
guess(const struct hd_recording *recording, const struct hd_deviation *item,
      struct guesses *guesses)
{
    struct standing *standing = calloc(1, sizeof(*standing));
    struct counts counts = {.capacity = recording->event_count + 1};
    counts.steps = calloc(counts.capacity, sizeof(*counts.steps));
    *guesses = (struct guesses){
        .later = calloc(recording->step_count + 1, sizeof(*guesses->later))};
    const bool able =
        standing != NULL && counts.steps != NULL && guesses->later != NULL;
    if (able) {
        standing->recording = recording;
        walk(guesses, item, standing, &counts);
    }
    free(standing);
    free(counts.steps);
    return able;
}

/* ---- trying them ---- */

/* Where the schedule has it; its count: nowhere. */
static size_t
find(const struct hd_schedule *schedule, const struct hd_deviation *item)
{
    size_t i = 0;
    while (i < schedule->count &&
           (schedule->items[i].is_value != item->is_value ||
            schedule->items[i].at != item->at ||
            schedule->items[i].step != item->step ||
            schedule->items[i].take != item->take ||
            schedule->items[i].value != item->value)) {
        i++;
    }
    return i;
}

/*
 * With the guess instead of the deviation at *index. True: that is the best one
 * now, in the order of its run, and *index is where the guess stands in it.
 */
static bool
try_guess(struct hd_shrink *shrink, size_t *index,
          const struct hd_deviation *guess)
{
    struct hd_schedule candidate, schedule = {0};
    if (!hd_shrink_may_go_on(shrink) ||
        !hd_schedule_copy(&candidate, shrink->best)) {
        return false;
    }
    candidate.items[*index] = *guess;
    const bool shows = hd_shrink_shows(shrink, &candidate) &&
                       shrink->attempt->probe->drift == SIZE_MAX &&
                       hd_attempt_schedule(shrink->attempt, &schedule) &&
                       schedule.count == shrink->best->count &&
                       find(&schedule, guess) < schedule.count;
    hd_schedule_finish(&candidate);
    if (!shows) {
        hd_schedule_finish(&schedule);
        return false;
    }
    hd_schedule_finish(shrink->best);
    *shrink->best = schedule;
    *index = find(&schedule, guess);
    return true;
}

static struct hd_recording *
record_without(struct hd_shrink *shrink, size_t index)
{
    struct hd_recording *recording = NULL;
    struct hd_schedule schedule;
    if (hd_schedule_copy(&schedule, shrink->best)) {
        memmove(&schedule.items[index], &schedule.items[index + 1],
                (schedule.count - index - 1) * sizeof(*schedule.items));
        schedule.count--;
        recording = hd_shrink_record(shrink, &schedule);
    }
    hd_schedule_finish(&schedule);
    return recording;
}

/* By halves: 0 does not show it, or the deviation would not be there. */
static void
lower_value(struct hd_shrink *shrink, size_t index)
{
    struct hd_deviation guess = shrink->best->items[index];
    uint64_t below = 0, shows = guess.value;
    while (below + 1 < shows && hd_shrink_may_go_on(shrink)) {
        guess.value = below + (shows - below) / 2;
        if (try_guess(shrink, &index, &guess)) {
            shows = guess.value;
        } else {
            below = guess.value;
        }
    }
}

/* Somebody nearer to the head of the line. */
static void
try_nearer(struct hd_shrink *shrink, size_t index,
           const struct guesses *guesses, const struct hd_names *names)
{
    for (size_t i = 0; i < guesses->nearer_count; i++) {
        struct hd_deviation guess = shrink->best->items[index];
        guess.take = guesses->nearer[i]->path;
        hd_names_actor(names, guesses->nearer[i]->actor, guess.take_name,
                       HD_PATH_BYTES);
        if (try_guess(shrink, &index, &guess)) {
            return;
        }
    }
}

/* The latest step, by halves, as if all that come before it would do. */
static bool
try_later(struct hd_shrink *shrink, size_t index, const struct guesses *guesses,
          const struct hd_names *names)
{
    size_t shows = 0, beyond = guesses->later_count + 1; /* from 1; 0: now */
    while (shows + 1 < beyond && hd_shrink_may_go_on(shrink)) {
        const size_t middle = shows + (beyond - shows) / 2;
        const struct chance *chance = &guesses->later[middle - 1];
        struct hd_deviation guess = shrink->best->items[index];
        guess.at = chance->first->path;
        guess.step = chance->number;
        hd_names_actor(names, chance->first->actor, guess.at_name,
                       HD_PATH_BYTES);
        if (try_guess(shrink, &index, &guess)) {
            shows = middle;
        } else {
            beyond = middle;
        }
    }
    return shows > 0;
}

/* The last attempt was the recorded one. */
static void
lower_recorded(struct hd_shrink *shrink, size_t index,
               const struct hd_recording *recording)
{
    struct hd_names names;
    struct guesses guesses;
    if (!hd_names_init(&names, &shrink->attempt->probe->log)) {
        return;
    }
    if (guess(recording, &shrink->best->items[index], &guesses) &&
        !try_later(shrink, index, &guesses, &names)) {
        try_nearer(shrink, index, &guesses, &names);
    }
    free(guesses.later);
    hd_names_finish(&names);
}

static void
lower_switch(struct hd_shrink *shrink, size_t index)
{
    struct hd_recording *recording = record_without(shrink, index);
    if (recording != NULL) {
        lower_recorded(shrink, index, recording);
        hd_shrink_forget(recording);
    }
}

void
hd_lower(struct hd_shrink *shrink)
{
    if (shrink->signature == HD_SHOWS_NOTHING ||
        hd_schedule_has_order(shrink->best)) {
        return;
    }
    for (size_t i = shrink->best->count;
         i-- > 0 && hd_shrink_may_go_on(shrink);) {
        if (shrink->best->items[i].is_value) {
            lower_value(shrink, i);
        } else {
            lower_switch(shrink, i);
        }
    }
}
