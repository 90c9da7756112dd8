/*
 *      step | this run                       | a run that passes
 *     ------+--------------------------------+-------------------------------
 *         6 | 0.2 reads the port         :24 | 0.1 sets event 'loaded'    :15
 *     >>    | 0.2 check fails: port != 0 :25 |
 *         7 |                                | 0.2 returns 0
 *
 * Steps with the same number stand in the same line: up to where they part the
 * two are one run. Both are told for a few steps only.
 */
#include "report/beside.h"

#include "explore/divergence.h"
#include "explore/passing.h"
#include "report/cell.h"
#include "report/rows.h"
#include "report/words.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define STEPS_MAX 6u
#define WIDTH 34 /* of a column: both and the margin are 80 */
#define LINE_BYTES (HD_ROW_BYTES + HD_WORDS_BYTES + 2)

enum {
    HERE,
    THERE,
    SIDES,
};

/* Both runs, and the step in which they part: each has its own count. */
struct beside {
    const struct hd_scene *scenes[SIDES];
    size_t parts_at;
    const char *file; /* of all places, or NULL */
    bool color;
    FILE *out;
};

/* ---- one line of one side ---- */

/* "0.2 sets event 'loaded'", "~ time passes: 0 s -> 10 ms". */
static void
write_line(const struct hd_scene *scene, const struct hd_row *row, char *text)
{
    char who[HD_WORDS_BYTES];
    if (row->style != HD_ROW_ITEM) {
        snprintf(text, LINE_BYTES, "%s%s",
                 row->style == HD_ROW_NOTE ? "~ " : "", row->text);
        return;
    }
    hd_words_actor(scene->story->names, row->actor, who, sizeof(who));
    const bool is_noun = strncmp(row->text, "check ", 6) == 0 ||
                         strncmp(row->text, "HD_", 3) == 0 ||
                         strncmp(row->text, "hd_", 3) == 0;
    snprintf(text, LINE_BYTES, "%s%s %s", who, is_noun ? ":" : "", row->text);
}

/* Who steps stands before what he does: no need to tell of switches. */
static void
drop_switches(struct hd_rows *rows)
{
    size_t kept = 0;
    for (size_t i = 0; i < rows->count; i++) {
        if (rows->items[i].style != HD_ROW_SWITCH) {
            rows->items[kept++] = rows->items[i];
        }
    }
    rows->count = kept;
}

/* ---- both sides of one step ---- */

static void
print_margin(const struct beside *beside, const struct hd_row *row, size_t step)
{
    char number[24] = "";
    const bool fatal = row != NULL && row->is_fatal;
    if (step != 0) {
        snprintf(number, sizeof(number), "%zu", step);
    }
    hd_paint_begin(beside->out, beside->color && fatal, HD_PAINT_FATAL);
    fputs(fatal ? ">>" : "  ", beside->out);
    hd_paint_end(beside->out, beside->color && fatal, HD_PAINT_FATAL);
    fprintf(beside->out, "%5s ", number);
}

/* The i-th rows of both, as many lines as the longer one needs. */
static void
print_pair(const struct beside *beside, const struct hd_row *rows[SIDES],
           size_t step)
{
    char texts[SIDES][LINE_BYTES];
    struct hd_cell cells[SIDES];
    for (int side = HERE; side < SIDES; side++) {
        texts[side][0] = cells[side].place[0] = '\0';
        if (rows[side] != NULL) {
            write_line(beside->scenes[side], rows[side], texts[side]);
            hd_cell_place(rows[side], beside->file, cells[side].place);
        }
        cells[side].text = texts[side];
    }
    for (bool first = true;
         first || !cells[HERE].is_done || !cells[THERE].is_done;
         first = false) {
        print_margin(beside, first ? rows[HERE] : NULL, first ? step : 0);
        for (int side = HERE; side < SIDES; side++) {
            const struct hd_cell_style style = {
                .out = beside->out,
                .color = beside->color,
                .is_last = side == THERE,
                .paint = rows[side] != NULL ? hd_cell_paint(rows[side])
                                            : HD_PAINT_NONE,
                .width = WIDTH,
            };
            const bool empty = style.is_last && cells[side].text[0] == '\0' &&
                               cells[side].place[0] == '\0';
            fputs(side == HERE ? "| " : empty ? " |" : " | ", beside->out);
            hd_cell_print(&cells[side], &style);
        }
        fputc('\n', beside->out);
    }
}

