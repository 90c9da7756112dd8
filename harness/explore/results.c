/*
 * Are the results of an execution those of the fifo run, and of some serial
 * order of the tasks? Where both are known, the serial orders are right: a
 * fifo run that is none of them is itself the finding.
 */
#include "explore/oracle.h"

#include <stdarg.h>
#include <stdio.h>

#define NOT_FOUND UINT32_MAX
#define VALUES_TOLD 3u

/* Why they are not as they should be; op of the record. */
enum why {
    NOT_AS_FIFO,
    NOT_SERIAL,
    WHO_IS_FIRST,
};

struct text {
    char line[200];
    size_t length;
};

static void append(struct text *text, const char *format, ...) HD_PRINTF(2, 3);

static void
append(struct text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const size_t room = sizeof(text->line) - text->length;
    const int length = vsnprintf(text->line + text->length, room, format, args);
    va_end(args);
    if (length > 0) {
        text->length += (size_t)length < room ? (size_t)length : room - 1;
    }
}

bool
hd_results_equal(const struct hd_results *a, const struct hd_results *b)
{
    return a->hash == b->hash && a->count == b->count;
}

/* The first that differs; or the length of the shorter. */
static uint32_t
first_difference(const struct hd_results *a, const struct hd_results *b)
{
    uint32_t i = 0;
    while (i < a->count && i < b->count && i + 1 < HD_RESULTS_MAX &&
           a->value[i] == b->value[i] && a->line[i] == b->line[i]) {
        i++;
    }
    return i;
}

static uint32_t
find(const struct hd_oracle *oracle, const struct hd_results *results)
{
    for (uint32_t i = 0; i < oracle->count; i++) {
        if (hd_results_equal(&oracle->items[i].results, results)) {
            return i;
        }
    }
    return NOT_FOUND;
}

static void
write_record(struct hd_shared *shared, enum why why, uint32_t at,
             const struct hd_results *than, const struct text *text)
{
    const struct hd_results *now = &shared->results;
    const struct hd_results *which = at < now->count ? now : than;
    const uint64_t line = (uint64_t)which->line[at];
    hd_log_text(&shared->log,
                (struct hd_record){.kind = HD_LOG_DIFFERENT,
                                   .op = (uint8_t)why,
                                   .value = line},
                text->line);
    hd_log_text(&shared->log,
                (struct hd_record){.kind = HD_LOG_ORIGIN, .value = line},
                which->file[at]);
}

/* "the result is 1 here and 2 in the fifo run" */
static void
say_both(struct text *text, const struct hd_results *now,
         const struct hd_results *then, uint32_t at)
{
    if (at < now->count && at < then->count) {
        append(text, "the result is %lld here and %lld in the fifo run",
               (long long)now->value[at], (long long)then->value[at]);
    } else {
        append(text, "%u results here and %u in the fifo run", now->count,
               then->count);
    }
}

/* ---- no serial order ---- */

/* The values at one place that serial orders give, each once, in turn. */
static uint32_t
values_at(const struct hd_oracle *oracle, uint32_t at, int64_t *values)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < oracle->count; i++) {
        const struct hd_results *results = &oracle->items[i].results;
        uint32_t k = 0;
        while (at < results->count && k < count &&
               values[k] != results->value[at]) {
            k++;
        }
        if (at < results->count && k == count) {
            values[count++] = results->value[at];
        }
    }
    return count;
}

static void
say_values(struct text *text, const int64_t *values, uint32_t count)
{
    for (uint32_t i = 0; i < count && i < VALUES_TOLD; i++) {
        const bool is_last = i + 1 == count;
        append(text, "%s%lld",
               i == 0    ? ""
               : is_last ? " or "
                         : ", ",
               (long long)values[i]);
    }
    if (count > VALUES_TOLD) {
        append(text, ", ...");
    }
}

static void
note_not_serial(struct hd_shared *shared, bool as_fifo)
{
    const struct hd_results *now = &shared->results;
    const struct hd_results *serial = &shared->oracle.items[0].results;
    const uint32_t at = first_difference(now, serial);
    struct text text = {.length = 0};
    int64_t values[HD_ORACLE_MAX];
    const uint32_t count = values_at(&shared->oracle, at, values);
    bool alone = at < now->count && count > 0;
    for (uint32_t i = 0; i < count && alone; i++) {
        alone = values[i] != now->value[at];
    }
    if (!alone) {
        append(&text,
               "the results %s are, together, those of no serial order "
               "of the tasks",
               as_fifo ? "of the fifo run" : "here");
    } else {
        const long long value = (long long)now->value[at];
        if (as_fifo) {
            append(&text, "the result is %lld in the fifo run, and", value);
        } else {
            append(&text, "the result is %lld here, ", value);
            if (at < shared->reference.count) {
                append(&text, "%lld in the fifo run, and",
                       (long long)shared->reference.value[at]);
            } else {
                append(&text, "none in the fifo run, and");
            }
        }
        append(&text, " no serial order of the tasks gives %lld (they give ",
               value);
        say_values(&text, values, count);
        append(&text, ")");
    }
    write_record(shared, NOT_SERIAL, at, serial, &text);
}

/* ---- another serial order ---- */

static void
note_who_is_first(struct hd_shared *shared, uint32_t found)
{
    const struct hd_results *now = &shared->results;
    const struct hd_results *then = &shared->reference;
    const struct hd_oracle *oracle = &shared->oracle;
    const uint32_t at = first_difference(now, then);
    struct text text = {.length = 0};
    say_both(&text, now, then, at);
    append(&text, "; it is that of the serial order ");
    for (uint32_t i = 0; i < oracle->tasks && i < HD_ORACLE_NAMED; i++) {
        append(&text, "%s0.%u", i > 0 ? ", " : "",
               oracle->items[found].order[i]);
    }
    append(&text, "%s: it depends on who comes first",
           oracle->tasks > HD_ORACLE_NAMED ? ", ..." : "");
    write_record(shared, WHO_IS_FIRST, at, then, &text);
}

static void
note_difference(struct hd_shared *shared)
{
    const struct hd_results *now = &shared->results;
    const struct hd_results *then = &shared->reference;
    const uint32_t at = first_difference(now, then);
    struct text text = {.length = 0};
    say_both(&text, now, then, at);
    write_record(shared, NOT_AS_FIFO, at, then, &text);
}

void
hd_results_compare(struct hd_shared *shared)
{
    const struct hd_oracle *oracle = &shared->oracle;
    const bool as_fifo = !shared->has_reference ||
                         hd_results_equal(&shared->results, &shared->reference);
    if (oracle->count == 0) {
        if (!as_fifo) {
            note_difference(shared);
        }
        return;
    }
    const uint32_t found = find(oracle, &shared->results);
    if (found == NOT_FOUND) {
        note_not_serial(shared, as_fifo);
    } else if (!as_fifo && find(oracle, &shared->reference) != NOT_FOUND) {
        note_who_is_first(shared, found);
    }
}
