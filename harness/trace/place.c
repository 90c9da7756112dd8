#include "trace/place.h"

#include "base/assert.h"
#include "base/random.h"
#include <link.h>
#include <string.h>

struct search {
    uint64_t address, place;
};

struct span {
    uint64_t begin, end;
};

/* The program itself, which is asked for most. */
static HD_GLOBAL struct span first;

static uint64_t
hash_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    uint64_t hash = 0;
    for (; *name != '\0'; name++) {
        hash = hd_mix(hash ^ (uint8_t)*name);
    }
    return hash;
}

static struct span
span_of(const struct dl_phdr_info *info)
{
    struct span span = {.begin = UINT64_MAX};
    for (uint32_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        const uint64_t begin = info->dlpi_addr + segment->p_vaddr;
        const uint64_t end = begin + segment->p_memsz;
        if (segment->p_type == PT_LOAD) {
            span.begin = begin < span.begin ? begin : span.begin;
            span.end = end > span.end ? end : span.end;
        }
    }
    return span;
}

/* Is it in this module? The program itself comes first. */
static int
visit_address(struct dl_phdr_info *info, size_t bytes, void *context)
{
    struct search *search = context;
    const struct span span = span_of(info);
    (void)bytes;
    if (first.end == 0) {
        first = span;
    }
    if (search->address < span.begin || search->address >= span.end) {
        return 0;
    }
    search->place = search->address - span.begin;
    if (span.begin != first.begin) {
        search->place ^= hash_name(info->dlpi_name);
    }
    return 1;
}

uint64_t
hd_place_of(uint64_t address)
{
    struct search search = {.address = address, .place = address};
    if (address >= first.begin && address < first.end) {
        return address - first.begin;
    }
    if (address > UINT32_MAX || first.end == 0) { /* lines, counts and flags */
        dl_iterate_phdr(visit_address, &search);
    }
    return search.place;
}
