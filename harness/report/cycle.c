/*
 *      0.1 first
 *       |  waits for lock 'right'  locks.c:11  hd_lock_acquire(&right)
 *       |  which 0.2 took at       locks.c:20  hd_lock_acquire(&right)
 *       v
 *      0.2 second
 *       |  waits for lock 'left'   locks.c:21  hd_lock_acquire(&left)
 *       |  which 0.1 took at       locks.c:9   hd_lock_acquire(&left)
 *       v
 *      0.1 first, and so on for ever
 *
 * The lines are made first and printed afterwards, when it is known how wide
 * their columns are.
 */
#include "report/cycle.h"

#include "report/paint.h"
#include "report/source.h"
#include "report/symbols.h"
#include "report/words.h"
#include "trace/records.h"
#include "trace/waits.h"
#include <heddle/scheduler.h>
#include <stdlib.h>
#include <string.h>

#define RING_MAX 24u /* drawn; a longer one has an ellipsis */
#define OTHERS_MAX 16u
#define LINES_MAX (3 * (RING_MAX + OTHERS_MAX) + 8)
#define CODE_MAX 64

/* One line: who heads it, or what is said of a place. */
struct line {
    uint32_t actor; /* UINT32_MAX: no heading */
    bool draws;     /* part of the ring */
    bool is_plain;  /* text only, to its full length */
    uint64_t place;
    char text[HD_WORDS_BYTES];
};

struct drawing {
    const struct hd_story *story;
    FILE *out;
    struct hd_waits waits;
    uint32_t *ring; /* all of it, in the order of waiting */
    size_t ring_length;
    struct line *lines;
    size_t count;
};

/* ---- looking back ---- */

/* The last thing that was done to an object, and who did it. */
struct past {
    const struct hd_record *act;
    uint64_t index;
    uint32_t actor;
    bool ended; /* who did it */
};

/* The last act of this sort on the object; of any sort if act is negative. */
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
            past = (struct past){.act = record, .index = i, .actor = steps};
        } else if (record->kind == HD_LOG_DONE &&
                   record->subject == past.actor) {
            past.ended = true;
        }
    }
    return past;
}

static uint8_t
kind_of(const struct drawing *drawing, uint32_t object)
{
    const struct hd_names *names = drawing->story->names;
    if (object & HD_OBJECT_IS_TASK) {
        return HD_OBJECT_TASK;
    }
    return object != 0 && object < names->object_count
               ? names->objects[object].kind
               : (uint8_t)HD_OBJECT_COMPLETION;
}

/* Somebody in particular could end the wait by an act of his own. */
static bool
has_acts(uint8_t kind)
{
    return kind == HD_OBJECT_FUTURE ||
           (kind >= HD_OBJECT_LOCK && kind <= HD_OBJECT_QUEUE);
}

/* ---- making lines ---- */

static struct line *
add(struct drawing *drawing, uint32_t actor, bool draws)
{
    struct line *line = &drawing->lines[drawing->count];
    drawing->count += drawing->count + 1 < LINES_MAX;
    *line = (struct line){.actor = actor, .draws = draws};
    return line;
}

static void
add_wait(struct drawing *drawing, const struct hd_wait *wait, bool draws)
{
    add(drawing, wait->actor, draws);
    struct line *line = add(drawing, UINT32_MAX, draws);
    line->place = wait->place;
    hd_words_wait(drawing->story->names, wait->op, wait->object, line->text,
                  sizeof(line->text));
}

/* "which 0.2 took at", where something is held. False if nothing is. */
static bool
add_holder(struct drawing *drawing, const struct hd_wait *wait, bool draws)
{
    const uint8_t kind = kind_of(drawing, wait->object);
    char who[HD_WORDS_BYTES];
    if ((kind != HD_OBJECT_LOCK && kind != HD_OBJECT_SEMAPHORE) ||
        drawing->waits.holders[wait->object] == 0) {
        return false;
    }
    const struct past past =
        last_act(drawing->story, wait->object, HD_ACT_ACQUIRE);
    if (past.act == NULL) {
        return false;
    }
    struct line *line = add(drawing, UINT32_MAX, draws);
    line->place = past.act->value;
    snprintf(line->text, sizeof(line->text), "which %.200s took%s",
             past.actor == wait->actor
                 ? "it itself"
                 : hd_words_actor(drawing->story->names, past.actor, who,
                                  sizeof(who)),
             past.ended ? ", and kept when it ended" : "");
    return true;
}

