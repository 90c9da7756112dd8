#include "report/cell.h"

#include "report/symbols.h"
#include "report/words.h"
#include <string.h>

#define COLUMNS 80

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

void
hd_cell_print(struct hd_cell *cell, const struct hd_cell_style *style)
{
    FILE *out = style->out;
    const int length = fitting(cell->text, style->width);
    const int place_length = (int)strlen(cell->place);
    const bool ends = cell->text[length] == '\0';
    const bool fits =
        ends && (length == 0 || length + place_length < style->width);
    const int used = length + (fits ? place_length : 0);
    const int gap = style->width > used ? style->width - used : 0;
    hd_paint_begin(out, style->color, style->paint);
    fprintf(out, "%.*s", length, cell->text);
    hd_paint_end(out, style->color, style->paint);
    if (!style->is_last || (fits && place_length > 0)) {
        fprintf(out, "%*s", gap, "");
    }
    if (fits) {
        hd_paint_begin(out, style->color, HD_PAINT_FAINT);
        fputs(cell->place, out);
        hd_paint_end(out, style->color, HD_PAINT_FAINT);
        cell->place[0] = '\0';
    }
    cell->text += length;
    cell->text += strspn(cell->text, " ");
    cell->is_done = cell->text[0] == '\0' && cell->place[0] == '\0';
}

void
hd_cell_wrap(const char *label, const char *text, const struct hd_story *story,
             enum hd_paint paint, FILE *out)
{
    const int indent = (int)strlen(label);
    fputs(label, out);
    for (;;) {
        const int length = fitting(text, COLUMNS - indent);
        hd_paint_begin(out, story->color, paint);
        fprintf(out, "%.*s", length, text);
        hd_paint_end(out, story->color, paint);
        fputc('\n', out);
        text += length;
        text += strspn(text, " ");
        if (text[0] == '\0') {
            return;
        }
        fprintf(out, "%*s", indent, "");
    }
}

const char *
hd_cell_file(const struct hd_rows *rows)
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

const char *
hd_cell_place(const struct hd_row *row, const char *file, char *text)
{
    int line = row->line;
    if (file != NULL && row->place != 0) {
        line = hd_symbol_place(row->place).line;
        const struct hd_symbol via =
            hd_symbol_outer(row->via != 0 ? row->via : row->place);
        if (line > 0 && via.line != line && via.file != NULL &&
            strcmp(via.file, file) == 0) {
            snprintf(text, HD_CELL_PLACE_BYTES, ":%d>:%d", via.line, line);
            return text;
        }
    }
    if (line > 0) {
        snprintf(text, HD_CELL_PLACE_BYTES, ":%d", line);
        return text;
    }
    return hd_words_place(row->place, text, HD_CELL_PLACE_BYTES);
}

enum hd_paint
hd_cell_paint(const struct hd_row *row)
{
    if (row->is_fatal) {
        return HD_PAINT_FATAL;
    }
    if (row->is_cause) {
        return HD_PAINT_TITLE;
    }
    if (row->is_chosen || row->is_parting) {
        return HD_PAINT_CHOSEN;
    }
    return row->style == HD_ROW_ITEM ? HD_PAINT_NONE : HD_PAINT_FAINT;
}
