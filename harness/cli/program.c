/*
 * The note is an ELF note: a loader maps it, strip keeps it, and a reader needs
 * neither symbols nor sections. PT_NOTE segments are read, as a kernel does.
 */
#include "cli/program.h"

#include "cli/note.h"
#include <elf.h>
#include <errno.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOTES_BYTES_MAX 65536u
#define SEGMENTS_MAX 256u

/* ---- where it is ---- */

static bool
is_file(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && !S_ISDIR(status.st_mode);
}

static char *
join(const char *folder, size_t length, const char *name)
{
    char *path = NULL;
    if (length == 0) {
        folder = ".";
        length = 1;
    }
    return asprintf(&path, "%.*s/%s", (int)length, folder, name) < 0 ? NULL
                                                                     : path;
}

/* In the folders of a PATH. */
static char *
find_in(const char *folders, const char *name)
{
    for (;;) {
        const size_t length = strcspn(folders, ":");
        char *path = join(folders, length, name);
        if (path != NULL && is_file(path) && access(path, X_OK) == 0) {
            return path;
        }
        free(path);
        if (folders[length] == '\0') {
            return NULL;
        }
        folders += length + 1;
    }
}

char *
hd_program_find(const char *name)
{
    if (strchr(name, '/') != NULL) {
        return strdup(name);
    }
    char *here = join(".", 1, name);
    if (here != NULL && is_file(here)) {
        return here;
    }
    free(here);
    const char *folders = getenv("PATH");
    return folders != NULL ? find_in(folders, name) : NULL;
}

/* ---- what it is ---- */

/* Is ours among the notes of one segment? */
static bool
has_note(const unsigned char *bytes, size_t count)
{
    size_t at = 0;
    ElfW(Nhdr) note;
    while (count - at >= sizeof(note)) {
        memcpy(&note, bytes + at, sizeof(note));
        const size_t name = at + sizeof(note);
        const size_t data = name + (((size_t)note.n_namesz + 3) & ~(size_t)3);
        const size_t end = data + (((size_t)note.n_descsz + 3) & ~(size_t)3);
        if (name > count || data > count || end > count) {
            return false;
        }
        if (note.n_type == HD_NOTE_TYPE &&
            note.n_namesz == sizeof(HD_NOTE_NAME) &&
            memcmp(bytes + name, HD_NOTE_NAME, sizeof(HD_NOTE_NAME)) == 0) {
            return true;
        }
        at = end;
    }
    return false;
}

static bool
read_at(FILE *file, uint64_t offset, void *to, size_t bytes)
{
    return offset <= INT64_MAX && fseeko(file, (off_t)offset, SEEK_SET) == 0 &&
           fread(to, 1, bytes, file) == bytes;
}

static bool
segment_has_note(FILE *file, const ElfW(Phdr) * segment)
{
    const size_t bytes = segment->p_filesz < NOTES_BYTES_MAX
                             ? (size_t)segment->p_filesz
                             : NOTES_BYTES_MAX;
    unsigned char *notes = malloc(bytes + 1);
    const bool has = notes != NULL &&
                     read_at(file, segment->p_offset, notes, bytes) &&
                     has_note(notes, bytes);
    free(notes);
    return has;
}

/* An executable of this machine's kind, whose segments can be read? */
static bool
is_ours(const ElfW(Ehdr) * header)
{
    const union {
        uint16_t number;
        unsigned char first;
    } probe = {.number = 1};
    const int order = probe.first == 1 ? ELFDATA2LSB : ELFDATA2MSB;
    const int class = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;
    return header->e_ident[EI_CLASS] == class &&
           header->e_ident[EI_DATA] == order &&
           header->e_phentsize == sizeof(ElfW(Phdr)) &&
           header->e_phnum <= SEGMENTS_MAX;
}

static const char *
what_is_wrong(FILE *file)
{
    ElfW(Ehdr) header;
    ElfW(Phdr) segment;
    if (!read_at(file, 0, &header, SELFMAG) ||
        memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) {
        return "is no executable but a script or another kind of file; name "
               "the program itself";
    }
    if (!read_at(file, 0, &header, sizeof(header)) || !is_ours(&header)) {
        return "is no executable of this machine";
    }
    for (uint32_t i = 0; i < header.e_phnum; i++) {
        const uint64_t offset = header.e_phoff + i * sizeof(segment);
        if (!read_at(file, offset, &segment, sizeof(segment))) {
            return "is cut short";
        }
        if (segment.p_type == PT_NOTE && segment_has_note(file, &segment)) {
            return NULL;
        }
    }
    return "is no Heddle test program: it is not linked with heddle-test.\n"
           "        Other programs on libuv shall be explored by preloading; "
           "this version\n        cannot do that yet";
}

bool
hd_program_check(const char *path, char *why, size_t bytes)
{
    struct stat status;
    const char *wrong = NULL;
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        snprintf(why, bytes, "%s: %s", path, strerror(errno));
        return false;
    }
    if (fstat(fileno(file), &status) == 0 && S_ISDIR(status.st_mode)) {
        wrong = "is a directory";
    } else {
        wrong = what_is_wrong(file);
    }
    fclose(file);
    if (wrong == NULL && access(path, X_OK) != 0) {
        wrong = "may not be executed";
    }
    if (wrong != NULL) {
        snprintf(why, bytes, "%s %s", path, wrong);
    }
    return wrong == NULL;
}
