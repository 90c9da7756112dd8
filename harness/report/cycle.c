#include "report/cycle.h"

#include "report/paint.h"
#include "report/source.h"
#include "report/symbols.h"
#include "report/words.h"
#include "trace/records.h"
#include "trace/waits.h"
#include <heddle/scheduler.h>
#include <stdlib.h>

#define RING_MAX 64u
#define OTHERS_MAX 20u

struct drawing {
    const struct hd_story *story;
    struct hd_waits waits;
    uint32_t ring[RING_MAX];
    size_t ring_length;
    FILE *out;
};

/* ---- looking back ---- */

/* The last thing that was done to an object, and who did it. */
struct past {
    const struct hd_record *act;
    uint32_t actor;
};

/* The last act of this sort on the object, of any sort if act is negative. */
static struct past
last_act(const struct hd_story *story, uint32_t object, int act)
{
    const struct hd_log *log = story->log;
    struct past past = {.act = NULL};
    uint32_t steps = 0;
    for (uint64_t i = hd_record_first(log); i < log->count;
         i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        if (record->kind == HD_LOG_STEP) {
            steps = record->subject;
        } else if (record->kind == HD_LOG_ACT && record->subject == object &&
                   (act < 0 || record->op == act)) {
            past = (struct past){.act = record, .actor = steps};
        }
    }
    return past;
}

static bool
has_ended(const struct hd_story *story, uint32_t actor)
{
    const struct hd_log *log = story->log;
    for (uint64_t i = hd_record_first(log); i < log->count;
         i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        if (record->kind == HD_LOG_DONE && record->subject == actor) {
            return true;
        }
    }
    return false;
}

/* ---- words ---- */

static bool
is_holdable(const struct drawing *drawing, uint32_t object)
{
    const struct hd_names *names = drawing->story->names;
    return object != 0 && object < names->object_count &&
           (names->objects[object].kind == HD_OBJECT_LOCK ||
            names->objects[object].kind == HD_OBJECT_SEMAPHORE);
}

static void
print_label(const struct drawing *drawing, uint32_t actor)
{
    const struct hd_story *story = drawing->story;
    char text[HD_WORDS_BYTES];
    hd_paint_begin(drawing->out, story->color, HD_PAINT_TITLE);
    fputs(hd_words_label(story->names, actor, text, sizeof(text)),
          drawing->out);
    hd_paint_end(drawing->out, story->color, HD_PAINT_TITLE);
}

static void
print_code(const struct drawing *drawing, uint64_t place, const char *lead)
{
    char text[HD_SOURCE_LINE_BYTES];
    const struct hd_symbol symbol = hd_symbol_place(place);
    const char *line = hd_source_line(
        symbol.path, symbol.line, drawing->story->names, text, sizeof(text));
    if (line != NULL) {
        hd_paint_begin(drawing->out, drawing->story->color, HD_PAINT_FAINT);
        fprintf(drawing->out, "%s    %s\n", lead, line);
        hd_paint_end(drawing->out, drawing->story->color, HD_PAINT_FAINT);
    }
}

/* "waits for lock 'left' at bank.c:12 in deposit", and the line itself. */
static void
print_wait(const struct drawing *drawing, const struct hd_wait *wait,
           const char *lead)
{
    char text[HD_WORDS_BYTES], place[HD_SYMBOL_BYTES];
    hd_words_wait(drawing->story->names, wait->op, wait->object, text,
                  sizeof(text));
    fprintf(drawing->out, " %s at %s\n", text,
            hd_symbol_text(wait->place, place, sizeof(place)));
    print_code(drawing, wait->place, lead);
}

/* ---- the ring ---- */

static void
print_holder(const struct drawing *drawing, const struct hd_wait *wait)
{
    char who[HD_WORDS_BYTES], place[HD_SYMBOL_BYTES];
    if (!is_holdable(drawing, wait->object)) {
        return;
    }
    const struct past past =
        last_act(drawing->story, wait->object, HD_ACT_ACQUIRE);
    if (past.act == NULL) {
        return;
    }
    const char *name =
        hd_words_actor(drawing->story->names, past.actor, who, sizeof(who));
    fprintf(drawing->out, "   |  %s took it at %s\n",
            past.actor == wait->actor ? "it" : name,
            hd_symbol_text(past.act->value, place, sizeof(place)));
    print_code(drawing, past.act->value, "   |");
}

