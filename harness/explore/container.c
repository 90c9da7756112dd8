/*
 * The header is text, so that people can read what a file is of; it names each
 * section's size and checksum, and ends in a checksum of itself. A checksum is
 * a chain of hd_mix(), which has an inverse: two files that differ in one word
 * never have the same.
 */
#include "explore/container.h"

#include "base/assert.h"
#include "base/random.h"
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAGIC "heddle-search "

/* ---- what is in it ---- */

void
hd_container_finish(struct hd_container *container)
{
    for (size_t i = 0; i < container->field_count; i++) {
        free(container->fields[i].name);
        free(container->fields[i].value);
    }
    for (size_t i = 0; i < container->section_count; i++) {
        free(container->sections[i].name);
        free(container->sections[i].bytes);
    }
    free(container->fields);
    free(container->sections);
    *container = (struct hd_container){0};
}

/* Takes the value. */
static void
set_field(struct hd_container *container, const char *name, char *value)
{
    for (size_t i = 0; value != NULL && i < container->field_count; i++) {
        if (strcmp(container->fields[i].name, name) == 0) {
            free(container->fields[i].value);
            container->fields[i].value = value;
            return;
        }
    }
    struct hd_field *fields = reallocarray(
        container->fields, container->field_count + 1, sizeof(*fields));
    char *copy = strdup(name);
    if (fields != NULL) {
        container->fields = fields;
    }
    if (fields == NULL || copy == NULL || value == NULL) {
        container->failed = true;
        free(copy);
        free(value);
        return;
    }
    fields[container->field_count++] =
        (struct hd_field){.name = copy, .value = value};
}

void
hd_container_set(struct hd_container *container, const char *name,
                 const char *format, ...)
{
    va_list args;
    char *value = NULL;
    va_start(args, format);
    if (vasprintf(&value, format, args) < 0) {
        value = NULL;
    }
    va_end(args);
    set_field(container, name, value);
}

const char *
hd_container_get(const struct hd_container *container, const char *name)
{
    for (size_t i = 0; i < container->field_count; i++) {
        if (strcmp(container->fields[i].name, name) == 0) {
            return container->fields[i].value;
        }
    }
    return NULL;
}

void
hd_container_add(struct hd_container *container, const char *name,
                 const void *bytes, size_t count)
{
    struct hd_section *sections = reallocarray(
        container->sections, container->section_count + 1, sizeof(*sections));
    struct hd_section section = {
        .name = strdup(name), .bytes = malloc(count + 1), .count = count};
    if (sections != NULL) {
        container->sections = sections;
    }
    if (sections == NULL || section.name == NULL || section.bytes == NULL) {
        container->failed = true;
        free(section.name);
        free(section.bytes);
        return;
    }
    if (count > 0) {
        memcpy(section.bytes, bytes, count);
    }
    section.bytes[count] = '\0'; /* so that text can be read as such */
    sections[container->section_count++] = section;
}

void
hd_container_drop(struct hd_container *container, const char *prefix)
{
    const size_t length = strlen(prefix);
    size_t kept = 0;
    for (size_t i = 0; i < container->section_count; i++) {
        struct hd_section *section = &container->sections[i];
        if (strncmp(section->name, prefix, length) == 0) {
            free(section->name);
            free(section->bytes);
        } else {
            container->sections[kept++] = *section;
        }
    }
    container->section_count = kept;
}

const struct hd_section *
hd_container_find(const struct hd_container *container, const char *name)
{
    for (size_t i = 0; i < container->section_count; i++) {
        if (strcmp(container->sections[i].name, name) == 0) {
            return &container->sections[i];
        }
    }
    return NULL;
}

static uint64_t
checksum(const void *bytes, size_t count)
{
    const unsigned char *at = bytes;
    uint64_t sum = hd_mix(count);
    for (; count >= sizeof(sum); at += sizeof(sum), count -= sizeof(sum)) {
        uint64_t word;
        memcpy(&word, at, sizeof(word));
        sum = hd_mix(sum ^ word);
    }
    for (; count > 0; at++, count--) {
        sum = hd_mix(sum ^ *at);
    }
    return sum;
}

/* ---- writing ---- */

/* A value in one line: a newline is \n, a backslash \\. */
static void
write_value(FILE *to, const char *value)
{
    for (; *value != '\0'; value++) {
        if (*value == '\n') {
            fputs("\\n", to);
        } else if (*value == '\\') {
            fputs("\\\\", to);
        } else {
            fputc(*value, to);
        }
    }
}

