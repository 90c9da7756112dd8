#include "explore/oracle.h"

#include "base/assert.h"
#include "base/random.h"
#include "detect/detect.h"
#include "trace/records.h"
#include <stdlib.h>

#define TASKS_ALL 4u /* of so many all orders are executed */

/* ---- is there anything to ask? ---- */

struct pilot {
    uint32_t main, tasks; /* how many main has */
    uint64_t timers, sleeps, advances;
    uint64_t *slept_at; /* by actor: 1 + advances before it slept, or 0 */
    size_t slept_count;
    bool overtaken; /* somebody slept while time moved on for another */
};

static void
read_pilot_record(struct pilot *pilot, const struct hd_record *record,
                  uint32_t *stepping)
{
    switch (record->kind) {
    case HD_LOG_BORN:
        pilot->timers += record->op == HD_ACTOR_TIMER;
        if (record->op == HD_ACTOR_TASK) {
            pilot->tasks +=
                pilot->main != 0 && record->value >> 32 == pilot->main;
            pilot->main = pilot->main != 0 ? pilot->main : record->subject;
        }
        break;
    case HD_LOG_ADVANCE:
        pilot->advances++;
        break;
    case HD_LOG_STEP:
        *stepping = record->subject;
        if (*stepping < pilot->slept_count) {
            uint64_t *slept = &pilot->slept_at[*stepping];
            pilot->overtaken |= *slept != 0 && pilot->advances != *slept;
            *slept = 0;
        }
        break;
    case HD_LOG_SUSPEND:
        if (record->op == HD_OP_SLEEP && *stepping < pilot->slept_count) {
            pilot->sleeps++;
            pilot->slept_at[*stepping] = pilot->advances + 1;
        }
        break;
    default:
        break;
    }
}

/*
 * The fifo run. Time is no part of the program if it does not pass, or passes
 * for all who wait for it at once, and nobody has another timer than a sleep.
 */
static bool
is_worth_asking(const struct hd_log *log, uint32_t *out_tasks)
{
    struct pilot pilot = {.slept_count = 1};
    uint32_t stepping = 0;
    for (uint64_t i = hd_record_first(log); i < log->count;
         i = hd_record_next(log, i)) {
        pilot.slept_count += hd_record_at(log, i)->kind == HD_LOG_BORN;
    }
    pilot.slept_at = calloc(pilot.slept_count, sizeof(*pilot.slept_at));
    if (pilot.slept_at == NULL) {
        return false;
    }
    for (uint64_t i = hd_record_first(log); i < log->count;
         i = hd_record_next(log, i)) {
        read_pilot_record(&pilot, hd_record_at(log, i), &stepping);
    }
    free(pilot.slept_at);
    *out_tasks = pilot.tasks;
    return pilot.tasks >= 2 && pilot.tasks <= HD_SERIAL_TASKS_MAX &&
           (pilot.advances == 0 ||
            (!pilot.overtaken && pilot.timers == pilot.sleeps));
}

/* ---- orders ---- */

/* The permutation with this number, of few tasks. */
static void
permute(uint32_t *order, uint32_t count, uint32_t number)
{
    uint32_t left = count;
    for (uint32_t i = 0; i < count; i++, left--) {
        uint32_t orders = 1; /* of those after this one */
        for (uint32_t k = 2; k < left; k++) {
            orders *= k;
        }
        const uint32_t at = i + number / orders % left;
        const uint32_t taken = order[at];
        for (uint32_t k = at; k > i; k--) {
            order[k] = order[k - 1];
        }
        order[i] = taken;
        number %= orders;
    }
}

/* Birth order, its reverse, then at random. */
static void
sample(uint32_t *order, uint32_t count, uint32_t number)
{
    for (uint32_t i = 0; i < count && number == 1; i++) {
        order[i] = count - i;
    }
    for (uint32_t i = count; i > 1 && number > 1; i--) {
        const uint64_t draw = hd_mix((uint64_t)number << 32 | i);
        const uint32_t at = (uint32_t)(draw % i);
        const uint32_t taken = order[at];
        order[at] = order[i - 1];
        order[i - 1] = taken;
    }
}

