/*
 * The run is recorded once more. What is found is an order of the same steps,
 * so it should show the same; whether it does, a replay tells: memory that no
 * step has declared may make it another run.
 */
#include "explore/linearise.h"
#include "explore/shrink.h"
#include "trace/records.h"
#include <stdlib.h>

/* How long a schedule is, and how often its run goes on with another actor. */
struct weight {
    size_t deviations;
    uint64_t switches;
};

static bool
is_less(const struct weight *a, const struct weight *b)
{
    return a->deviations != b->deviations ? a->deviations < b->deviations
                                          : a->switches < b->switches;
}

/* Up to the record; *out_steps: of the steps that have begun by then. */
static uint64_t
count_switches(const struct hd_log *log, uint64_t end, uint32_t *out_steps)
{
    uint64_t switches = 0;
    uint32_t steps = 0, last = 0;
    for (uint64_t i = hd_record_first(log); i < log->count && i <= end;
         i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        if (record->kind == HD_LOG_STEP) {
            switches += steps > 0 && record->subject != last;
            last = record->subject;
            steps++;
        }
    }
    *out_steps = steps;
    return switches;
}

uint32_t
hd_shrink_focus(const struct hd_shrink *shrink)
{
    struct hd_finding finding;
    uint32_t steps = 0;
    if (hd_attempt_finding(shrink->attempt, shrink->signature, &finding)) {
        count_switches(&shrink->attempt->probe->log, finding.record, &steps);
    }
    return steps - 1;
}

/* What the last attempt, which shows the finding, weighs. */
static bool
weigh(const struct hd_shrink *shrink, size_t deviations,
      struct weight *out_weight, uint32_t *out_steps)
{
    struct hd_finding finding;
    if (!hd_attempt_finding(shrink->attempt, shrink->signature, &finding)) {
        return false;
    }
    *out_weight = (struct weight){
        .deviations = deviations,
        .switches = count_switches(&shrink->attempt->probe->log, finding.record,
                                   out_steps),
    };
    return true;
}

/* ---- an order as a schedule ---- */

static bool
add_detour(struct hd_schedule *schedule, const struct hd_poset *poset,
           const struct hd_names *names, const struct hd_detour *detour)
{
    const struct hd_poset_actor *at = &poset->actors[detour->at];
    const struct hd_poset_actor *take = &poset->actors[detour->take];
    struct hd_deviation deviation = {
        .step = detour->at_number, .at = at->path, .take = take->path};
    hd_names_actor(names, at->id, deviation.at_name, HD_PATH_BYTES);
    hd_names_actor(names, take->id, deviation.take_name, HD_PATH_BYTES);
    return hd_schedule_add(schedule, &deviation);
}

/* The line's deviations, and the values of the schedule that it is from. */
static bool
read_line(struct hd_schedule *schedule, const struct hd_poset *poset,
          const struct hd_names *names, const struct hd_linear *line,
          const struct hd_schedule *from)
{
    bool whole = true;
    *schedule = (struct hd_schedule){0};
    for (uint32_t i = 0; whole && i < line->count; i++) {
        whole = add_detour(schedule, poset, names, &line->detours[i]);
    }
    for (size_t i = 0; whole && i < from->count; i++) {
        if (from->items[i].is_value) {
            whole = hd_schedule_add(schedule, &from->items[i]);
        }
    }
    return whole;
}

#define GUESSES 2u

/*
 * What only must happen, then everything that has. Returns how many there are;
 * the last attempt was the recorded one.
 */
static size_t
guess(const struct hd_shrink *shrink, const struct hd_recording *recording,
      uint32_t steps, struct hd_schedule guesses[GUESSES])
{
    const uint32_t focuses[GUESSES] = {steps - 1, HD_POSET_NONE};
    struct hd_names names;
    struct hd_poset poset = {.step_count = 0};
    size_t count = 0;
    if (!hd_names_init(&names, &shrink->attempt->probe->log)) {
        return 0;
    }
    if (hd_poset_init(&poset, recording) && steps > 0 &&
        steps <= poset.step_count) {
        for (size_t i = 0; i < GUESSES; i++) {
            struct hd_linear line;
            if (hd_linearise(&poset, focuses[i], &line)) {
                if (read_line(&guesses[count], &poset, &names, &line,
                              shrink->best)) {
                    count++;
                }
                free(line.detours);
            }
        }
    }
    hd_poset_finish(&poset);
    hd_names_finish(&names);
    return count;
}

/* ---- the best guess ---- */

/* It may be shorter than it said: what did not fit is not in the log. */
static bool
try_guess(struct hd_shrink *shrink, const struct hd_schedule *candidate,
          struct weight *least)
{
    struct hd_schedule schedule;
    struct weight weight;
    uint32_t steps;
    if (candidate->count > least->deviations || !hd_shrink_may_go_on(shrink) ||
        !hd_shrink_shows(shrink, candidate) ||
        !hd_attempt_schedule(shrink->attempt, &schedule)) {
        return false;
    }
    if (!weigh(shrink, schedule.count, &weight, &steps) ||
        !is_less(&weight, least)) {
        hd_schedule_finish(&schedule);
        return false;
    }
    hd_schedule_finish(shrink->best);
    *shrink->best = schedule;
    *least = weight;
    return true;
}

static bool
try_recorded(struct hd_shrink *shrink, const struct hd_recording *recording)
{
    struct hd_schedule guesses[GUESSES];
    struct weight least;
    uint32_t steps;
    if (!weigh(shrink, shrink->best->count, &least, &steps)) {
        return false;
    }
    const size_t count = guess(shrink, recording, steps, guesses);
    bool better = false;
    for (size_t i = 0; i < count; i++) {
        better |= try_guess(shrink, &guesses[i], &least);
        hd_schedule_finish(&guesses[i]);
    }
    return better;
}

/* There is nothing to choose where the loop's order is kept. */
bool
hd_straighten(struct hd_shrink *shrink)
{
    if (shrink->attempt->settings->rules.order != HD_ORDER_ANY ||
        shrink->signature == HD_SHOWS_NOTHING || shrink->best->count == 0 ||
        hd_schedule_has_order(shrink->best) || !hd_shrink_may_go_on(shrink)) {
        return false;
    }
    struct hd_recording *recording = hd_shrink_record(shrink, shrink->best);
    if (recording == NULL) {
        return false;
    }
    const bool better = try_recorded(shrink, recording);
    hd_shrink_forget(recording);
    return better;
}