static void
print_ring(const struct drawing *drawing)
{
    const struct hd_story *story = drawing->story;
    for (size_t i = 0; i < drawing->ring_length; i++) {
        const uint32_t actor = drawing->ring[i];
        const struct hd_wait *wait = hd_waits_of(&drawing->waits, actor);
        fputs("  ", drawing->out);
        print_label(drawing, actor);
        print_wait(drawing, wait, "   |");
        print_holder(drawing, wait);
        fputs("   v\n", drawing->out);
    }
    fputs("  ", drawing->out);
    print_label(drawing, drawing->ring[0]);
    fputs(", and so the ring is closed\n", drawing->out);
    (void)story;
}

/* ---- the others ---- */

/* Why nobody will come: what is known of who could have. */
static void
print_why(const struct drawing *drawing, const struct hd_wait *wait)
{
    const struct hd_story *story = drawing->story;
    char who[HD_WORDS_BYTES], what[HD_WORDS_BYTES], place[HD_SYMBOL_BYTES];
    if (wait->object == 0 || (wait->object & HD_OBJECT_IS_TASK)) {
        return;
    }
    const bool is_held = is_holdable(drawing, wait->object) &&
                         drawing->waits.holders[wait->object] != 0;
    const struct past past =
        last_act(story, wait->object, is_held ? HD_ACT_ACQUIRE : -1);
    if (past.act == NULL) {
        fprintf(drawing->out, "      nobody has ever touched it\n");
        return;
    }
    hd_words_actor(story->names, past.actor, who, sizeof(who));
    hd_words_act(story->names, past.act->op, wait->object, what, sizeof(what));
    hd_symbol_text(past.act->value, place, sizeof(place));
    if (is_held && has_ended(story, past.actor)) {
        fprintf(drawing->out,
                "      %s took it at %s,\n      and has ended without "
                "releasing it\n",
                who, place);
    } else if (is_held) {
        fprintf(drawing->out, "      %s took it at %s\n", who, place);
    } else {
        fprintf(drawing->out,
                "      the last to do anything with it: "
                "%s %s at %s%s\n",
                who, what, place,
                story->log->count > 0 &&
                        past.act < hd_record_at(story->log, wait->record)
                    ? ",\n      before anybody waited here"
                    : "");
    }
}

static bool
is_in_ring(const struct drawing *drawing, uint32_t actor)
{
    for (size_t i = 0; i < drawing->ring_length; i++) {
        if (drawing->ring[i] == actor) {
            return true;
        }
    }
    return false;
}

static void
print_others(const struct drawing *drawing)
{
    size_t told = 0, left = 0;
    for (size_t i = 0; i < drawing->waits.count; i++) {
        const struct hd_wait *wait = &drawing->waits.items[i];
        if (is_in_ring(drawing, wait->actor)) {
            continue;
        }
        if (told == OTHERS_MAX) {
            left++;
            continue;
        }
        if (told++ == 0 && drawing->ring_length > 0) {
            fputs("\n  also waiting:\n", drawing->out);
        }
        fputs("  ", drawing->out);
        print_label(drawing, wait->actor);
        print_wait(drawing, wait, "  ");
        if (drawing->ring_length == 0) {
            print_why(drawing, wait);
        }
    }
    if (left > 0) {
        fprintf(drawing->out, "  and %zu more\n", left);
    }
}

void
hd_cycle_print(const struct hd_story *story, FILE *out)
{
    struct drawing drawing = {.story = story, .out = out};
    if (!hd_waits_init(&drawing.waits, story->log, story->names)) {
        return;
    }
    drawing.ring_length =
        hd_waits_cycle(&drawing.waits, drawing.ring, RING_MAX);
    fputs("Who waits for whom\n\n", out);
    if (drawing.ring_length > 0) {
        print_ring(&drawing);
    }
    print_others(&drawing);
    fputc('\n', out);
    hd_waits_finish(&drawing.waits);
}
