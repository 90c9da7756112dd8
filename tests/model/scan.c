#include "scan.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

void
model_scan_fail(struct model_scan *scan, const char *message)
{
    if (!scan->failed) {
        snprintf(scan->error, sizeof(scan->error), "line %u: %s: %.60s",
                 scan->line, message, scan->at != NULL ? scan->at : "");
        scan->error[strcspn(scan->error, "\n")] = '\0';
        scan->failed = true;
    }
}

static void
skip_blanks(struct model_scan *scan)
{
    while (*scan->at == ' ') {
        scan->at++;
    }
}

void
model_scan_next_line(struct model_scan *scan)
{
    while (*scan->next != '\0') {
        const char *start = scan->next;
        const size_t length = strcspn(start, "\n");
        scan->next += length + (start[length] == '\n');
        scan->line++;
        scan->at = start;
        skip_blanks(scan);
        scan->indent = (unsigned)(scan->at - start);
        if (*scan->at != '#' && *scan->at != '\n' && *scan->at != '\0') {
            return;
        }
    }
    scan->at = NULL;
    scan->indent = 0;
}

bool
model_scan_ends(struct model_scan *scan)
{
    if (scan->at == NULL) {
        return true;
    }
    skip_blanks(scan);
    return *scan->at == '\n' || *scan->at == '\0';
}

bool
model_scan_looking_at(struct model_scan *scan, const char *text)
{
    if (scan->at == NULL) {
        return false;
    }
    skip_blanks(scan);
    return strncmp(scan->at, text, strlen(text)) == 0;
}

bool
model_scan_take(struct model_scan *scan, const char *text)
{
    if (!model_scan_looking_at(scan, text)) {
        return false;
    }
    scan->at += strlen(text);
    return true;
}

void
model_scan_expect(struct model_scan *scan, const char *text)
{
    if (!model_scan_take(scan, text)) {
        model_scan_fail(scan, text);
    }
}

void
model_scan_word(struct model_scan *scan, char word[MODEL_NAME_BYTES])
{
    unsigned length = 0;
    if (scan->at != NULL) {
        skip_blanks(scan);
        while (isalnum((unsigned char)*scan->at) || *scan->at == '_') {
            if (length + 1 < MODEL_NAME_BYTES) {
                word[length++] = *scan->at;
            }
            scan->at++;
        }
    }
    word[length] = '\0';
    if (length == 0) {
        model_scan_fail(scan, "a word is missing");
    }
}

/* ---- names ---- */

static bool
is_called(const char *entry, const char *name)
{
    return strncmp(entry, name, MODEL_NAME_BYTES) == 0;
}

static void
call(char entry[MODEL_NAME_BYTES], const char *name)
{
    snprintf(entry, MODEL_NAME_BYTES, "%s", name);
}

int16_t
model_scan_cell(struct model_scan *scan, const char *name, bool indexed)
{
    struct model *model = scan->model;
    for (unsigned i = 0; i < model->name_count; i++) {
        if (is_called(model->names[i].text, name)) {
            if (model->names[i].indexed != indexed) {
                model_scan_fail(scan, "indexed here and not there");
            }
            return model->names[i].cell;
        }
    }
    const unsigned cells = indexed ? MODEL_ARRAY_CELLS : 1;
    if (model->name_count == MODEL_NAMES_MAX ||
        model->cell_count + cells > MODEL_CELLS_MAX) {
        model_scan_fail(scan, "too many variables");
        return 0;
    }
    struct model_name *entry = &model->names[model->name_count++];
    call(entry->text, name);
    entry->indexed = indexed;
    entry->cell = model->cell_count;
    model->cell_count = (uint8_t)(model->cell_count + cells);
    return entry->cell;
}

int16_t
model_scan_proc(struct model_scan *scan, const char *name)
{
    struct model *model = scan->model;
    for (unsigned i = 0; i < model->proc_count; i++) {
        if (is_called(scan->procs[i], name)) {
            return (int16_t)i;
        }
    }
    if (model->proc_count == MODEL_PROCS_MAX) {
        model_scan_fail(scan, "too many procedures");
        return 0;
    }
    call(scan->procs[model->proc_count], name);
    model->procs[model->proc_count] = -1;
    return (int16_t)model->proc_count++;
}

int8_t
model_scan_find_register(const struct model_scan *scan, const char *name)
{
    for (unsigned i = 0; i < scan->register_count; i++) {
        if (is_called(scan->registers[i], name)) {
            return (int8_t)i;
        }
    }
    return -1;
}

int8_t
model_scan_hidden(struct model_scan *scan, unsigned count)
{
    if (scan->register_count + count > MODEL_REGISTERS_MAX) {
        model_scan_fail(scan, "too many registers");
        return 0;
    }
    const unsigned first = scan->register_count;
    scan->register_count += count;
    for (unsigned i = 0; i < count; i++) {
        call(scan->registers[first + i], "");
    }
    return (int8_t)first;
}

int8_t
model_scan_register(struct model_scan *scan, const char *name)
{
    int8_t found = model_scan_find_register(scan, name);
    if (found < 0) {
        found = model_scan_hidden(scan, 1);
        call(scan->registers[found], name);
    }
    return found;
}

int8_t
model_scan_list(struct model_scan *scan, const char *name)
{
    int8_t found = model_scan_find_register(scan, name);
    if (found < 0) {
        found = model_scan_hidden(scan, 1 + MODEL_LIST_ITEMS);
        call(scan->registers[found], name);
    }
    return found;
}

void
model_scan_forget_registers(struct model_scan *scan)
{
    scan->register_count = 0;
}
