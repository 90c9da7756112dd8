/*
 * Incidents: what went wrong, told at the step in which it showed.
 */
#include "report/tell.h"

#include "report/words.h"
#include "trace/records.h"
#include <heddle/status.h>
#include <inttypes.h>
#include <string.h>

/* A program counter as if it were a return address. */
static uint64_t
after(uint64_t pc)
{
    return pc != 0 ? pc + 1 : 0;
}

static void
tell_fault(struct hd_teller *teller, const struct hd_record *record)
{
    static const char *const words[] = {
        [HD_FAULT_WAITING] = "is cancelled here (injected)",
        [HD_FAULT_WOKEN] = "is cancelled here (injected), woken already",
        [HD_FAULT_ALLOC] = "an allocation fails here (injected)",
    };
    hd_teller_add(teller, record, record->value, "%s", words[record->op])
        ->is_chosen = true;
}

/* Misuse of objects, loops and statuses, by the actor that steps. */
static void
tell_misuse(struct hd_teller *teller, const struct hd_record *record)
{
    const uint64_t place = record->value;
    switch (record->kind) {
    case HD_LOG_FOREIGN:
        hd_teller_add(teller, record, place,
                      "uses an object of loop %u with loop %u", record->subject,
                      record->aux);
        break;
    case HD_LOG_STALE:
        hd_teller_add(teller, record, place, "uses a handle of what is gone");
        break;
    case HD_LOG_REUSED:
        hd_teller_add(teller, record, place, "%s",
                      record->op != 0 ? "runs a loop that a test before has "
                                        "told to stop"
                                      : "uses the loop of a test before");
        break;
    case HD_LOG_SEQUENTIAL:
        hd_teller_add(teller, record, place,
                      "waited for two coroutines in turn");
        break;
    default:
        hd_teller_add(teller, record, place, "%s",
                      record->op != 0 ? "ends a scope whose time was up as if "
                                        "it were not"
                                      : "ends as if it had not been cancelled");
        break;
    }
}

/* Those that happen to the actor that steps. */
static void
tell_mishap(struct hd_teller *teller, uint64_t index)
{
    const struct hd_log *log = teller->scene->story->log;
    const struct hd_record *record = hd_record_at(log, index);
    char text[HD_ITEM_BYTES - 32];
    switch (record->kind) {
    case HD_LOG_FAULT:
        tell_fault(teller, record);
        break;
    case HD_LOG_NO_LOOP:
        hd_teller_add(teller, record, record->value,
                      "needs a running loop: none is");
        break;
    case HD_LOG_CLOSED:
        hd_teller_add(teller, record, record->value, "uses a closed loop");
        break;
    case HD_LOG_FOREIGN:
    case HD_LOG_STALE:
    case HD_LOG_REUSED:
    case HD_LOG_SEQUENTIAL:
    case HD_LOG_SWALLOWED:
        tell_misuse(teller, record);
        break;
    case HD_LOG_BLOCKING:
        hd_teller_add(teller, record, record->value, "holds the loop for %u ms",
                      record->subject);
        break;
    case HD_LOG_MISUSE: {
        const int status = -9000 - (int)record->aux;
        hd_teller_add(teller, record, record->value, "%s: %s",
                      hd_status_name(status), hd_status_text(status));
        break;
    }
    case HD_LOG_CHECK:
        hd_record_text(log, index, text, sizeof(text));
        hd_teller_add(teller, record, 0, "check fails: %s", text)->line =
            (int)record->value;
        break;
    case HD_LOG_ALWAYS:
        hd_record_text(log, index, text, sizeof(text));
        hd_teller_add(teller, record, 0, "breaks %s", text);
        break;
    case HD_LOG_CRASH:
        hd_teller_add(teller, record, after(record->value), "%s (%s)",
                      record->op != 0 ? "runs out of stack" : "is killed",
                      strsignal((int)record->subject));
        break;
    case HD_LOG_HANG:
        hd_teller_add(teller, record, after(record->value), "%s",
                      record->op != 0 ? "blocks, and does not come back"
                                      : "computes, and does not come back");
        break;
    case HD_LOG_QUIT:
        hd_teller_add(teller, record, 0,
                      record->op != 0 ? "forks" : "exits with %u",
                      record->subject);
        break;
    default:
        hd_teller_add(teller, record, 0,
                      "returns %" PRIu64 ": a status is 0 or less",
                      record->value);
        break;
    }
}

