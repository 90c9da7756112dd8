#include "explore/globals.h"

#include "base/assert.h"
#include "base/sanitize.h"
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Without symbols: libasan's own data may lie among the program's. */
#ifdef HD_ASAN
#define DATA_IS_THE_PROGRAMS false
#else
#define DATA_IS_THE_PROGRAMS true
#endif

struct variable {
    char *at;
    size_t bytes;
    char *saved;
    const char *name;
};

static HD_GLOBAL struct {
    struct variable *items;
    size_t count;
    const char *file; /* the mapped executable: names point into it */
    size_t file_bytes;
} globals;

/* Not the program's: the C library's, the compiler's, the sanitizers'. */
static bool
is_foreign(const char *name)
{
    static const char *const prefixes[] = {
        "__",       "_Z",         "_IO_",
        "_dl_",     "_nl_",       "_res",
        "_environ", "_sys_",      "stdin",
        "stdout",   "stderr",     "environ",
        "optarg",   "optind",     "opterr",
        "optopt",   "completed.", "program_invocation",
        "daylight", "timezone",   "tzname",
        "signgam",  "getdate_",   "hd_test_entry",
        "loc1",     "loc2",       "locs",
        NULL,
    };
    for (size_t i = 0; prefixes[i] != NULL; i++) {
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* Where the executable was loaded. */
static int
find_base(struct dl_phdr_info *info, size_t size, void *out)
{
    (void)size;
    *(uintptr_t *)out = info->dlpi_addr;
    return 1; /* the first is the executable */
}

static bool
map_executable(void)
{
    const int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    struct stat stat;
    if (fd < 0) {
        return false;
    }
    if (fstat(fd, &stat) == 0) {
        void *map =
            mmap(NULL, (size_t)stat.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (map != MAP_FAILED) {
            globals.file = map;
            globals.file_bytes = (size_t)stat.st_size;
        }
    }
    close(fd);
    return globals.file != NULL;
}

static void
add(char *at, size_t bytes, const char *name)
{
    struct variable *items =
        realloc(globals.items, (globals.count + 1) * sizeof(*globals.items));
    if (items != NULL) {
        globals.items = items;
        items[globals.count++] =
            (struct variable){.at = at, .bytes = bytes, .name = name};
    }
}

/* .data and .bss; what is only written by the loader is in .data.rel.ro. */
static bool
is_for_variables(const char *section)
{
    return strncmp(section, ".bss", 4) == 0 ||
           (strncmp(section, ".data", 5) == 0 &&
            strncmp(section, ".data.rel.ro", 12) != 0);
}

static bool
holds_variables(uint16_t index)
{
    const Elf64_Ehdr *head = (const void *)globals.file;
    const Elf64_Shdr *sections = (const void *)(globals.file + head->e_shoff);
    if (index >= head->e_shnum) {
        return false;
    }
    const char *names = globals.file + sections[head->e_shstrndx].sh_offset;
    return is_for_variables(names + sections[index].sh_name);
}

static void
add_symbol(const Elf64_Sym *symbol, const char *name, uintptr_t base)
{
    if (ELF64_ST_TYPE(symbol->st_info) == STT_OBJECT && symbol->st_size > 0 &&
        holds_variables(symbol->st_shndx) && !is_foreign(name)) {
        add((char *)(base + symbol->st_value), symbol->st_size, name);
    }
}

/* Every writable variable that the symbol table knows; is there one? */
static bool
read_symbols(uintptr_t base)
{
    bool known = false;
    const Elf64_Ehdr *head = (const void *)globals.file;
    const Elf64_Shdr *sections = (const void *)(globals.file + head->e_shoff);
    for (uint16_t i = 0; i < head->e_shnum; i++) {
        if (sections[i].sh_type != SHT_SYMTAB) {
            continue;
        }
        known = true;
        const Elf64_Sym *symbols =
            (const void *)(globals.file + sections[i].sh_offset);
        const char *names =
            globals.file + sections[sections[i].sh_link].sh_offset;
        const size_t count = sections[i].sh_size / sizeof(*symbols);
        for (size_t s = 0; s < count; s++) {
            add_symbol(&symbols[s], names + symbols[s].st_name, base);
        }
    }
    return known;
}

/* The executable is stripped: its data as a whole. */
static void
read_sections(uintptr_t base)
{
    const Elf64_Ehdr *head = (const void *)globals.file;
    const Elf64_Shdr *sections = (const void *)(globals.file + head->e_shoff);
    const char *names = globals.file + sections[head->e_shstrndx].sh_offset;
    for (uint16_t i = 0; i < head->e_shnum; i++) {
        const char *name = names + sections[i].sh_name;
        if (is_for_variables(name) && sections[i].sh_size > 0) {
            add((char *)(base + sections[i].sh_addr), sections[i].sh_size,
                name);
        }
    }
}

#ifdef HD_ASAN
/* Plain loops: redzones lie between the variables, and libasan watches. */
static HD_NO_ASAN void
copy(char *to, const char *from, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        ((volatile char *)to)[i] = ((const volatile char *)from)[i];
    }
}

static HD_NO_ASAN bool
same(const char *a, const char *b, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        if (((const volatile char *)a)[i] != ((const volatile char *)b)[i]) {
            return false;
        }
    }
    return true;
}
#else
static void
copy(char *to, const char *from, size_t bytes)
{
    memcpy(to, from, bytes);
}

static bool
same(const char *a, const char *b, size_t bytes)
{
    return memcmp(a, b, bytes) == 0;
}
#endif

bool
hd_globals_save(void)
{
    uintptr_t base = 0;
    if (globals.file == NULL) {
        if (!map_executable()) {
            return false;
        }
        dl_iterate_phdr(find_base, &base);
        if (!read_symbols(base) && DATA_IS_THE_PROGRAMS) {
            read_sections(base);
        }
    }
    for (size_t i = 0; i < globals.count; i++) {
        struct variable *variable = &globals.items[i];
        if (variable->saved == NULL) {
            variable->saved = malloc(variable->bytes);
        }
        if (variable->saved == NULL) {
            return false;
        }
        copy(variable->saved, variable->at, variable->bytes);
    }
    return true;
}

const char *
hd_globals_changed(void)
{
    for (size_t i = 0; i < globals.count; i++) {
        const struct variable *variable = &globals.items[i];
        if (!same(variable->saved, variable->at, variable->bytes)) {
            return variable->name;
        }
    }
    return NULL;
}

void
hd_globals_restore(void)
{
    for (size_t i = 0; i < globals.count; i++) {
        const struct variable *variable = &globals.items[i];
        copy(variable->at, variable->saved, variable->bytes);
    }
}
