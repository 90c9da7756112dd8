/*
 *      step | 0.1 left                | 0.2 right               |
 *         1 | takes lock 'a'      :12 |                         |
 *           | yields              :13 |                         |
 *         2 |                         | takes lock 'b'      :21 |
 *     >>  3 | waits for lock 'b', held by 0.2               ...
 *
 * A lane is as wide as what it has to say, up to a limit; longer texts go on
 * in the next line. A place stands at the right edge, as a line number alone
 * if one file holds them all.
 */
#include "report/lanes.h"

#include "report/paint.h"
#include "report/symbols.h"
#include "report/words.h"
#include <stdlib.h>
#include <string.h>

#define PLACE_BYTES 96u
#define LABEL_MAX 24

static const int width_max[HD_SCENE_LANES_MAX + 1] = {60, 66, 44, 30, 23};

struct table {
    const struct hd_scene *scene;
    const struct hd_rows *rows;
    FILE *out;
    bool color;
    const char *file; /* that holds all places, or NULL */
    uint32_t lanes[HD_SCENE_LANES_MAX];
    int widths[HD_SCENE_LANES_MAX];
    size_t count;
    int label_width; /* of a list */
};

/* ---- places ---- */

/* The one file of all places, or NULL if there are several. */
static const char *
file_of_all(const struct hd_rows *rows)
{
    const char *file = NULL;
    for (size_t i = 0; i < rows->count; i++) {
        if (rows->items[i].place == 0) {
            continue;
        }
        const struct hd_symbol symbol = hd_symbol_place(rows->items[i].place);
        if (symbol.file == NULL ||
            (file != NULL && strcmp(file, symbol.file) != 0)) {
            return NULL;
        }
        file = symbol.file;
    }
    return file;
}

static const char *
place_text(const struct table *table, uint64_t place, char *text)
{
    if (table->file != NULL && place != 0) {
        snprintf(text, PLACE_BYTES, ":%d", hd_symbol_place(place).line);
        return text;
    }
    return hd_words_place(place, text, PLACE_BYTES);
}

/* ---- one cell ---- */

/* How much of text fits into width: up to a space, at least something. */
static int
fitting(const char *text, int width)
{
    const int length = (int)strlen(text);
    if (length <= width) {
        return length;
    }
    int cut = width;
    while (cut > 0 && text[cut] != ' ') {
        cut--;
    }
    return cut > 0 ? cut : width;
}

/* What is left to print of a cell. */
struct cell {
    const char *text;
    char place[PLACE_BYTES];
    bool done;
};

/* Print the next line of a cell, padded to width. */
static void
print_line(const struct table *table, struct cell *cell, int width,
           enum hd_paint paint)
{
    const int length = fitting(cell->text, width);
    const int place_length = (int)strlen(cell->place);
    const bool is_last = cell->text[length] == '\0';
    const bool fits =
        is_last && (length == 0 || length + 1 + place_length <= width);
    const int used = length + (fits ? place_length : 0);
    hd_paint_begin(table->out, table->color, paint);
    fprintf(table->out, "%.*s", length, cell->text);
    hd_paint_end(table->out, table->color, paint);
    fprintf(table->out, "%*s", width > used ? width - used : 0, "");
    if (fits) {
        hd_paint_begin(table->out, table->color, HD_PAINT_FAINT);
        fputs(cell->place, table->out);
        hd_paint_end(table->out, table->color, HD_PAINT_FAINT);
        cell->place[0] = '\0';
    }
    cell->text += length;
    cell->text += strspn(cell->text, " ");
    cell->done = cell->text[0] == '\0' && cell->place[0] == '\0';
}

static enum hd_paint
paint_of(const struct hd_row *row)
{
    if (row->is_fatal) {
        return HD_PAINT_FATAL;
    }
    if (row->is_chosen) {
        return HD_PAINT_CHOSEN;
    }
    return row->style == HD_ROW_ITEM ? HD_PAINT_NONE : HD_PAINT_FAINT;
}

/* ">>   3 ", the first line of a row only. */
static void
print_margin(const struct table *table, const struct hd_row *row, bool first)
{
    char number[24] = "";
    if (first && row->number > 0) {
        snprintf(number, sizeof(number), "%llu",
                 (unsigned long long)row->number);
    }
    const enum hd_paint paint = row->is_fatal ? HD_PAINT_FATAL : HD_PAINT_NONE;
    hd_paint_begin(table->out, table->color, paint);
    fprintf(table->out, "%s%5s ", first && row->is_fatal ? ">>" : "  ", number);
    hd_paint_end(table->out, table->color, paint);
}

