/*
 *      step | 0.1 left                | 0.2 right
 *     ------+-------------------------+------------------------
 *         1 | takes lock 'a'      :12 |
 *           | yields              :13 |
 *         * switch: chosen by the schedule: 0.2 runs before 0.1
 *         2 |                         | takes lock 'b'      :21
 *     >>  3 |                         | check fails: n == 2 :22
 *
 * A lane is as wide as what it has to say, as far as all fit; longer texts go
 * on in the next line. A place stands at the right edge, as a line number
 * alone if one file holds them all.
 */
#include "report/lanes.h"

#include "report/cell.h"
#include "report/paint.h"
#include "report/words.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MARGIN 7      /* columns for marks and numbers of steps */
#define TABLE_MAX 100 /* columns, if that leaves LANE_MIN for each */
#define LANE_MIN 16
#define LANE_MAX 60
#define LABEL_MAX 24 /* of a list */
#define LIST_MAX 64

struct table {
    const struct hd_scene *scene;
    const struct hd_rows *rows;
    FILE *out;
    bool color;
    const char *file; /* that holds all places, or NULL */
    uint32_t lanes[HD_SCENE_LANES_MAX];
    int widths[HD_SCENE_LANES_MAX];
    size_t count;
    int label_width, text_width; /* of a list */
};

static int
smaller(int a, int b)
{
    return a < b ? a : b;
}

static int
larger(int a, int b)
{
    return a > b ? a : b;
}

/* ---- what all rows have ---- */

static void
print_painted(const struct table *table, enum hd_paint paint, int width,
              const char *text)
{
    hd_paint_begin(table->out, table->color, paint);
    fprintf(table->out, "%-*s", width, text);
    hd_paint_end(table->out, table->color, paint);
}

/* ">>   3 "; what is in it stands in the first line of a row only. */
static void
print_margin(const struct table *table, const struct hd_row *row, bool first)
{
    char number[24] = "";
    const char *mark = row->is_fatal     ? ">>"
                       : row->is_parting ? "<>"
                       : row->is_cause   ? " >"
                       : row->is_chosen  ? " *"
                                         : "  ";
    if (first && row->number > 0) {
        snprintf(number, sizeof(number), "%" PRIu64, row->number);
    }
    print_painted(table, hd_cell_paint(row), 2, first ? mark : "");
    fprintf(table->out, "%5s ", number);
}

/* A row that is nobody's goes across all lanes. */
static void
print_across(const struct table *table, const struct hd_row *row)
{
    static const char *const marks[] = {[HD_ROW_ITEM] = "",
                                        [HD_ROW_NOTE] = "~ ",
                                        [HD_ROW_SWITCH] = "",
                                        [HD_ROW_FOLD] = ""};
    char place[HD_CELL_PLACE_BYTES];
    const char *gap = row->style == HD_ROW_SWITCH ? " " : "  ";
    hd_cell_place(row, table->file, place);
    print_margin(table, row, true);
    print_painted(table, hd_cell_paint(row), 0, marks[row->style]);
    print_painted(table, hd_cell_paint(row), 0, row->text);
    fprintf(table->out, "%s%s\n", place[0] != '\0' ? gap : "", place);
}

/* ---- side by side ---- */

static size_t
lane_of(const struct table *table, uint32_t actor)
{
    size_t lane = 0;
    while (lane < table->count && table->lanes[lane] != actor) {
        lane++;
    }
    return lane;
}

/* As wide as it would like to be. */
static int
natural_width(const struct table *table, uint32_t actor)
{
    char text[HD_WORDS_BYTES];
    hd_words_label(table->scene->story->names, actor, text, sizeof(text));
    size_t width = strlen(text);
    for (size_t i = 0; i < table->rows->count; i++) {
        const struct hd_row *row = &table->rows->items[i];
        if (row->actor == actor && row->style == HD_ROW_ITEM) {
            hd_cell_place(row, table->file, text);
            const size_t gap = text[0] != '\0' ? 2 : 0;
            const size_t needed = strlen(row->text) + gap + strlen(text);
            width = needed > width ? needed : width;
        }
    }
    return smaller((int)width, LANE_MAX);
}

