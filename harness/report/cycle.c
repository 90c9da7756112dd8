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
#include "report/why.h"
#include "report/words.h"
#include "trace/records.h"
#include "trace/rings.h"
#include "trace/users.h"
#include <heddle/scheduler.h>
#include <stdlib.h>
#include <string.h>

#define RING_MAX 24u /* drawn; a longer one has an ellipsis */
#define OTHERS_MAX 16u
#define LINES_MAX (10 * (RING_MAX + OTHERS_MAX) + 8)
#define COLUMNS 80

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
    struct hd_rings rings;
    struct hd_users users;
    bool is_end;     /* nobody can run */
    uint32_t number; /* of the ring that is drawn; 0: there is none */
    uint32_t *ring;  /* the way round it, in the order of waiting */
    size_t ring_length;
    struct line *lines;
    size_t count;
    struct hd_why why; /* said last */
};

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
add_plain(struct drawing *drawing, const char *text)
{
    struct line *line = add(drawing, UINT32_MAX, false);
    line->is_plain = true;
    snprintf(line->text, sizeof(line->text), "%s", text);
}

/* Those of a gather or a group that have not ended. */
static size_t
count_children(const struct drawing *drawing, uint32_t object)
{
    const struct hd_waits *waits = &drawing->waits;
    size_t count = 0;
    uint32_t at = !(object & HD_OBJECT_IS_TASK) && object < waits->object_count
                      ? waits->families[object]
                      : 0;
    for (; at != 0; at = waits->children[at].next) {
        const uint32_t child = waits->children[at].child;
        count += !(child & HD_OBJECT_IS_TASK) ||
                 !hd_waits_has_ended(waits, child & ~HD_OBJECT_IS_TASK);
    }
    return count;
}

/* "waits in hd_gather", "for 0.2 and 3 more" if it is known for whom. */
static void
add_wait(struct drawing *drawing, const struct hd_wait *wait, uint32_t next,
         bool draws)
{
    const struct hd_names *names = drawing->story->names;
    char what[HD_WORDS_BYTES / 2], who[HD_WORDS_BYTES / 4], more[32] = "";
    add(drawing, wait->actor, draws);
    struct line *line = add(drawing, UINT32_MAX, draws);
    line->place = wait->place;
    hd_words_wait(names, wait->op, wait->object, what, sizeof(what));
    const size_t children = count_children(drawing, wait->object);
    if (children == 0 || next == 0) {
        snprintf(line->text, sizeof(line->text), "%s", what);
        return;
    }
    if (children > 1) {
        snprintf(more, sizeof(more), " and %zu more", children - 1);
    }
    snprintf(line->text, sizeof(line->text), "%s for %s%s", what,
             hd_words_actor(names, next, who, sizeof(who)), more);
}

/* The first for whom a wait waits, as far as one can say; 0: nobody. */
static uint32_t
next_of(const struct drawing *drawing, const struct hd_wait *wait)
{
    const struct hd_waits *waits = &drawing->waits;
    uint32_t next = 0;
    uint32_t at = !(wait->object & HD_OBJECT_IS_TASK) &&
                          wait->object < waits->object_count
                      ? waits->families[wait->object]
                      : 0;
    for (; at != 0; at = waits->children[at].next) {
        const uint32_t child = waits->children[at].child;
        const uint32_t actor = child & ~HD_OBJECT_IS_TASK;
        if (child != actor && !hd_waits_has_ended(waits, actor)) {
            next = actor;
        }
    }
    if (wait->op == HD_OP_LOCK && wait->object < waits->object_count) {
        next = waits->holders[wait->object];
    }
    return next;
}

static const struct hd_user *
user_of(const struct drawing *drawing, uint32_t object, uint32_t actor)
{
    const struct hd_user *user = hd_users_of(&drawing->users, object);
    while (user != NULL && user->actor != actor) {
        user = hd_users_next(&drawing->users, user);
    }
    return user;
}