/* What would have ended the wait, and what to say if it was never done. */
struct rescue {
    int act;
    const char *never;
};

static struct rescue
rescue_of(const struct drawing *drawing, const struct hd_wait *wait)
{
    switch (wait->op) {
    case HD_OP_GET:
        return (struct rescue){HD_ACT_PUT, "nobody has ever put in anything"};
    case HD_OP_PUT:
        return (struct rescue){HD_ACT_GET, "nobody has ever got anything out"};
    case HD_OP_JOIN:
        return (struct rescue){HD_ACT_FINISH, "nobody is done with any of it"};
    case HD_OP_CONDITION:
        return (struct rescue){HD_ACT_NOTIFY, "nobody has ever notified it"};
    case HD_OP_SEMAPHORE:
        return (struct rescue){HD_ACT_RELEASE, "nobody has ever released it"};
    default:
        break;
    }
    const uint8_t kind = kind_of(drawing, wait->object);
    if (kind == HD_OBJECT_EVENT || kind == HD_OBJECT_FUTURE) {
        return (struct rescue){HD_ACT_SET, "nobody has ever set it"};
    }
    return (struct rescue){-1, "nobody else has done anything with it"};
}

static void
add_plain(struct drawing *drawing, const char *text)
{
    struct line *line = add(drawing, UINT32_MAX, false);
    line->is_plain = true;
    snprintf(line->text, sizeof(line->text), "%s", text);
}

/* What is known of who could have come, and will not. */
static void
add_reason(struct drawing *drawing, const struct hd_wait *wait)
{
    const struct hd_names *names = drawing->story->names;
    char who[HD_WORDS_BYTES], what[HD_WORDS_BYTES];
    if (!has_acts(kind_of(drawing, wait->object)) ||
        add_holder(drawing, wait, false)) {
        return;
    }
    const struct rescue rescue = rescue_of(drawing, wait);
    const struct past past = last_act(drawing->story, wait->object, rescue.act);
    if (past.act == NULL || past.actor == wait->actor) {
        add_plain(drawing, rescue.never);
        return;
    }
    struct line *line = add(drawing, UINT32_MAX, false);
    snprintf(
        line->text, sizeof(line->text), "%.100s %.180s%s",
        hd_words_actor(names, past.actor, who, sizeof(who)),
        hd_words_act(names, past.act->op, wait->object, what, sizeof(what)),
        past.index < wait->record ? " before that" : "");
    line->place = past.act->value;
}