/* Returns malloc'ed text, NULL when out of memory. */
static char *
make_header(const struct hd_container *container, size_t *out_bytes)
{
    char *text = NULL;
    FILE *to = open_memstream(&text, out_bytes);
    if (to == NULL) {
        return NULL;
    }
    fprintf(to, MAGIC "%u\n", HD_CONTAINER_FORMAT);
    for (size_t i = 0; i < container->field_count; i++) {
        fprintf(to, "%s ", container->fields[i].name);
        write_value(to, container->fields[i].value);
        fputc('\n', to);
    }
    for (size_t i = 0; i < container->section_count; i++) {
        const struct hd_section *section = &container->sections[i];
        fprintf(to, "section %s %zu %016llx\n", section->name, section->count,
                (unsigned long long)checksum(section->bytes, section->count));
    }
    fflush(to);
    fprintf(to, "end %016llx\n",
            (unsigned long long)checksum(text, *out_bytes));
    if (fclose(to) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

static bool
write_all(const struct hd_container *container, FILE *to, const char *header,
          size_t bytes)
{
    bool fine = fwrite(header, 1, bytes, to) == bytes;
    for (size_t i = 0; fine && i < container->section_count; i++) {
        const struct hd_section *section = &container->sections[i];
        fine = fwrite(section->bytes, 1, section->count, to) == section->count;
    }
    return fine && fflush(to) == 0 && fsync(fileno(to)) == 0;
}

/* Write a file beside the target, then put it in its place. */
static bool
replace(const struct hd_container *container, const char *target,
        const char *header, size_t bytes)
{
    char *beside = NULL;
    if (asprintf(&beside, "%s.%ld.tmp", target, (long)getpid()) < 0) {
        return false;
    }
    FILE *to = fopen(beside, "w");
    bool fine = to != NULL && write_all(container, to, header, bytes);
    int error = errno;
    if (to != NULL && fclose(to) != 0 && fine) {
        fine = false;
        error = errno;
    }
    if (fine && rename(beside, target) != 0) {
        fine = false;
        error = errno;
    }
    if (!fine && to != NULL) {
        unlink(beside);
    }
    free(beside);
    errno = error;
    return fine;
}

bool
hd_container_write(const struct hd_container *container, const char *path,
                   char error[HD_CONTAINER_ERROR_BYTES])
{
    size_t bytes = 0;
    char *target = realpath(path, NULL);
    char *header = container->failed ? NULL : make_header(container, &bytes);
    errno = header == NULL ? ENOMEM : 0;
    const bool fine =
        header != NULL &&
        replace(container, target != NULL ? target : path, header, bytes);
    if (!fine) {
        snprintf(error, HD_CONTAINER_ERROR_BYTES, "cannot write %s: %s", path,
                 strerror(errno));
    }
    free(header);
    free(target);
    return fine;
}

/* ---- reading ---- */

struct reader {
    const char *path;
    char *text; /* the whole file, and a 0 */
    size_t count;
    size_t at, line; /* in the header */
    size_t payload;  /* where that begins */
    char *error;
};

static bool refuse(const struct reader *reader, const char *format, ...)
    HD_PRINTF(2, 3);

static bool
refuse(const struct reader *reader, const char *format, ...)
{
    va_list args;
    const int length =
        snprintf(reader->error, HD_CONTAINER_ERROR_BYTES, "%s ", reader->path);
    if (length > 0 && length < (int)HD_CONTAINER_ERROR_BYTES) {
        va_start(args, format);
        vsnprintf(reader->error + length,
                  HD_CONTAINER_ERROR_BYTES - (size_t)length, format, args);
        va_end(args);
    }
    return false;
}

static bool
read_whole(struct reader *reader, FILE *from)
{
    size_t room = 0;
    for (;;) {
        if (reader->count + 1 >= room) {
            room = room > 0 ? room * 2 : 65536;
            char *text = realloc(reader->text, room);
            if (text == NULL) {
                return refuse(reader, "does not fit into memory");
            }
            reader->text = text;
        }
        const size_t got = fread(reader->text + reader->count, 1,
                                 room - reader->count - 1, from);
        reader->count += got;
        if (got == 0) {
            break;
        }
    }
    reader->text[reader->count] = '\0';
    return !ferror(from) ||
           refuse(reader, "cannot be read: %s", strerror(errno));
}

/* The first line: is it one of these files, of this format? */
static bool
check_magic(struct reader *reader)
{
    const size_t length = strlen(MAGIC);
    if (reader->count == 0) {
        return refuse(reader, "is empty");
    }
    if (reader->count < length || memcmp(reader->text, MAGIC, length) != 0) {
        return refuse(reader,
                      "is no result file of a search (its first line "
                      "should be '" MAGIC "%u')",
                      HD_CONTAINER_FORMAT);
    }
    const size_t format = strcspn(reader->text + length, "\n");
    char known[16];
    snprintf(known, sizeof(known), "%u", HD_CONTAINER_FORMAT);
    if (format != strlen(known) ||
        memcmp(reader->text + length, known, format) != 0) {
        return refuse(reader, "has format '%.*s', and this Heddle reads %s",
                      (int)(format < 16 ? format : 16), reader->text + length,
                      known);
    }
    return true;
}

/* The line `end CHECKSUM`: the header is all there, and as it was written. */
static bool
check_header(struct reader *reader)
{
    char last[32];
    HD_ASSERT(reader->text != NULL);
    const char *end = memmem(reader->text, reader->count, "\nend ", 5);
    if (end == NULL) {
        return refuse(reader, "ends within its header: it is cut short, or "
                              "its line 'end' is damaged");
    }
    const size_t header = (size_t)(end + 1 - reader->text);
    const int length =
        snprintf(last, sizeof(last), "end %016llx\n",
                 (unsigned long long)checksum(reader->text, header));
    reader->payload = header + (size_t)length;
    if (reader->payload > reader->count ||
        memcmp(reader->text + header, last, (size_t)length) != 0) {
        return refuse(reader,
                      "is damaged: its header (bytes 0 to %zu) does "
                      "not have the checksum that it names",
                      header - 1);
    }
    return true;
}

/* Undo write_value() in place. */
static void
unescape(char *value)
{
    char *to = value;
    for (; *value != '\0'; value++) {
        if (*value == '\\' && value[1] != '\0') {
            value++;
            *to++ = *value == 'n' ? '\n' : *value;
        } else {
            *to++ = *value;
        }
    }
    *to = '\0';
}

/* One section, of which the header's line is given; *from moves past it. */
static bool
read_section(struct reader *reader, struct hd_container *container,
             const char *line, size_t *from)
{
    char name[256];
    size_t count;
    unsigned long long sum;
    if (sscanf(line, "%255s %zu %llx", name, &count, &sum) != 3) {
        return refuse(reader, "has a section that makes no sense: '%.100s'",
                      line);
    }
    const size_t left = reader->count - *from;
    if (count > left) {
        return refuse(reader,
                      "is cut short: of section %s %zu of %zu bytes are there",
                      name, left, count);
    }
    if (checksum(reader->text + *from, count) != sum) {
        return refuse(reader,
                      "is damaged: section %s (bytes %zu to %zu) does not "
                      "have the checksum that the header names",
                      name, *from, *from + count - 1);
    }
    hd_container_add(container, name, reader->text + *from, count);
    *from += count;
    return true;
}

static bool
read_lines(struct reader *reader, struct hd_container *container)
{
    char *line = strchr(reader->text, '\n') + 1;
    size_t from = reader->payload;
    while (strncmp(line, "end ", 4) != 0) {
        char *end = strchr(line, '\n');
        *end = '\0';
        char *value = line + strcspn(line, " ");
        if (*value == ' ') {
            *value++ = '\0';
        }
        if (strcmp(line, "section") != 0) {
            unescape(value);
            set_field(container, line, strdup(value));
        } else if (!read_section(reader, container, value, &from)) {
            return false;
        }
        line = end + 1;
    }
    if (from != reader->count) {
        return refuse(reader, "has %zu bytes too many at its end",
                      reader->count - from);
    }
    return !container->failed || refuse(reader, "does not fit into memory");
}

enum hd_container_end
hd_container_read(struct hd_container *out_container, const char *path,
                  char error[HD_CONTAINER_ERROR_BYTES])
{
    struct reader reader = {.path = path, .error = error};
    FILE *from = fopen(path, "r");
    *out_container = (struct hd_container){0};
    if (from == NULL && errno == ENOENT) {
        snprintf(error, HD_CONTAINER_ERROR_BYTES, "%s: %s", path,
                 strerror(errno));
        return HD_CONTAINER_ABSENT;
    }
    if (from == NULL) {
        refuse(&reader, "cannot be read: %s", strerror(errno));
        return HD_CONTAINER_REFUSED;
    }
    const bool whole = read_whole(&reader, from) && check_magic(&reader) &&
                       check_header(&reader) &&
                       read_lines(&reader, out_container);
    fclose(from);
    free(reader.text);
    if (!whole) {
        hd_container_finish(out_container);
    }
    return whole ? HD_CONTAINER_READ : HD_CONTAINER_REFUSED;
}