/* The rows of one step; none if there is no such step. */
static void
read_step(const struct beside *beside, int side, size_t step,
          struct hd_rows *rows)
{
    if (!hd_rows_range(rows, beside->scenes[side], step, step)) {
        rows->count = 0;
    }
    drop_switches(rows);
}

/* Rows of both sides under each other; finishes them. */
static void
print_rows(const struct beside *beside, struct hd_rows rows[SIDES],
           size_t number)
{
    for (size_t i = 0; i < rows[HERE].count || i < rows[THERE].count; i++) {
        const struct hd_row *pair[SIDES];
        for (int side = HERE; side < SIDES; side++) {
            pair[side] = i < rows[side].count ? &rows[side].items[i] : NULL;
        }
        print_pair(beside, pair, i == 0 ? number : 0);
    }
    hd_rows_finish(&rows[HERE]);
    hd_rows_finish(&rows[THERE]);
}

/* One step of each, those that are over having nothing to say. */
static void
print_step(const struct beside *beside, size_t step)
{
    struct hd_rows rows[SIDES];
    for (int side = HERE; side < SIDES; side++) {
        read_step(beside, side, step, &rows[side]);
    }
    print_rows(beside, rows, step);
}

/* The last step after `last` of which there is something to tell, or 0. */
static size_t
find_end(const struct beside *beside, int side, size_t last)
{
    size_t step = beside->scenes[side]->count - 1;
    for (; step > last; step--) {
        struct hd_rows rows;
        read_step(beside, side, step, &rows);
        const size_t count = rows.count;
        hd_rows_finish(&rows);
        if (count > 0) {
            return step;
        }
    }
    return 0;
}

/* The end of each run that goes on after the last step that is told. */
static void
print_ends(const struct beside *beside, size_t last)
{
    struct hd_rows rows[SIDES] = {{.items = NULL}, {.items = NULL}};
    struct hd_row gaps[SIDES] = {{.style = HD_ROW_FOLD},
                                 {.style = HD_ROW_FOLD}};
    const struct hd_row *pair[SIDES] = {NULL, NULL};
    for (int side = HERE; side < SIDES; side++) {
        const size_t end = find_end(beside, side, last);
        if (end == 0) {
            continue;
        }
        read_step(beside, side, end, &rows[side]);
        snprintf(gaps[side].text, HD_ROW_BYTES,
                 "... and at its end, step %zu:", end);
        pair[side] = &gaps[side];
    }
    if (pair[HERE] != NULL || pair[THERE] != NULL) {
        print_pair(beside, pair, 0);
        print_rows(beside, rows, 0);
    }
}

static void
print_rest(const struct beside *beside, size_t last)
{
    const struct hd_row good = {.style = HD_ROW_FOLD, .text = "ends well"};
    const struct hd_row *pair[SIDES] = {NULL, &good};
    print_ends(beside, last);
    print_pair(beside, pair, 0);
}

/* ---- the section ---- */

static void
print_heading(const struct beside *beside)
{
    char line[WIDTH + 1];
    memset(line, '-', WIDTH);
    line[WIDTH] = '\0';
    fprintf(beside->out, "   step | %-*s | a run that passes\n", WIDTH,
            "the run that fails");
    fprintf(beside->out, "  ------+-%s-+-%s\n", line, line);
}

static uint64_t
path_at(const struct hd_scene *scene, size_t step)
{
    const uint32_t actor = step < scene->count ? scene->steps[step].actor : 0;
    return scene->story->names->actors[actor].path;
}

/* "Up to step 5 both are the same. Then this run goes on with 0.2, ..." */
static void
print_parting(const struct beside *beside)
{
    const struct hd_scene *here = beside->scenes[HERE];
    const struct hd_scene *there = beside->scenes[THERE];
    const size_t step = beside->parts_at;
    char first[HD_WORDS_BYTES], second[HD_WORDS_BYTES];
    if (step >= here->count || step >= there->count || step == 0 ||
        path_at(here, step) == path_at(there, step)) {
        fprintf(beside->out,
                "  Both runs are the same up to <>, a choice in step "
                "%zu:\n\n",
                step);
        return;
    }
    hd_words_label(here->story->names, here->steps[step].actor, first,
                   sizeof(first));
    hd_words_label(there->story->names, there->steps[step].actor, second,
                   sizeof(second));
    fprintf(beside->out,
            "  Up to <>, before step %zu, both runs are the same. Then the one "
            "that fails\n  goes on with %s, the one that passes with "
            "%s:\n\n",
            step, first, second);
}