/* A row that is nobody's goes across all lanes. */
static void
print_across(const struct table *table, const struct hd_row *row)
{
    static const char *const marks[] = {[HD_ROW_ITEM] = "",
                                        [HD_ROW_NOTE] = "~ ",
                                        [HD_ROW_SWITCH] = "* ",
                                        [HD_ROW_FOLD] = ""};
    char place[PLACE_BYTES];
    const enum hd_paint paint = paint_of(row);
    place_text(table, row->place, place);
    print_margin(table, row, true);
    hd_paint_begin(table->out, table->color, paint);
    fprintf(table->out, "%s%s", marks[row->style], row->text);
    hd_paint_end(table->out, table->color, paint);
    fprintf(table->out, "%s%s\n", place[0] != '\0' ? "  " : "", place);
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

static int
smaller(int a, int b)
{
    return a < b ? a : b;
}

static void
measure_lane(struct table *table, size_t lane)
{
    char text[HD_WORDS_BYTES];
    const int limit = width_max[table->count];
    hd_words_label(table->scene->story->names, table->lanes[lane], text,
                   sizeof(text));
    int width = (int)strlen(text);
    for (size_t i = 0; i < table->rows->count; i++) {
        const struct hd_row *row = &table->rows->items[i];
        if (row->actor != table->lanes[lane] || row->style != HD_ROW_ITEM) {
            continue;
        }
        place_text(table, row->place, text);
        const int needed = (int)(strlen(row->text) + strlen(text) + 2);
        width = width > needed ? width : needed;
    }
    table->widths[lane] = smaller(width, limit);
}

static void
print_heading(const struct table *table)
{
    char label[HD_WORDS_BYTES];
    fprintf(table->out, "   step");
    for (size_t i = 0; i < table->count; i++) {
        hd_words_label(table->scene->story->names, table->lanes[i], label,
                       sizeof(label));
        fprintf(table->out, " | ");
        hd_paint_begin(table->out, table->color, HD_PAINT_TITLE);
        fprintf(table->out, "%-*.*s", table->widths[i], table->widths[i],
                label);
        hd_paint_end(table->out, table->color, HD_PAINT_TITLE);
    }
    fprintf(table->out, "\n  -----");
    for (size_t i = 0; i < table->count; i++) {
        fprintf(table->out, "-+-");
        for (int column = 0; column < table->widths[i]; column++) {
            fputc('-', table->out);
        }
    }
    fputc('\n', table->out);
}

static void
print_in_lane(const struct table *table, const struct hd_row *row, size_t lane)
{
    struct cell cell = {.text = row->text};
    place_text(table, row->place, cell.place);
    for (bool first = true; first || !cell.done; first = false) {
        print_margin(table, row, first);
        for (size_t i = 0; i <= lane; i++) {
            fputs("| ", table->out);
            if (i < lane) {
                fprintf(table->out, "%*s ", table->widths[i], "");
            }
        }
        print_line(table, &cell, table->widths[lane], paint_of(row));
        for (size_t i = lane + 1; i < table->count; i++) {
            fprintf(table->out, " | %*s",
                    i + 1 < table->count ? table->widths[i] : 0, "");
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
    for (size_t i = 0; i < table->count; i++) {
        measure_lane(table, i);
    }
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
            const int length = smaller((int)strlen(text), LABEL_MAX);
            table->label_width =
                table->label_width > length ? table->label_width : length;
        }
    }
}

static void
print_listed(const struct table *table, const struct hd_row *row)
{
    char label[HD_WORDS_BYTES], place[PLACE_BYTES];
    const int width = table->label_width;
    const enum hd_paint paint = paint_of(row);
    hd_words_label(table->scene->story->names, row->actor, label,
                   sizeof(label));
    place_text(table, row->place, place);
    print_margin(table, row, true);
    fprintf(table->out, "%-*.*s | ", width, width,
            row->number > 0 ? label : "");
    hd_paint_begin(table->out, table->color, paint);
    fputs(row->text, table->out);
    hd_paint_end(table->out, table->color, paint);
    hd_paint_begin(table->out, table->color, HD_PAINT_FAINT);
    fprintf(table->out, "%s%s\n", place[0] != '\0' ? "  " : "", place);
    hd_paint_end(table->out, table->color, HD_PAINT_FAINT);
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
        .file = file_of_all(rows),
    };
    if (table.file != NULL) {
        fprintf(out, "  (:12 is line 12 of %s)\n\n", table.file);
    }
    if (scene->shown_count > 0 && scene->shown_count <= HD_SCENE_LANES_MAX) {
        print_lanes(&table);
    } else {
        print_list(&table);
    }
    if (scene->shown_count < scene->tasks) {
        fprintf(out, "\n  (%u tasks that take no part are left out)\n",
                scene->tasks - scene->shown_count);
    }
}
