#include "trace/schedule.h"

#include "trace/records.h"
#include <heddle/scheduler.h>
#include <stdlib.h>
#include <string.h>

bool
hd_schedule_add(struct hd_schedule *schedule,
                const struct hd_deviation *deviation)
{
    if (schedule->count == schedule->capacity) {
        const size_t capacity =
            schedule->capacity == 0 ? 16 : schedule->capacity * 2;
        struct hd_deviation *items =
            realloc(schedule->items, capacity * sizeof(*items));
        if (items == NULL) {
            return false;
        }
        schedule->items = items;
        schedule->capacity = capacity;
    }
    schedule->items[schedule->count++] = *deviation;
    return true;
}

bool
hd_schedule_copy(struct hd_schedule *to, const struct hd_schedule *from)
{
    *to = (struct hd_schedule){0};
    for (size_t i = 0; i < from->count; i++) {
        if (!hd_schedule_add(to, &from->items[i])) {
            return false;
        }
    }
    return true;
}

void
hd_schedule_finish(struct hd_schedule *schedule)
{
    free(schedule->items);
    *schedule = (struct hd_schedule){0};
}

bool
hd_schedule_has_order(const struct hd_schedule *schedule)
{
    size_t i = 0;
    while (i < schedule->count && !schedule->items[i].is_order) {
        i++;
    }
    return i < schedule->count;
}

bool
hd_schedule_select(struct hd_schedule *to, const struct hd_schedule *from,
                   const bool *keep)
{
    *to = (struct hd_schedule){0};
    for (size_t i = 0; i < from->count; i++) {
        if (keep[i] && !hd_schedule_add(to, &from->items[i])) {
            return false;
        }
    }
    return true;
}

static uint64_t
path_of(const struct hd_names *names, uint32_t actor)
{
    return actor < names->actor_count ? names->actors[actor].path : 0;
}

/*
 * A step that was not the default's: the record before it says whose. Anything
 * else there is noise: the rest of a text that the ring has cut.
 */
static bool
read_switch(struct hd_schedule *schedule, const struct hd_names *names,
            const struct hd_record *deviate, const struct hd_record *step)
{
    if (step->kind != HD_LOG_STEP) {
        return true;
    }
    struct hd_deviation deviation = {
        .step = (uint32_t)deviate->value,
        .at = path_of(names, deviate->subject),
        .take = path_of(names, step->subject),
    };
    hd_names_actor(names, deviate->subject, deviation.at_name, HD_PATH_BYTES);
    hd_names_actor(names, step->subject, deviation.take_name, HD_PATH_BYTES);
    return hd_schedule_add(schedule, &deviation);
}

/* asked: how many value choices each actor has had so far. */
static bool
read_value(struct hd_schedule *schedule, const struct hd_names *names,
           const struct hd_record *choose, uint32_t *asked)
{
    const uint32_t ordinal = ++asked[choose->subject];
    const uint64_t taken = choose->value & UINT32_MAX;
    if (taken == 0) {
        return true;
    }
    struct hd_deviation deviation = {
        .is_value = true,
        .is_fault =
            choose->op == HD_VALUE_CANCEL || choose->op == HD_VALUE_ALLOC,
        .step = ordinal,
        .at = path_of(names, choose->subject),
        .value = taken,
    };
    hd_names_actor(names, choose->subject, deviation.at_name, HD_PATH_BYTES);
    return hd_schedule_add(schedule, &deviation);
}

bool
hd_schedule_read(struct hd_schedule *schedule, const struct hd_log *log,
                 const struct hd_names *names)
{
    *schedule = (struct hd_schedule){0};
    uint32_t *asked = calloc(names->actor_count + 1, sizeof(*asked));
    if (asked == NULL) {
        return false;
    }
    bool whole = true;
    for (uint64_t i = hd_record_first(log); i < log->count && whole;
         i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        if (record->kind == HD_LOG_DEVIATE && i + 1 < log->count) {
            whole =
                read_switch(schedule, names, record, hd_record_at(log, i + 1));
        } else if (record->kind == HD_LOG_CHOOSE &&
                   record->subject < names->actor_count) {
            whole = read_value(schedule, names, record, asked);
        }
    }
    free(asked);
    return whole;
}
