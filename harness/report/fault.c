#include "report/fault.h"

#include "report/words.h"
#include "trace/records.h"
#include <string.h>

/* The actor's last wait before a record; NULL: the ring has lost it. */
static const struct hd_record *
wait_before(const struct hd_log *log, uint64_t index, uint32_t actor)
{
    const struct hd_record *wait = NULL;
    uint32_t steps = 0;
    for (uint64_t i = hd_record_first(log); i < index;
         i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        if (record->kind == HD_LOG_STEP) {
            steps = record->subject;
        } else if (steps == actor && (record->kind == HD_LOG_SUSPEND ||
                                      record->kind == HD_LOG_YIELD)) {
            wait = record;
        }
    }
    return wait;
}

static void
say_cancel(const struct hd_story *story, uint64_t index, char *text,
           size_t bytes)
{
    const struct hd_record *fault = hd_record_at(story->log, index);
    const struct hd_record *wait =
        wait_before(story->log, index, fault->subject);
    char who[HD_WORDS_BYTES], what[HD_WORDS_BYTES] = "waits";
    char place[HD_WORDS_BYTES];
    if (wait != NULL) {
        hd_words_wait(story->names, wait->op, wait->subject, what,
                      sizeof(what));
    }
    hd_words_place(fault->value, place, sizeof(place));
    snprintf(text, bytes, "%s is cancelled while it %s%s%s%s%s",
             hd_words_label(story->names, fault->subject, who, sizeof(who)),
             what, place[0] != '\0' ? " (" : "", place,
             place[0] != '\0' ? ")" : "",
             fault->op == HD_FAULT_WOKEN ? ", just after it was woken" : "");
}

static void
say_refusal(const struct hd_record *fault, char *text, size_t bytes)
{
    char place[HD_WORDS_BYTES];
    hd_words_place(fault->value, place, sizeof(place));
    snprintf(text, bytes, "with %s%s failing: ",
             place[0] != '\0' ? "the allocation at " : "an allocation", place);
}

/* The fault of the finding; NULL: none, or the ring has lost it. */
static const struct hd_record *
fault_of(const struct hd_story *story)
{
    const uint64_t index = story->finding->fault - 1;
    return story->finding->fault == 0 || index < hd_record_first(story->log) ||
                   index >= story->log->count
               ? NULL
               : hd_record_at(story->log, index);
}

bool
hd_fault_hit(const struct hd_story *story, uint32_t *out_actor,
             uint64_t *out_place)
{
    const struct hd_record *fault = fault_of(story);
    if (fault == NULL || fault->op == HD_FAULT_ALLOC ||
        story->finding->base == NULL || fault->value == 0) {
        return false;
    }
    *out_actor = fault->subject;
    *out_place = fault->value;
    return true;
}

void
hd_fault_print_origin(const struct hd_story *story, FILE *out)
{
    const struct hd_record *fault = fault_of(story);
    if (fault == NULL) {
        return;
    }
    if (fault->op == HD_FAULT_ALLOC) {
        fputs("  the failure is Heddle's (--faults=alloc); in production "
              "memory runs out\n",
              out);
    } else if (story->finding->base != NULL) {
        fputs("  the cancel is Heddle's (--faults=cancel); in production it "
              "is a time-out's, a\n  failing group's or an hd_task_cancel\n",
              out);
    }
}

const char *
hd_fault_words(const struct hd_story *story, char *text, size_t bytes)
{
    const struct hd_record *fault = fault_of(story);
    text[0] = '\0';
    if (fault == NULL) {
        return text;
    }
    if (fault->op == HD_FAULT_ALLOC) {
        say_refusal(fault, text, bytes);
    } else if (story->finding->base != NULL) {
        say_cancel(story, story->finding->fault - 1, text, bytes);
    }
    return text;
}
