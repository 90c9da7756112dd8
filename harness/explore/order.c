/*
 * Each switch left in the schedule says that somebody's step came before the
 * step that was due. Where these orders alone are not enough, since others step
 * in between, a switch is taken at its word: its step came before the next one
 * of everybody else. Then what is not needed is left out, as in shrinking.
 */
#include "explore/order.h"

#include "explore/shrink.h"
#include "trace/records.h"
#include <heddle/scheduler.h>
#include <stdlib.h>
#include <string.h>

#define ORDERS_MAX 200u

/* A walk along the log of the schedule. */
struct walk {
    const struct hd_log *log;
    const struct hd_names *names;
    uint32_t *steps; /* by actor: taken so far */
    struct hd_schedule *orders;
};

static void
add(struct walk *walk, uint32_t earlier, uint32_t earlier_step, uint32_t later,
    uint32_t later_step)
{
    const struct hd_names *names = walk->names;
    struct hd_deviation item = {
        .is_order = true,
        .take = names->actors[earlier].path,
        .take_step = earlier_step,
        .at = names->actors[later].path,
        .step = later_step,
    };
    const struct hd_schedule *orders = walk->orders;
    for (size_t i = 0; i < orders->count; i++) {
        const struct hd_deviation *known = &orders->items[i];
        if (known->take == item.take && known->at == item.at &&
            known->take_step == item.take_step && known->step == item.step) {
            return;
        }
    }
    if (item.take == 0 || item.at == 0 || item.take == item.at) {
        return;
    }
    hd_names_actor(names, earlier, item.take_name, HD_PATH_BYTES);
    hd_names_actor(names, later, item.at_name, HD_PATH_BYTES);
    hd_schedule_add(walk->orders, &item);
}

/* How many steps each actor takes in all; NULL when out of memory. */
static uint32_t *
count_steps(const struct hd_log *log, const struct hd_names *names)
{
    uint32_t *steps = calloc(names->actor_count + 1, sizeof(*steps));
    for (uint64_t i = hd_record_first(log); steps != NULL && i < log->count;
         i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        if (record->kind == HD_LOG_STEP &&
            record->subject < names->actor_count) {
            steps[record->subject]++;
        }
    }
    return steps;
}

/* The step `actor` is about to take comes before everybody's next. */
static void
add_all(struct walk *walk, uint32_t actor, const uint32_t *total)
{
    for (uint32_t other = 1; other < walk->names->actor_count; other++) {
        if (other != actor && walk->steps[other] < total[other]) {
            add(walk, actor, walk->steps[actor] + 1, other,
                walk->steps[other] + 1);
        }
    }
}

/* total: NULL, or how many steps each takes, for all that can be said. */
static void
add_orders(struct walk *walk, const uint32_t *total)
{
    const struct hd_log *log = walk->log;
    const struct hd_record *due = NULL;
    for (uint64_t i = 0; i < log->count; i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        if (record->kind == HD_LOG_DEVIATE) {
            due = record;
        }
        if (record->kind != HD_LOG_STEP ||
            record->subject >= walk->names->actor_count) {
            continue;
        }
        if (due != NULL && due->subject < walk->names->actor_count) {
            add(walk, record->subject, walk->steps[record->subject] + 1,
                due->subject, (uint32_t)due->value);
            if (total != NULL) {
                add_all(walk, record->subject, total);
            }
        }
        due = NULL;
        walk->steps[record->subject]++;
    }
}

/* The orders of the last attempt, after the values that were chosen in it. */
static bool
derive(const struct hd_attempt *attempt, const struct hd_schedule *schedule,
       bool everything, struct hd_schedule *orders)
{
    struct hd_names names;
    const struct hd_log *log = &attempt->probe->log;
    *orders = (struct hd_schedule){0};
    if (hd_record_first(log) != 0 || !hd_names_init(&names, log)) {
        return false;
    }
    for (size_t i = 0; i < schedule->count; i++) {
        if (schedule->items[i].is_value) {
            hd_schedule_add(orders, &schedule->items[i]);
        }
    }
    struct walk walk = {
        .log = log,
        .names = &names,
        .steps = calloc(names.actor_count + 1, sizeof(*walk.steps)),
        .orders = orders,
    };
    uint32_t *total = count_steps(log, &names);
    if (walk.steps != NULL && total != NULL) {
        add_orders(&walk, everything ? total : NULL);
    }
    free(walk.steps);
    free(total);
    hd_names_finish(&names);
    return hd_schedule_has_order(orders) && orders->count <= ORDERS_MAX;
}

static bool
shows(struct hd_attempt *attempt, const struct hd_schedule *schedule,
      uint64_t signature)
{
    return hd_supervise_interrupted() == 0 &&
           hd_attempt(attempt, schedule, signature);
}

bool
hd_order_find(struct hd_attempt *attempt, const struct hd_token *token,
              uint64_t signature, struct hd_token *out_order)
{
    struct hd_schedule orders = {0};
    bool found = false;
    for (int everything = 0; everything <= 1 && !found; everything++) {
        hd_schedule_finish(&orders);
        if (token->schedule.count == 0 ||
            !shows(attempt, &token->schedule, signature) ||
            !derive(attempt, &token->schedule, everything != 0, &orders)) {
            continue;
        }
        found = shows(attempt, &orders, signature);
    }
    if (found) {
        hd_shrink(attempt, &orders, signature);
        found = hd_schedule_has_order(&orders) &&
                shows(attempt, &orders, signature) &&
                attempt->probe->drift == SIZE_MAX &&
                attempt->probe->unmet == SIZE_MAX;
    }
    if (!found) {
        hd_schedule_finish(&orders);
        return false;
    }
    *out_order = *token;
    out_order->schedule = orders;
    return true;
}
