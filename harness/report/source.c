#include "report/source.h"

#include "report/paint.h"
#include <ctype.h>
#include <string.h>

/* The next line, cut to bytes, without its end. False at the file's end. */
static bool
read_line(FILE *file, char *text, size_t bytes)
{
    if (fgets(text, (int)bytes, file) == NULL) {
        return false;
    }
    const size_t length = strcspn(text, "\n");
    if (text[length] == '\0') {
        int c;
        while ((c = fgetc(file)) != EOF && c != '\n') {
        }
    }
    text[length] = '\0';
    return true;
}

const char *
hd_source_line(const char *path, int line, char *text, size_t bytes)
{
    FILE *file = path != NULL && line > 0 ? fopen(path, "r") : NULL;
    if (file == NULL) {
        return NULL;
    }
    bool found = true;
    for (int i = 0; i < line && found; i++) {
        found = read_line(file, text, bytes);
    }
    fclose(file);
    if (!found) {
        return NULL;
    }
    while (isspace((unsigned char)*text)) {
        text++;
    }
    return text;
}

static void
quote_line(const struct hd_story *story, FILE *out, int number,
           const char *text, bool is_the_one)
{
    const enum hd_paint paint = is_the_one ? HD_PAINT_FATAL : HD_PAINT_FAINT;
    hd_paint_begin(out, story->color, paint);
    fprintf(out, "  %s%5d |%s%s", is_the_one ? ">>" : "  ", number,
            text[0] != '\0' ? " " : "", text);
    hd_paint_end(out, story->color, paint);
    fputc('\n', out);
}

void
hd_source_quote(const char *path, int line, const struct hd_story *story,
                FILE *out)
{
    char text[HD_SOURCE_LINE_BYTES];
    FILE *file = path != NULL && line > 0 ? fopen(path, "r") : NULL;
    if (file == NULL) {
        return;
    }
    for (int i = 1; i <= line + 1 && read_line(file, text, sizeof(text)); i++) {
        if (i >= line - 2) {
            quote_line(story, out, i, text, i == line);
        }
    }
    fclose(file);
}