static void
add_ring(struct drawing *drawing)
{
    const size_t drawn =
        drawing->ring_length < RING_MAX ? drawing->ring_length : RING_MAX;
    for (size_t i = 0; i < drawn; i++) {
        const struct hd_wait *wait =
            hd_waits_of(&drawing->waits, drawing->ring[i]);
        add_wait(drawing, wait, drawn > 1);
        add_holder(drawing, wait, drawn > 1);
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

/* Those outside of the ring: first who waits for an act, then the rest. */
static void
add_others(struct drawing *drawing)
{
    char text[64];
    size_t told = 0;
    const size_t others = drawing->waits.count - drawing->ring_length;
    for (int rest = 0; rest < 2; rest++) {
        for (size_t i = 0; i < drawing->waits.count; i++) {
            const struct hd_wait *wait = &drawing->waits.items[i];
            if (is_in_ring(drawing, wait->actor) ||
                has_acts(kind_of(drawing, wait->object)) == (rest == 1) ||
                told == OTHERS_MAX) {
                continue;
            }
            told++;
            add_wait(drawing, wait, false);
            if (drawing->ring_length == 0) {
                add_reason(drawing, wait);
            }
        }
    }
    if (told < others) {
        snprintf(text, sizeof(text), "and %zu more tasks wait", others - told);
        add_plain(drawing, text);
    }
}

/* ---- printing lines ---- */

static void
print_actor(const struct drawing *drawing, uint32_t actor, const char *after)
{
    char text[HD_WORDS_BYTES];
    fputs("  ", drawing->out);
    hd_paint_begin(drawing->out, drawing->story->color, HD_PAINT_TITLE);
    fputs(hd_words_label(drawing->story->names, actor, text, sizeof(text)),
          drawing->out);
    hd_paint_end(drawing->out, drawing->story->color, HD_PAINT_TITLE);
    fprintf(drawing->out, "%s\n", after);
}

static int
width_of(const struct drawing *drawing, bool of_places)
{
    char place[HD_WORDS_BYTES];
    size_t width = 0;
    for (size_t i = 0; i < drawing->count; i++) {
        const struct line *line = &drawing->lines[i];
        const size_t length =
            of_places
                ? strlen(hd_words_place(line->place, place, sizeof(place)))
                : strlen(line->text);
        if (!line->is_plain && length > width) {
            width = length;
        }
    }
    return (int)width;
}

static void
print_line(const struct drawing *drawing, const struct line *line,
           int text_width, int place_width)
{
    char place[HD_WORDS_BYTES], text[HD_SOURCE_LINE_BYTES];
    const struct hd_symbol symbol = hd_symbol_place(line->place);
    const char *code =
        hd_source_line(symbol.path, symbol.line, text, sizeof(text));
    fputs(line->draws ? "   |  " : "      ", drawing->out);
    if (line->place == 0) {
        fprintf(drawing->out, "%s\n", line->text);
        return;
    }
    hd_words_place(line->place, place, sizeof(place));
    fprintf(drawing->out, "%-*s  %-*s", text_width, line->text,
            code != NULL ? place_width : 0, place);
    hd_paint_begin(drawing->out, drawing->story->color, HD_PAINT_FAINT);
    fprintf(drawing->out, "%s%.*s", code != NULL ? "  " : "", CODE_MAX,
            code != NULL ? code : "");
    hd_paint_end(drawing->out, drawing->story->color, HD_PAINT_FAINT);
    fputc('\n', drawing->out);
}

static void
close_ring(const struct drawing *drawing)
{
    fputs("   v\n", drawing->out);
    print_actor(drawing, drawing->ring[0],
                drawing->ring_length > RING_MAX ? ", after more of the same"
                                                : ": the ring is closed");
}

static void
print_lines(const struct drawing *drawing, size_t ring_lines)
{
    const int text_width = width_of(drawing, false);
    const int place_width = width_of(drawing, true);
    for (size_t i = 0; i < drawing->count; i++) {
        const struct line *line = &drawing->lines[i];
        if (i > 0 && i == ring_lines) {
            fputc('\n', drawing->out);
        } else if (line->draws && line->actor != UINT32_MAX && i > 0) {
            fputs("   v\n", drawing->out);
        }
        if (line->actor != UINT32_MAX) {
            print_actor(drawing, line->actor, "");
        } else {
            print_line(drawing, line, text_width, place_width);
        }
        if (i + 1 == ring_lines && line->draws) {
            close_ring(drawing);
        }
    }
}

/* ---- both ---- */

static bool
drawing_init(struct drawing *drawing, const struct hd_story *story, FILE *out)
{
    *drawing = (struct drawing){.story = story, .out = out};
    const size_t actors = story->names->actor_count;
    drawing->lines = calloc(LINES_MAX, sizeof(*drawing->lines));
    drawing->ring = calloc(actors, sizeof(*drawing->ring));
    if (drawing->lines == NULL || drawing->ring == NULL ||
        !hd_waits_init(&drawing->waits, story->log, story->names)) {
        return false;
    }
    drawing->ring_length =
        hd_waits_cycle(&drawing->waits, drawing->ring, actors);
    return true;
}

static void
drawing_finish(struct drawing *drawing)
{
    hd_waits_finish(&drawing->waits);
    free(drawing->ring);
    free(drawing->lines);
}

void
hd_cycle_print(const struct hd_story *story, FILE *out)
{
    struct drawing drawing;
    if (drawing_init(&drawing, story, out)) {
        hd_paint_begin(out, story->color, HD_PAINT_TITLE);
        fputs("Who waits for whom", out);
        hd_paint_end(out, story->color, HD_PAINT_TITLE);
        fputs("\n\n", out);
        add_ring(&drawing);
        const size_t ring_lines = drawing.count;
        add_others(&drawing);
        print_lines(&drawing, ring_lines);
        fputc('\n', out);
    }
    drawing_finish(&drawing);
}