static const char *
limit_word(uint8_t op)
{
    switch (op) {
    case 0:
        return "turns of the loop";
    case 1:
        return "steps";
    default:
        return "coroutine objects made in one step";
    }
}

/* Those that happen to somebody else, or to all. */
static void
tell_news(struct hd_teller *teller, uint64_t index)
{
    const struct hd_log *log = teller->scene->story->log;
    const struct hd_record *record = hd_record_at(log, index);
    const struct hd_names *names = teller->scene->story->names;
    char who[HD_ITEM_BYTES - 64];
    hd_words_actor(names, record->subject, who, sizeof(who));
    struct hd_item *item = NULL;
    switch (record->kind) {
    case HD_LOG_UNRETRIEVED:
        if (record->op != 0) {
            hd_words_object(names, record->subject, who, sizeof(who));
        }
        item = hd_teller_add(teller, record, 0,
                             "%s is dropped; nobody has looked at %s", who,
                             hd_status_name((int)(int64_t)record->value));
        break;
    case HD_LOG_NEVER_AWAITED:
        item = hd_teller_add(teller, record, record->value,
                             "a coroutine of %s is dropped; it has never run",
                             who);
        break;
    case HD_LOG_LEFT:
        item = hd_teller_add(teller, record, record->value,
                             "the test has ended, %s has not: it is cancelled",
                             who);
        break;
    case HD_LOG_PENDING:
        item = hd_teller_add(teller, record, record->value,
                             "the loop is closed, %s has not ended", who);
        break;
    case HD_LOG_UNCLOSED:
        item = hd_teller_add(teller, record, record->value,
                             "the test ends, loop %u is not closed",
                             record->subject);
        break;
    case HD_LOG_STARVED:
        item = hd_teller_add(teller, record, record->value,
                             record->op == 0
                                 ? "%s was ready for %u steps of others"
                                 : "%s has been woken %u times for nothing",
                             who, record->aux);
        break;
    case HD_LOG_BLOCKING:
        item = hd_teller_add(teller, record, after(record->value),
                             "%s has held the loop for about %u ms", who,
                             record->aux);
        break;
    case HD_LOG_DEADLOCK:
        item = hd_teller_add(teller, record, 0,
                             "nothing can step, and %u task%s wait%s",
                             record->subject, record->subject == 1 ? "" : "s",
                             record->subject == 1 ? "s" : "");
        break;
    case HD_LOG_LIVELOCK:
        item = hd_teller_add(teller, record, 0, "no end after %u %s",
                             record->subject, limit_word(record->op));
        break;
    default:
        item = hd_teller_add(teller, record, 0, "%s",
                             hd_record_text(log, index, who, sizeof(who)));
        break;
    }
    item->is_note = true;
}

void
hd_tell_incident(struct hd_teller *teller, uint64_t index)
{
    const struct hd_record *record =
        hd_record_at(teller->scene->story->log, index);
    if (record->kind == HD_LOG_BLOCKING && record->op != 0) {
        tell_news(teller, index); /* found out when all was over */
        return;
    }
    switch (record->kind) {
    case HD_LOG_FAULT:
    case HD_LOG_NO_LOOP:
    case HD_LOG_CLOSED:
    case HD_LOG_FOREIGN:
    case HD_LOG_STALE:
    case HD_LOG_REUSED:
    case HD_LOG_SEQUENTIAL:
    case HD_LOG_SWALLOWED:
    case HD_LOG_BLOCKING:
    case HD_LOG_MISUSE:
    case HD_LOG_CHECK:
    case HD_LOG_ALWAYS:
    case HD_LOG_CRASH:
    case HD_LOG_HANG:
    case HD_LOG_QUIT:
    case HD_LOG_POSITIVE:
        tell_mishap(teller, index);
        break;
    default:
        tell_news(teller, index);
        break;
    }
}
