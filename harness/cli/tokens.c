#include "cli/tokens.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool
hd_tokens_is_one(const char *text)
{
    return strncmp(text, "hd", 2) == 0 && text[2] >= '0' && text[2] <= '9';
}

static bool
add(struct hd_token_lines *lines, const char *text, const char *file,
    unsigned line)
{
    struct hd_token_line *items =
        reallocarray(lines->items, lines->count + 1, sizeof(*items));
    if (items == NULL) {
        return false;
    }
    lines->items = items;
    struct hd_token_line *item = &items[lines->count];
    *item = (struct hd_token_line){
        .text = strdup(text), .file = strdup(file), .line = line};
    lines->count++;
    return item->text != NULL && item->file != NULL;
}

static bool
read_file(struct hd_token_lines *lines, const char *name)
{
    FILE *file = fopen(name, "r");
    char *line = NULL;
    size_t bytes = 0;
    bool fine = file != NULL;
    if (!fine) {
        return false;
    }
    errno = 0;
    for (unsigned at = 1; fine && getline(&line, &bytes, file) > 0; at++) {
        line[strcspn(line, " \t\r\n")] = '\0';
        fine = !hd_tokens_is_one(line) || add(lines, line, name, at);
    }
    fine = fine && !ferror(file);
    const int error = errno;
    free(line);
    fclose(file);
    errno = error;
    return fine;
}

static int
is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* By bytes, whatever the language. */
static int
compare(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool
is_directory(const char *name)
{
    struct stat status;
    return stat(name, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool
read_directory(struct hd_token_lines *lines, const char *name,
               const char **out_name)
{
    static char path[4096];
    struct dirent **entries;
    const int count = scandir(name, &entries, is_shown, compare);
    bool fine = count >= 0;
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof(path), "%s/%s", name, entries[i]->d_name);
        if (fine && !is_directory(path)) {
            fine = read_file(lines, path);
            *out_name = fine ? name : path;
        }
        free(entries[i]);
    }
    if (count >= 0) {
        free(entries);
    }
    return fine;
}

bool
hd_tokens_read(struct hd_token_lines *lines, const char *name,
               const char **out_name)
{
    *out_name = name;
    return is_directory(name) ? read_directory(lines, name, out_name)
                              : read_file(lines, name);
}

void
hd_tokens_finish(struct hd_token_lines *lines)
{
    for (size_t i = 0; i < lines->count; i++) {
        free(lines->items[i].text);
        free(lines->items[i].file);
    }
    free(lines->items);
    *lines = (struct hd_token_lines){0};
}
