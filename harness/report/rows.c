#include "report/rows.h"

#include "report/fold.h"
#include "report/race.h"
#include "report/tell.h"
#include "report/words.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct writer {
    struct hd_rows *rows;
    const struct hd_scene *scene;
    struct hd_teller teller;
    struct hd_page page;
    size_t next;    /* step to be told */
    bool everybody; /* is told, and nothing but what they do */
    bool failed;
};

/* ---- adding ---- */

static void
push(struct writer *writer, const struct hd_row *row)
{
    struct hd_rows *rows = writer->rows;
    if (rows->count == rows->capacity) {
        const size_t capacity = rows->capacity > 0 ? rows->capacity * 2 : 64;
        struct hd_row *items =
            realloc(rows->items, capacity * sizeof(*rows->items));
        if (items == NULL) {
            writer->failed = true;
            return;
        }
        rows->items = items;
        rows->capacity = capacity;
    }
    rows->items[rows->count++] = *row;
}

static void push_fold(struct writer *writer, const char *format, ...)
    HD_PRINTF(2, 3);

static void
push_fold(struct writer *writer, const char *format, ...)
{
    struct hd_row row = {.style = HD_ROW_FOLD};
    va_list args;
    va_start(args, format);
    vsnprintf(row.text, sizeof(row.text), format, args);
    va_end(args);
    push(writer, &row);
}

/* ---- steps ---- */

static bool
is_shown(const struct hd_scene *scene, uint32_t actor)
{
    return actor < scene->story->names->actor_count && scene->shown[actor];
}

/* "switch: chosen by the schedule: 0.2 runs before 0.1 goes on from :12" */
static void
push_switch(struct writer *writer, const struct hd_scene_step *step)
{
    const struct hd_names *names = writer->scene->story->names;
    const uint64_t stands = hd_teller_stands(&writer->teller, step->displaced);
    char first[HD_WORDS_BYTES], second[HD_WORDS_BYTES];
    struct hd_row row = {
        .style = HD_ROW_SWITCH, .is_chosen = true, .place = stands};
    const char *verb = "";
    if (hd_words_is_task(names, step->displaced)) {
        verb = stands != 0 ? " goes on from" : " starts";
    }
    snprintf(row.text, sizeof(row.text),
             "switch: chosen by the schedule: %.100s runs before %.100s%s",
             hd_words_actor(names, step->actor, first, sizeof(first)),
             hd_words_actor(names, step->displaced, second, sizeof(second)),
             verb);
    push(writer, &row);
}

static void
push_parting(struct writer *writer)
{
    struct hd_row row = {.style = HD_ROW_SWITCH, .is_parting = true};
    snprintf(row.text, sizeof(row.text),
             "here a run that passes goes another way (told below)");
    push(writer, &row);
}

static void
push_item(struct writer *writer, const struct hd_item *item, bool is_first)
{
    const bool is_news = item->is_note && item->kind >= HD_LOG_INCIDENTS;
    struct hd_row row = {
        .number = is_first && !is_news ? writer->page.number : 0,
        .place = item->place,
        .via = item->via,
        .line = item->line,
        .actor = writer->page.actor,
        .style = item->is_note ? HD_ROW_NOTE : HD_ROW_ITEM,
        .is_fatal = item->is_fatal,
        .is_cause = item->is_cause,
        .is_chosen = item->is_chosen,
    };
    snprintf(row.text, sizeof(row.text), "%s", item->text);
    push(writer, &row);
}

/* Does anybody want to see this item of the step that is told? */
static bool
is_wanted(const struct writer *writer, const struct hd_item *item)
{
    return item->is_note || item->is_fatal || item->is_cause ||
           writer->everybody || is_shown(writer->scene, writer->page.actor);
}

static void
push_page(struct writer *writer, const struct hd_scene_step *step)
{
    const struct hd_page *page = &writer->page;
    const struct hd_scene *scene = writer->scene;
    bool is_first = true;
    bool parts = step == &scene->steps[scene->parts_at] &&
                 scene->parts_at != 0 && !writer->everybody;
    if (parts && scene->parts_record <= step->first) {
        push_parting(writer);
        parts = false;
    }
    if (step->displaced != 0) {
        push_switch(writer, step);
    }
    for (size_t i = 0; i < hd_page_kept(page); i++) {
        size_t skipped;
        const struct hd_item *item = hd_page_item(page, i, &skipped);
        if (parts && item->record >= scene->parts_record) {
            push_parting(writer);
            parts = false;
        }
        if (!is_wanted(writer, item)) {
            continue;
        }
        if (skipped > 0) {
            push_fold(writer, "... %zu more ...", skipped);
        }
        push_item(writer, item, is_first);
        is_first = false;
    }
    if (parts) {
        push_parting(writer);
    }
}