/* "which 0.2 took": how the next one could end the wait. */
static void
add_link(struct drawing *drawing, const struct hd_wait *wait, uint32_t next,
         bool draws)
{
    const struct hd_user *user = user_of(drawing, wait->object, next);
    const struct hd_names *names = drawing->story->names;
    char who[HD_WORDS_BYTES / 2];
    if (user == NULL) {
        return;
    }
    struct line *line = add(drawing, UINT32_MAX, draws);
    hd_words_actor(names, next, who, sizeof(who));
    if (wait->op == HD_OP_GET) {
        line->place = user->put_at;
        snprintf(line->text, sizeof(line->text), "into which %s puts", who);
    } else if (wait->op == HD_OP_PUT) {
        line->place = user->got_at;
        snprintf(line->text, sizeof(line->text), "out of which %s gets", who);
    } else {
        line->place = user->taken_at;
        snprintf(line->text, sizeof(line->text), "which %s took",
                 next == wait->actor ? "it itself" : who);
    }
}

static void
add_ring(struct drawing *drawing)
{
    const size_t length = drawing->ring_length;
    for (size_t i = 0; i < length && i < RING_MAX; i++) {
        const struct hd_wait *wait =
            hd_waits_of(&drawing->waits, drawing->ring[i]);
        const uint32_t next = drawing->ring[(i + 1) % length];
        add_wait(drawing, wait, next, length > 1);
        add_link(drawing, wait, next, length > 1);
    }
}

/* ---- those outside of the ring ---- */

/*
 * Whom to tell: the rest of the ring, who is behind it, and where nobody can
 * run whoever waits. Other rings are other findings.
 */
static bool
is_other(const struct drawing *drawing, uint32_t actor)
{
    const struct hd_rings *rings = &drawing->rings;
    if (hd_waits_of(&drawing->waits, actor) == NULL) {
        return false;
    }
    for (size_t i = 0; i < drawing->ring_length; i++) {
        if (drawing->ring[i] == actor) {
            return false;
        }
    }
    const uint32_t ring = rings->ring[actor];
    return ring == drawing->number
               ? drawing->number != 0 || drawing->is_end
               : ring == 0 && (drawing->is_end || rings->stuck[actor]);
}

static bool
is_same(const struct hd_why *one, const struct hd_why *other)
{
    bool same = one->count == other->count;
    for (size_t i = 0; same && i < one->count; i++) {
        same = strcmp(one->lines[i].text, other->lines[i].text) == 0;
    }
    return same;
}

/* Why a wait will not end, unless that was just said of another. */
static void
add_why(struct drawing *drawing, const struct hd_wait *wait)
{
    struct hd_why why;
    hd_why_find(&why, drawing->story, &drawing->waits, wait);
    if (is_same(&why, &drawing->why)) {
        return;
    }
    drawing->why = why;
    for (size_t i = 0; i < why.count; i++) {
        struct line *line = add(drawing, UINT32_MAX, false);
        line->place = why.lines[i].place;
        line->is_plain = line->place == 0;
        snprintf(line->text, sizeof(line->text), "%s", why.lines[i].text);
    }
}

static void
add_other(struct drawing *drawing, const struct hd_wait *wait)
{
    const bool is_root =
        drawing->number == 0 && !drawing->rings.follows[wait->actor];
    const uint32_t next = next_of(drawing, wait);
    add_wait(drawing, wait, next, false);
    if (is_root) {
        add_why(drawing, wait);
    } else if (next != 0) {
        add_link(drawing, wait, next, false);
    }
}

/* Those who are told first: whose finding it is, then other causes. */
static int
rank_of(const struct drawing *drawing, uint32_t actor)
{
    if (drawing->rings.follows[actor]) {
        return 2;
    }
    return actor != drawing->story->finding->actor;
}