static uint32_t
count_orders(uint32_t tasks)
{
    uint32_t orders = 1;
    for (uint32_t i = 2; i <= tasks && tasks <= TASKS_ALL; i++) {
        orders *= i;
    }
    return tasks <= TASKS_ALL ? orders : HD_ORACLE_MAX;
}

static void
make_order(struct hd_serial *serial, uint32_t tasks, uint32_t number)
{
    *serial = (struct hd_serial){.count = tasks};
    for (uint32_t i = 0; i < tasks; i++) {
        serial->order[i] = i + 1;
    }
    if (tasks <= TASKS_ALL) {
        permute(serial->order, tasks, number);
    } else {
        sample(serial->order, tasks, number);
    }
}

/* ---- asking ---- */

static void
note(struct hd_oracle *oracle, const struct hd_results *results,
     const struct hd_serial *serial)
{
    for (uint32_t i = 0; i < oracle->count; i++) {
        if (hd_results_equal(&oracle->items[i].results, results)) {
            return;
        }
    }
    oracle->items[oracle->count].results = *results;
    for (uint32_t i = 0; i < HD_ORACLE_NAMED && i < serial->count; i++) {
        oracle->items[oracle->count].order[i] = serial->order[i];
    }
    oracle->count++;
}

/* Is there anything that serial orders could say? */
static bool
is_wanted(const struct hd_attempt *pilot, bool wants_memory)
{
    const struct hd_shared *fifo = pilot->probe;
    const uint64_t ignored = pilot->settings->ignored;
    const bool has_result = fifo->results.count > 0 &&
                            !hd_is_ignored("nondeterministic-result", ignored);
    const bool has_memory = wants_memory && fifo->tracks_memory &&
                            hd_detect_mask(ignored) >> HD_LOG_RACE & 1;
    return fifo->outcome == HD_OUTCOME_OK && (has_result || has_memory) &&
           pilot->test->loop != HD_LOOP_NONE;
}

static bool
attempt_init(struct hd_attempt *attempt, const struct hd_attempt *pilot)
{
    *attempt = (struct hd_attempt){.settings = pilot->settings,
                                   .test = pilot->test,
                                   .probe = hd_shared_create()};
    if (attempt->probe != NULL) {
        attempt->probe->finals = hd_shared_map(sizeof(struct hd_finals));
    }
    return attempt->probe != NULL && attempt->probe->finals != NULL;
}

static void
attempt_finish(struct hd_attempt *attempt)
{
    if (attempt->probe != NULL) {
        hd_shared_unmap(attempt->probe->finals, sizeof(struct hd_finals));
    }
    hd_shared_destroy(attempt->probe);
}

void
hd_oracle_ask(struct hd_oracle *out, struct hd_serials *serials,
              const struct hd_attempt *pilot)
{
    static HD_GLOBAL struct hd_serial serial;
    struct hd_attempt attempt;
    uint32_t tasks = 0;
    *out = (struct hd_oracle){0};
    if (!is_wanted(pilot, serials != NULL) ||
        !is_worth_asking(&pilot->probe->log, &tasks)) {
        return;
    }
    const uint32_t orders = count_orders(tasks);
    const bool able = attempt_init(&attempt, pilot);
    bool polls = false;
    out->tasks = tasks;
    for (uint32_t i = 0; i < orders && able && hd_supervise_interrupted() == 0;
         i++) {
        make_order(&serial, tasks, i);
        hd_attempt_serial(&attempt, &serial);
        if (attempt.probe->outcome == HD_OUTCOME_OK) {
            note(out, &attempt.probe->results, &serial);
            if (serials != NULL) {
                hd_serials_add(serials, attempt.probe->finals);
            }
        }
        polls |= attempt.probe->outcome == HD_OUTCOME_LIMIT;
    }
    if (serials != NULL) {
        /* Who asks again and again needs the others in between: what they come
           to one after the other is no measure of what they should. */
        serials->orders = polls ? 0 : serials->orders;
        serials->all = tasks <= TASKS_ALL;
    }
    attempt_finish(&attempt);
}