static void
print_table(struct beside *beside)
{
    const size_t last = beside->parts_at + STEPS_MAX - 1;
    size_t longest = 0;
    for (int side = HERE; side < SIDES; side++) {
        const size_t count = beside->scenes[side]->count - 1;
        longest = count > longest ? count : longest;
    }
    print_parting(beside);
    if (beside->scenes[HERE]->story->passing->is_serial) {
        fputs("  The run that passes lets one task of the test end before the "
              "next\n  begins.\n\n",
              beside->out);
    }
    print_heading(beside);
    for (size_t i = beside->parts_at; i <= last && i <= longest; i++) {
        print_step(beside, i);
    }
    print_rest(beside, last < longest ? last : longest);
}

/* The file that holds the places of all that will be told, or NULL. */
static const char *
file_of_both(const struct beside *beside)
{
    const char *files[SIDES];
    for (int side = HERE; side < SIDES; side++) {
        struct hd_rows rows;
        const bool whole =
            hd_rows_range(&rows, beside->scenes[side], beside->parts_at,
                          beside->parts_at + STEPS_MAX - 1);
        files[side] = whole ? hd_cell_file(&rows) : NULL;
        hd_rows_finish(&rows);
    }
    return files[HERE] != NULL && files[THERE] != NULL &&
                   strcmp(files[HERE], files[THERE]) == 0
               ? files[HERE]
               : NULL;
}

/* Where they part, by number of step; false: they do not. */
static bool
find_parting(struct beside *beside, const struct hd_passing *passing)
{
    uint64_t here, there;
    if (!hd_log_parts(beside->scenes[HERE]->story->log, &passing->log, &here,
                      &there)) {
        return false;
    }
    beside->parts_at = hd_scene_step_of(beside->scenes[HERE], here);
    return true;
}

static void
print_both(const struct hd_scene *scene, const struct hd_names *names,
           FILE *out)
{
    const struct hd_passing *passing = scene->story->passing;
    const struct hd_finding none = {.kind = "", .record = UINT64_MAX};
    struct hd_story story = *scene->story;
    struct hd_scene other;
    struct beside beside = {
        .scenes = {scene, &other}, .color = story.color, .out = out};
    story.finding = &none;
    story.log = &passing->log;
    story.names = names;
    story.passing = NULL;
    if (!hd_scene_init(&other, &story)) {
        return;
    }
    char *token = hd_token_write(&passing->token);
    if (token != NULL && find_parting(&beside, passing)) {
        beside.file = file_of_both(&beside);
        hd_paint_begin(out, beside.color, HD_PAINT_TITLE);
        fputs("A run that passes", out);
        hd_paint_end(out, beside.color, HD_PAINT_TITLE);
        fputs("\n\n", out);
        print_table(&beside);
        fprintf(out, "\n  passes:  %s  (the run on the right)\n\n", token);
    }
    free(token);
    hd_scene_finish(&other);
}

void
hd_beside_print(const struct hd_scene *scene, FILE *out)
{
    const struct hd_passing *passing = scene->story->passing;
    struct hd_names names;
    if (passing != NULL && passing->found &&
        hd_names_init(&names, &passing->log)) {
        print_both(scene, &names, out);
        hd_names_finish(&names);
    }
}

void
hd_beside_print_none(const struct hd_story *story, FILE *out)
{
    const struct hd_passing *passing = story->passing;
    if (passing == NULL || passing->found || passing->schedules == 0) {
        return;
    }
    if (!passing->all) {
        fprintf(out, "  no order that passes was found (%" PRIu64 " tried)\n",
                passing->schedules);
    } else if (passing->schedules == 1) {
        fputs("  no other order is possible\n", out);
    } else {
        fprintf(out, "  whatever the order, it fails (all %" PRIu64 " tried)\n",
                passing->schedules);
    }
}
