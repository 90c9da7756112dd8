#include "task/region.h"

#include "context/stack.h"
#include <link.h>
#include <string.h>

#define SEGMENTS_MAX 256u

/* ---- variables: what the loader has mapped to be written ---- */

/* Modules that are loaded later count as other memory. */
static struct {
    struct hd_region segments[SEGMENTS_MAX];
    size_t count;
    bool known;
} modules HD_GLOBAL;

/* The same wherever it is installed. */
static uint64_t
hash_of_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    uint64_t hash = 0;
    for (const char *at = slash != NULL ? slash + 1 : path; *at != '\0'; at++) {
        hash = hd_mix(hash ^ (uint64_t)(unsigned char)*at);
    }
    return hash;
}

static void
add_segment(const struct hd_region *segment)
{
    if (modules.count < SEGMENTS_MAX) {
        modules.segments[modules.count++] = *segment;
    }
}

/* Variables of the thread that asks first, which is the one that explores. */
static int
note_module(struct dl_phdr_info *info, size_t size, void *arg)
{
    const uint64_t module = hash_of_name(info->dlpi_name);
    (void)size;
    (void)arg;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        struct hd_region segment = {
            .bytes = header->p_memsz, .of = module, .kind = HD_IS_STATIC};
        if (header->p_type == PT_LOAD && (header->p_flags & PF_W)) {
            segment.low = info->dlpi_addr + header->p_vaddr;
            segment.base = info->dlpi_addr;
            add_segment(&segment);
        } else if (header->p_type == PT_TLS && info->dlpi_tls_data != NULL) {
            segment.low = segment.base = (uintptr_t)info->dlpi_tls_data;
            segment.of = hd_mix(module); /* other offsets than those above */
            add_segment(&segment);
        }
    }
    return 0;
}

static const struct hd_region *
find_segment(uintptr_t address)
{
    if (!modules.known) {
        modules.known = true;
        dl_iterate_phdr(note_module, NULL);
    }
    for (size_t i = 0; i < modules.count; i++) {
        if (address - modules.segments[i].low < modules.segments[i].bytes) {
            return &modules.segments[i];
        }
    }
    return NULL;
}

/* ---- names ---- */

bool
hd_region_find(uintptr_t address, struct hd_region *out_region)
{
    size_t depth;
    const struct hd_stack *stack = hd_stack_find((const void *)address, &depth);
    if (stack != NULL) {
        const uintptr_t low = (uintptr_t)stack->low;
        const uintptr_t top = (uintptr_t)stack;
        *out_region = (struct hd_region){.low = low,
                                         .bytes = top - low,
                                         .base = top,
                                         .of = stack->owner,
                                         .kind = HD_IS_STACK};
        return true;
    }
    const struct hd_region *segment = find_segment(address);
    if (segment != NULL) {
        *out_region = *segment;
        return true;
    }
    return false;
}

uint64_t
hd_region_name_any(struct hd_ready *ready, uintptr_t address)
{
    struct hd_region region;
    if (hd_region_find(address, &region)) {
        return hd_region_name(&region, address);
    }
    const uint64_t name =
        ready->memory != NULL ? ready->memory->name(ready->memory, address) : 0;
    return name != 0 ? name
                     : hd_identities_fresh(&ready->identities,
                                           address / HD_PIECE_BYTES);
}