/* Tell on, up to a step; who holds what must be known of all. */
static void
tell_until(struct writer *writer, size_t step)
{
    while (writer->next <= step) {
        hd_teller_step(&writer->teller, writer->next++, &writer->page);
    }
}

static void
push_steps(struct writer *writer, const struct hd_fold *fold)
{
    for (size_t i = fold->first; i < fold->first + fold->count; i++) {
        tell_until(writer, i);
        push_page(writer, &writer->scene->steps[i]);
    }
}

/* "... the same for 0.2 to 0.60 (59 tasks) ..." */
static void
push_alike(struct writer *writer, const struct hd_fold *fold)
{
    const struct hd_scene *scene = writer->scene;
    const struct hd_names *names = scene->story->names;
    char first[HD_WORDS_BYTES], last[HD_WORDS_BYTES];
    hd_words_actor(names, scene->steps[fold->first].actor, first,
                   sizeof(first));
    hd_words_actor(names, scene->steps[fold->first + fold->count - 1].actor,
                   last, sizeof(last));
    push_fold(writer, "... and the same do %zu more tasks, %.80s to %.80s ...",
              fold->count, first, last);
}

static void
push_folded(struct writer *writer, const struct hd_fold *fold)
{
    if (fold->omitted) {
        push_fold(writer, "... %zu steps are left out ...", fold->count);
    } else if (fold->is_alike) {
        push_alike(writer, fold);
    } else {
        const size_t times = fold->count / fold->period;
        push_fold(writer, "... %zu more rounds like this (%zu steps) ...",
                  times, fold->count);
    }
    tell_until(writer, fold->first + fold->count - 1);
}

/* ---- the end ---- */

/* The finding shows in the table, if need be as a last row of its own. */
static void
push_finding(struct writer *writer)
{
    const struct hd_rows *rows = writer->rows;
    for (size_t i = rows->count; i-- > 0;) {
        if (rows->items[i].is_fatal) {
            return;
        }
    }
    struct hd_row row = {.style = HD_ROW_NOTE, .is_fatal = true};
    hd_race_message(writer->scene->story, row.text, sizeof(row.text));
    push(writer, &row);
}

static void
write_rows(struct writer *writer)
{
    struct hd_fold *folds = NULL;
    const size_t count = hd_fold_scene(writer->scene, &folds);
    tell_until(writer, 0);
    push_page(writer, &writer->scene->steps[0]);
    for (size_t i = 0; i < count; i++) {
        if (folds[i].omitted || folds[i].period > 0) {
            push_folded(writer, &folds[i]);
        } else {
            push_steps(writer, &folds[i]);
        }
    }
    free(folds);
    push_finding(writer);
}

/* NULL when out of memory. */
static struct writer *
begin(struct hd_rows *rows, const struct hd_scene *scene)
{
    *rows = (struct hd_rows){.items = NULL};
    struct writer *writer = calloc(1, sizeof(*writer));
    if (writer == NULL) {
        return NULL;
    }
    writer->rows = rows;
    writer->scene = scene;
    if (!hd_teller_init(&writer->teller, scene)) {
        free(writer);
        return NULL;
    }
    return writer;
}

static bool
end(struct writer *writer)
{
    const bool whole = !writer->failed;
    hd_teller_finish(&writer->teller);
    free(writer);
    return whole;
}

bool
hd_rows_init(struct hd_rows *rows, const struct hd_scene *scene)
{
    struct writer *writer = begin(rows, scene);
    if (writer == NULL) {
        return false;
    }
    write_rows(writer);
    return end(writer);
}

bool
hd_rows_range(struct hd_rows *rows, const struct hd_scene *scene, size_t first,
              size_t last)
{
    struct writer *writer = begin(rows, scene);
    if (writer == NULL) {
        return false;
    }
    writer->everybody = true;
    for (size_t i = 0; i <= last && i < scene->count; i++) {
        tell_until(writer, i);
        if (i >= first) {
            push_page(writer, &scene->steps[i]);
        }
    }
    return end(writer);
}

void
hd_rows_finish(struct hd_rows *rows)
{
    free(rows->items);
    *rows = (struct hd_rows){.items = NULL};
}