/* Take from the widest what is too much for all of them together. */
static void
fit_lanes(struct table *table)
{
    int sum = MARGIN;
    for (size_t i = 0; i < table->count; i++) {
        table->widths[i] = natural_width(table, table->lanes[i]);
        sum += table->widths[i] + 3;
    }
    for (; sum > TABLE_MAX; sum--) {
        size_t widest = 0;
        for (size_t i = 1; i < table->count; i++) {
            widest = table->widths[i] > table->widths[widest] ? i : widest;
        }
        if (table->widths[widest] <= LANE_MIN) {
            return;
        }
        table->widths[widest]--;
    }
}

/* Where headings are cut that are too long: at the same place in all lanes. */
static size_t
heading_length(const struct table *table)
{
    char label[HD_WORDS_BYTES];
    size_t length = sizeof(label);
    for (size_t i = 0; i < table->count; i++) {
        const size_t width = (size_t)table->widths[i];
        hd_words_label(table->scene->story->names, table->lanes[i], label,
                       sizeof(label));
        if (strlen(label) > width && width < length) {
            length = width;
        }
    }
    return length;
}

static void
print_heading(const struct table *table)
{
    const size_t longest = heading_length(table);
    char label[HD_WORDS_BYTES + 4];
    fputs("   step", table->out);
    for (size_t i = 0; i < table->count; i++) {
        const bool is_last = i + 1 == table->count;
        hd_words_label(table->scene->story->names, table->lanes[i], label,
                       HD_WORDS_BYTES);
        if (strlen(label) > longest) {
            memcpy(&label[longest - 3], "...", sizeof("..."));
        }
        fputs(" | ", table->out);
        print_painted(table, HD_PAINT_TITLE, is_last ? 0 : table->widths[i],
                      label);
    }
    fputs("\n  -----", table->out);
    for (size_t i = 0; i < table->count; i++) {
        fputs("-+-", table->out);
        for (int column = 0; column < table->widths[i]; column++) {
            fputc('-', table->out);
        }
    }
    fputc('\n', table->out);
}

static void
print_in_lane(const struct table *table, const struct hd_row *row, size_t lane)
{
    struct hd_cell cell = {.text = row->text};
    const struct hd_cell_style style = {
        .out = table->out,
        .color = table->color,
        .is_last = lane + 1 == table->count,
        .paint = hd_cell_paint(row),
        .width = table->widths[lane],
    };
    hd_cell_place(row, table->file, cell.place);
    for (bool first = true; first || !cell.is_done; first = false) {
        print_margin(table, row, first);
        for (size_t i = 0; i < lane; i++) {
            fprintf(table->out, "| %*s ", table->widths[i], "");
        }
        fputs("| ", table->out);
        hd_cell_print(&cell, &style);
        for (size_t i = lane + 1; i < table->count; i++) {
            const bool is_last = i + 1 == table->count;
            fprintf(table->out, " |%*s", is_last ? 0 : table->widths[i] + 1,
                    "");
        }
        fputc('\n', table->out);
    }
}

static void
print_lanes(struct table *table)
{
    const struct hd_scene *scene = table->scene;
    for (uint32_t id = 0; id < scene->story->names->actor_count; id++) {
        if (scene->shown[id]) {
            table->lanes[table->count++] = id;
        }
    }
    fit_lanes(table);
    print_heading(table);
    for (size_t i = 0; i < table->rows->count; i++) {
        const struct hd_row *row = &table->rows->items[i];
        const size_t lane = lane_of(table, row->actor);
        if (row->style == HD_ROW_ITEM && lane < table->count) {
            print_in_lane(table, row, lane);
        } else {
            print_across(table, row);
        }
    }
}

/* ---- under each other ---- */

static void
measure_list(struct table *table)
{
    char text[HD_WORDS_BYTES];
    for (size_t i = 0; i < table->rows->count; i++) {
        const struct hd_row *row = &table->rows->items[i];
        if (row->style == HD_ROW_ITEM) {
            hd_words_label(table->scene->story->names, row->actor, text,
                           sizeof(text));
            const int label = smaller((int)strlen(text), LABEL_MAX);
            const int words = smaller((int)strlen(row->text), LIST_MAX);
            table->label_width = larger(table->label_width, label);
            table->text_width = larger(table->text_width, words);
        }
    }
}

