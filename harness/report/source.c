#include "report/source.h"

#include "report/paint.h"
#include "report/symbols.h"
#include <ctype.h>
#include <limits.h>
#include <string.h>

/* ---- finding the file ---- */

/* Without the steps that led from the build folder to it. */
static const char *
without_steps(const char *path)
{
    while (strncmp(path, "../", 3) == 0) {
        path += 3;
    }
    return path;
}

static bool
ends_with(const char *path, const char *end)
{
    const size_t length = strlen(path), end_length = strlen(end);
    return length > end_length &&
           strcmp(path + length - end_length, end) == 0 &&
           path[length - end_length - 1] == '/';
}

/* A name from __FILE__ lies where a function of that file was compiled. */
static FILE *
open_known(const char *file, const struct hd_names *names)
{
    for (uint32_t i = 0; names != NULL && i < names->actor_count; i++) {
        const struct hd_symbol code = hd_symbol_function(names->actors[i].code);
        if (code.path != NULL && ends_with(code.path, file)) {
            return fopen(code.path, "r");
        }
    }
    return NULL;
}

static FILE *
open_source(const char *path, const struct hd_names *names)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        file = fopen(without_steps(path), "r");
    }
    if (file == NULL) {
        file = open_known(without_steps(path), names);
    }
    return file;
}

/* ---- reading it ---- */

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
hd_source_line(const char *path, int line, const struct hd_names *names,
               char *text, size_t bytes)
{
    FILE *file = path != NULL && line > 0 ? open_source(path, names) : NULL;
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
    fprintf(out, "  %s%5d |%s%s\n", is_the_one ? ">>" : "  ", number,
            text[0] != '\0' ? " " : "", text);
    hd_paint_end(out, story->color, paint);
}

void
hd_source_quote(const char *path, int line, const struct hd_story *story,
                FILE *out)
{
    char text[HD_SOURCE_LINE_BYTES];
    FILE *file =
        path != NULL && line > 0 ? open_source(path, story->names) : NULL;
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
