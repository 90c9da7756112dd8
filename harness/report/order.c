/*
 *     0.2 audit, step 2 (after it waits for lock 'a', bank.c:30)
 *       before 0.1 deposit, step 4 (after it sleeps, bank.c:14)
 *
 * Where a step begins is said by what ended the one before it.
 */
#include "report/order.h"

#include "report/paint.h"
#include "report/words.h"
#include "trace/records.h"
#include "trace/token.h"
#include <heddle/scheduler.h>
#include <inttypes.h>
#include <string.h>

/* The number of the actor with this path, or 0. */
static uint32_t
actor_of(const struct hd_names *names, uint64_t path)
{
    uint32_t actor = names->actor_count - 1;
    while (actor > 0 && names->actors[actor].path != path) {
        actor--;
    }
    return actor;
}

/* What ended an actor's step before this one; NULL: nothing in the log. */
static const struct hd_record *
before_step(const struct hd_story *story, uint32_t actor, uint32_t step)
{
    const struct hd_log *log = story->log;
    const struct hd_record *last = NULL;
    uint32_t steps = 0, stepping = 0;
    for (uint64_t i = hd_record_first(log); i < log->count && steps < step;
         i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        if (record->kind == HD_LOG_STEP) {
            stepping = record->subject;
            steps += stepping == actor;
        } else if (stepping == actor && hd_record_suspends(record)) {
            last = record;
        }
    }
    return last;
}

/* " (after it sleeps, bank.c:14)", " (its start)". */
static void
print_whence(const struct hd_story *story, uint32_t actor, uint32_t step,
             FILE *out)
{
    const struct hd_names *names = story->names;
    char what[HD_WORDS_BYTES], place[HD_WORDS_BYTES];
    if (!hd_words_is_task(names, actor)) {
        return;
    }
    if (step == 1) {
        fputs(" (its start)", out);
        return;
    }
    const struct hd_record *record = before_step(story, actor, step);
    if (record == NULL) {
        return;
    }
    if (record->kind == HD_LOG_POINT && record->subject != 0) {
        fprintf(out, " (before it uses %s",
                hd_words_object(names, record->subject, what, sizeof(what)));
    } else {
        fprintf(out, " (after it %s",
                record->kind == HD_LOG_POINT
                    ? "could be switched"
                    : hd_words_wait(names, record->op, record->subject, what,
                                    sizeof(what)));
    }
    fprintf(out, ", %s)", hd_words_place(record->value, place, sizeof(place)));
}

static void
print_step(const struct hd_story *story, uint64_t path, const char *name,
           uint32_t step, FILE *out)
{
    char label[HD_WORDS_BYTES];
    const uint32_t actor = actor_of(story->names, path);
    if (actor != 0 && story->names->actors[actor].kind == HD_ACTOR_CLOCK) {
        fputs("a jump of ", out);
    }
    if (actor != 0) {
        name = hd_words_label(story->names, actor, label, sizeof(label));
    }
    fputs(name, out);
    if (step > 1 || hd_words_is_task(story->names, actor)) {
        fprintf(out, ", step %u", step);
    }
    if (actor != 0) {
        print_whence(story, actor, step, out);
    }
}

static void
print_item(const struct hd_story *story, const struct hd_deviation *item,
           FILE *out)
{
    fputs("  ", out);
    if (item->is_value) {
        fprintf(out, "choice %u of %s is %" PRIu64 "\n", item->step,
                item->at_name, item->value);
        return;
    }
    print_step(story, item->take, item->take_name, item->take_step, out);
    fputs("\n    before ", out);
    print_step(story, item->at, item->at_name, item->step, out);
    fputc('\n', out);
}

void
hd_order_print(const struct hd_story *story, FILE *out)
{
    if (story->order == NULL) {
        return;
    }
    const struct hd_schedule *orders = &story->order->schedule;
    hd_paint_begin(out, story->color, HD_PAINT_TITLE);
    fputs("What it takes", out);
    hd_paint_end(out, story->color, HD_PAINT_TITLE);
    fputs("\n\n", out);
    for (size_t i = 0; i < orders->count; i++) {
        print_item(story, &orders->items[i], out);
    }
    fputs("  and else what a FIFO loop does.\n\n", out);
}