static void
add_others(struct drawing *drawing)
{
    char text[64];
    size_t told = 0, others = 0;
    for (int rank = 0; rank < 3; rank++) {
        for (uint32_t i = 1; i < drawing->waits.actor_count; i++) {
            if (!is_other(drawing, i) || rank_of(drawing, i) != rank) {
                continue;
            }
            others++;
            if (told < OTHERS_MAX) {
                told++;
                add_other(drawing, hd_waits_of(&drawing->waits, i));
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

/* How wide the columns of some lines are. */
struct widths {
    int text, place;
};

static int
larger(int a, int b)
{
    return a > b ? a : b;
}

static struct widths
widths_of(const struct drawing *drawing, size_t first, size_t end)
{
    char place[HD_WORDS_BYTES];
    struct widths widths = {0, 0};
    for (size_t i = first; i < end; i++) {
        const struct line *line = &drawing->lines[i];
        if (line->is_plain || line->actor != UINT32_MAX) {
            continue;
        }
        hd_words_place(line->place, place, sizeof(place));
        widths.text = larger(widths.text, (int)strlen(line->text));
        widths.place = larger(widths.place, (int)strlen(place));
    }
    return widths;
}

/*
 * The code at a place: in a line of its own if it does not fit beside what is
 * said, and cut only there.
 */
static void
print_code(const struct drawing *drawing, const char *code, bool draws,
           int room)
{
    static const char wrapper[] = "HD_TRY(";
    if ((int)strlen(code) > room) {
        fprintf(drawing->out, "\n%s", draws ? "   |      " : "          ");
        room = COLUMNS - 12;
    }
    if ((int)strlen(code) > room &&
        strncmp(code, wrapper, strlen(wrapper)) == 0) {
        code += strlen(wrapper); /* what it holds says more */
    }
    const int length = (int)strlen(code);
    hd_paint_begin(drawing->out, drawing->story->color, HD_PAINT_FAINT);
    if (length <= room) {
        fprintf(drawing->out, "  %s", code);
    } else {
        fprintf(drawing->out, "  %.*s...", room - 3, code);
    }
    hd_paint_end(drawing->out, drawing->story->color, HD_PAINT_FAINT);
}

static void
print_line(const struct drawing *drawing, const struct line *line,
           struct widths widths)
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
    fprintf(drawing->out, "%-*s  %-*s", widths.text, line->text,
            code != NULL ? widths.place : 0, place);
    if (code != NULL) {
        print_code(drawing, code, line->draws,
                   COLUMNS - 10 - widths.text - widths.place);
    }
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

/* One past the lines of the task whose heading this is. */
static size_t
end_of_block(const struct drawing *drawing, size_t heading)
{
    size_t end = heading + 1;
    while (end < drawing->count && drawing->lines[end].actor == UINT32_MAX) {
        end++;
    }
    return end;
}

/* The ring's columns are those of all of it, the others' of each alone. */
static void
print_lines(const struct drawing *drawing, size_t ring_lines)
{
    struct widths widths = widths_of(drawing, 0, ring_lines);
    for (size_t i = 0; i < drawing->count; i++) {
        const struct line *line = &drawing->lines[i];
        if (i > 0 && i == ring_lines) {
            fputc('\n', drawing->out);
        } else if (line->draws && line->actor != UINT32_MAX && i > 0) {
            fputs("   v\n", drawing->out);
        }
        if (i >= ring_lines && line->actor != UINT32_MAX) {
            widths = widths_of(drawing, i, end_of_block(drawing, i));
        }
        if (line->actor != UINT32_MAX) {
            print_actor(drawing, line->actor, "");
        } else {
            print_line(drawing, line, widths);
        }
        if (i + 1 == ring_lines && line->draws) {
            close_ring(drawing);
        }
    }
}

/* ---- both ---- */

/* Who has used what somebody waits for. */
static bool
read_users(struct drawing *drawing)
{
    const struct hd_waits *waits = &drawing->waits;
    if (!hd_users_init(&drawing->users, waits->object_count)) {
        return false;
    }
    for (uint32_t i = 1; i < waits->actor_count; i++) {
        const struct hd_wait *wait = hd_waits_of(waits, i);
        if (wait != NULL) {
            hd_users_ask(&drawing->users, wait->object);
        }
    }
    hd_users_read(&drawing->users, drawing->story->log, waits->read);
    return true;
}

static bool
drawing_init(struct drawing *drawing, const struct hd_story *story, FILE *out)
{
    *drawing = (struct drawing){.story = story, .out = out};
    const size_t actors = story->names->actor_count;
    drawing->lines = calloc(LINES_MAX, sizeof(*drawing->lines));
    drawing->ring = calloc(actors, sizeof(*drawing->ring));
    if (drawing->lines == NULL || drawing->ring == NULL ||
        !hd_rings_at(&drawing->rings, &drawing->waits, story->log, story->names,
                     story->finding->record) ||
        !read_users(drawing)) {
        return false;
    }
    const uint64_t index = story->finding->record;
    drawing->is_end = index < story->log->count &&
                      hd_record_at(story->log, index)->kind == HD_LOG_DEADLOCK;
    drawing->number = hd_rings_about(&drawing->rings, story->finding->actor);
    drawing->ring_length =
        hd_rings_draw(&drawing->rings, drawing->number, drawing->ring, actors);
    return true;
}

static void
drawing_finish(struct drawing *drawing)
{
    hd_users_finish(&drawing->users);
    hd_rings_finish(&drawing->rings);
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
