/*
 * A record counts by its kind, its operation and its subject, and by its value
 * where that is no address. What was logged about where things lie (PLACE,
 * CODE, AT, ORIGIN) does not count at all, nor do texts, nor what the explorer
 * adds: when the execution is over, or because it watches memory.
 */
#include "explore/divergence.h"

#include "base/random.h"
#include "trace/records.h"
#include <heddle/scheduler.h>
#include <stdio.h>

#define BIT(kind) (UINT64_C(1) << (kind))

static const uint64_t never_counted =
    BIT(HD_LOG_PLACE) | BIT(HD_LOG_CODE) | BIT(HD_LOG_AT) |
    BIT(HD_LOG_DIFFERENT) | BIT(HD_LOG_ORIGIN) | BIT(HD_LOG_STARVED) |
    BIT(HD_LOG_CALLER) | BIT(HD_LOG_FRAME) | BIT(HD_LOG_RACE);

static const uint64_t value_is_an_address =
    BIT(HD_LOG_SUSPEND) | BIT(HD_LOG_YIELD) | BIT(HD_LOG_POINT) |
    BIT(HD_LOG_CANCEL) | BIT(HD_LOG_ACT) | BIT(HD_LOG_CORO) |
    BIT(HD_LOG_NEVER_AWAITED) | BIT(HD_LOG_LEFT) | BIT(HD_LOG_PENDING) |
    BIT(HD_LOG_NO_LOOP) | BIT(HD_LOG_CLOSED) | BIT(HD_LOG_MISUSE) |
    BIT(HD_LOG_LOOP) | BIT(HD_LOG_DELIVERED) | BIT(HD_LOG_BEFORE) |
    BIT(HD_LOG_FOREIGN) | BIT(HD_LOG_STALE) | BIT(HD_LOG_UNCLOSED) |
    BIT(HD_LOG_REUSED) | BIT(HD_LOG_SEQUENTIAL) | BIT(HD_LOG_SWALLOWED) |
    BIT(HD_LOG_CRASH) | BIT(HD_LOG_HANG) | BIT(HD_LOG_FAULT);

static bool
has(uint64_t kinds, const struct hd_record *record)
{
    return kinds >> record->kind & 1;
}

static bool
counts(const struct hd_record *record)
{
    /* How long a step computes is the machine's affair. */
    const bool is_timed = record->kind == HD_LOG_BLOCKING && record->op != 0;
    return !is_timed && !has(never_counted, record);
}

/* What counts of a record. */
static struct hd_record
essence(const struct hd_record *record)
{
    struct hd_record kept = *record;
    if (hd_record_parts(record) > 0) {
        kept.aux = 0; /* a text's length */
    }
    if (has(value_is_an_address, record)) {
        kept.value = 0;
    }
    return kept;
}

static bool
same(const struct hd_record *a, const struct hd_record *b)
{
    const struct hd_record left = essence(a);
    const struct hd_record right = essence(b);
    return left.kind == right.kind && left.op == right.op &&
           left.aux == right.aux && left.subject == right.subject &&
           left.value == right.value;
}

uint64_t
hd_log_digest(const struct hd_log *log)
{
    uint64_t hash = 0;
    for (uint64_t i = hd_record_first(log); i < log->count;
         i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        if (!counts(record)) {
            continue;
        }
        const struct hd_record kept = essence(record);
        hash = hd_mix(hash ^ kept.value ^ (uint64_t)kept.aux << 48);
        hash = hd_mix(hash ^ kept.subject ^ (uint64_t)kept.kind << 40 ^
                      (uint64_t)kept.op << 32);
    }
    return hash;
}

/* ---- where two logs part ---- */

struct cursor {
    const struct hd_log *log;
    uint64_t at, steps;
    uint32_t actor; /* who steps */
};

static void
skip_uncounted(struct cursor *cursor)
{
    while (cursor->at < cursor->log->count &&
           !counts(hd_record_at(cursor->log, cursor->at))) {
        cursor->at = hd_record_next(cursor->log, cursor->at);
    }
}

static bool
is_at_end(const struct cursor *cursor)
{
    return cursor->at >= cursor->log->count;
}