static void
print_listed(const struct table *table, const struct hd_row *row)
{
    char label[HD_WORDS_BYTES], place[HD_CELL_PLACE_BYTES];
    const int width = table->label_width;
    hd_words_label(table->scene->story->names, row->actor, label,
                   sizeof(label));
    hd_cell_place(row, table->file, place);
    print_margin(table, row, true);
    fprintf(table->out, "%-*.*s | ", width, width,
            row->number > 0 ? label : "");
    print_painted(table, hd_cell_paint(row),
                  place[0] != '\0' ? table->text_width + 2 : 0, row->text);
    print_painted(table, HD_PAINT_FAINT, 0, place);
    fputc('\n', table->out);
}

static void
print_list(struct table *table)
{
    measure_list(table);
    for (size_t i = 0; i < table->rows->count; i++) {
        const struct hd_row *row = &table->rows->items[i];
        if (row->style == HD_ROW_ITEM) {
            print_listed(table, row);
        } else {
            print_across(table, row);
        }
    }
}

/* ---- the legend ---- */

struct legend {
    bool fatal, parting, chosen, cause, calls, notes, gaps;
};

static void
read_row(struct legend *legend, const struct hd_row *row, uint64_t *before)
{
    legend->fatal |= row->is_fatal;
    legend->parting |= row->is_parting;
    legend->cause |= row->is_cause;
    legend->chosen |= row->is_chosen;
    legend->notes |= row->style == HD_ROW_NOTE;
    if (row->style == HD_ROW_FOLD) {
        *before = 0;
    } else if (row->number > 0) {
        legend->gaps |= *before != 0 && row->number > *before + 1;
        *before = row->number;
    }
}

/* What the marks mean that stand in the table. */
static void
print_legend(const struct table *table)
{
    struct legend legend = {.fatal = false};
    uint64_t before = 0;
    char text[512];
    for (size_t i = 0; i < table->rows->count; i++) {
        const struct hd_row *row = &table->rows->items[i];
        read_row(&legend, row, &before);
        legend.calls |=
            strchr(hd_cell_place(row, table->file, text), '>') != NULL;
    }
    snprintf(
        text, sizeof(text), "%s%s%s%s%s%s%s%s",
        legend.fatal ? ">> it goes wrong here; " : "",
        legend.cause ? "> it began here; " : "",
        legend.parting ? "<> a run that passes goes on otherwise; " : "",
        legend.chosen ? "* chosen, not the plain order; " : "",
        legend.notes ? "~ the loop, the clock, the simulated outside; " : "",
        legend.calls ? ":8>:5 line 5, called from line 8; " : "",
        legend.gaps ? "missing steps: Heddle's bookkeeping; " : "",
        table->scene->tasks > 1 ? "0.1: the first task that 0 has spawned; "
                                : "");
    if (text[0] == '\0') {
        return;
    }
    text[strlen(text) - 2] = '\0';
    fputc('\n', table->out);
    hd_cell_wrap("  ", text, table->scene->story, HD_PAINT_FAINT, table->out);
}

/* ---- both ---- */

void
hd_lanes_print(const struct hd_scene *scene, const struct hd_rows *rows,
               FILE *out)
{
    struct table table = {
        .scene = scene,
        .rows = rows,
        .out = out,
        .color = scene->story->color,
        .file = hd_cell_file(rows),
    };
    if (table.file != NULL) {
        fprintf(out, "  (places are lines of %s)\n\n", table.file);
    }
    if (scene->shown_count > 0 && scene->shown_count <= HD_SCENE_LANES_MAX) {
        print_lanes(&table);
    } else {
        print_list(&table);
    }
    print_legend(&table);
    const uint32_t hidden = scene->tasks - scene->shown_count;
    if (hidden > 0) {
        fprintf(out, "  (left out: %u task%s)\n", hidden,
                hidden == 1 ? " that takes no part" : "s that take no part");
    }
}