static void
advance(struct cursor *cursor)
{
    const struct hd_record *record = hd_record_at(cursor->log, cursor->at);
    if (record->kind == HD_LOG_STEP) {
        cursor->steps++;
        cursor->actor = record->subject;
    }
    cursor->at = hd_record_next(cursor->log, cursor->at);
    skip_uncounted(cursor);
}

static const char *
name_of(const struct cursor *cursor, uint32_t actor, char *text, size_t bytes)
{
    struct hd_names names;
    if (!hd_names_init(&names, cursor->log)) {
        return "?";
    }
    hd_names_actor(&names, actor, text, bytes);
    hd_names_finish(&names);
    return text;
}

/* What an actor does, for people; NULL: nothing that has a word. */
static const char *
word_for(const struct hd_record *record)
{
    switch (record->kind) {
    case HD_LOG_YIELD:
        return "yields";
    case HD_LOG_SUSPEND:
        return "waits";
    case HD_LOG_BORN:
        return "starts something";
    case HD_LOG_WAKE:
        return "wakes somebody";
    case HD_LOG_CHECK:
        return "fails a check";
    case HD_LOG_CRASH:
        return "is killed";
    case HD_LOG_QUIT:
        return "quits the program";
    case HD_LOG_HANG:
        return "does not come back";
    default:
        return NULL;
    }
}

/* What happens there: "0.1 runs (2 ready)", "0.1 yields". */
static void
describe(const struct cursor *cursor, char *text, size_t bytes)
{
    char name[64];
    if (is_at_end(cursor)) {
        snprintf(text, bytes, "the execution ends");
        return;
    }
    const struct hd_record *record = hd_record_at(cursor->log, cursor->at);
    const char *word = word_for(record);
    const bool names_actor =
        record->kind == HD_LOG_STEP || record->kind == HD_LOG_DONE;
    name_of(cursor, names_actor ? record->subject : cursor->actor, name,
            sizeof(name));
    if (record->kind == HD_LOG_STEP) {
        snprintf(text, bytes, "%s runs (%u ready)", name, record->aux);
    } else if (record->kind == HD_LOG_DONE) {
        snprintf(text, bytes, "%s ends with %lld", name,
                 (long long)record->value);
    } else if (record->kind == HD_LOG_RESULT) {
        snprintf(text, bytes, "%s has the result %lld", name,
                 (long long)record->value);
    } else if (record->kind == HD_LOG_ADVANCE) {
        snprintf(text, bytes, "time moves to %llu ns",
                 (unsigned long long)record->value);
    } else if (record->kind == HD_LOG_DEADLOCK) {
        snprintf(text, bytes, "nobody can run");
    } else {
        snprintf(text, bytes, "%s %s", name,
                 word != NULL ? word : "does something else");
    }
}

/* Go on as long as both are the same; false: to their ends. */
static bool
go_along(struct cursor *a, struct cursor *b)
{
    skip_uncounted(a);
    skip_uncounted(b);
    while (!is_at_end(a) && !is_at_end(b) &&
           same(hd_record_at(a->log, a->at), hd_record_at(b->log, b->at))) {
        advance(a);
        advance(b);
    }
    return !is_at_end(a) || !is_at_end(b);
}

bool
hd_log_parts(const struct hd_log *here, const struct hd_log *there,
             uint64_t *out_here, uint64_t *out_there)
{
    struct cursor a = {.log = here, .at = hd_record_first(here)};
    struct cursor b = {.log = there, .at = hd_record_first(there)};
    if (!go_along(&a, &b)) {
        return false;
    }
    *out_here = a.at;
    *out_there = b.at;
    return true;
}

bool
hd_log_diverges(const struct hd_log *here, const struct hd_log *there,
                const char *named, struct hd_divergence *out)
{
    char what_here[96];
    char what_there[96];
    struct cursor a = {.log = here, .at = hd_record_first(here)};
    struct cursor b = {.log = there, .at = hd_record_first(there)};
    if (!go_along(&a, &b)) {
        return false;
    }
    describe(&a, what_here, sizeof(what_here));
    describe(&b, what_there, sizeof(what_there));
    out->record = a.at < here->count ? a.at : here->count - 1;
    out->step = a.steps;
    snprintf(out->message, sizeof(out->message),
             "in step %llu %s, in %s %s; the choices were the same",
             (unsigned long long)a.steps, what_here, named, what_there);
    return true;
}
