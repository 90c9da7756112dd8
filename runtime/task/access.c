/*
 * Where does marked memory lie? In a module's variables, on the stack of a
 * task, or somewhere else; that gives it its name.
 */
#include <heddle/access.h>

#include "base/assert.h"
#include "task/touch.h"
#include <link.h>
#include <string.h>

#define PIECE_BYTES 8u
#define PIECES_MAX 1024u /* beyond, a range is all memory */
#define SEGMENTS_MAX 256u

_Thread_local bool hd_access_probed;

/* ---- variables: what the loader has mapped to be written ---- */

struct segment {
    uintptr_t at;
    size_t bytes;
    uintptr_t base; /* where its module was loaded */
    uint64_t module;
};

/* Modules that are loaded later count as other memory. */
static struct {
    struct segment segments[SEGMENTS_MAX];
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

static int
note_module(struct dl_phdr_info *info, size_t size, void *arg)
{
    (void)size;
    (void)arg;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        if (header->p_type == PT_LOAD && (header->p_flags & PF_W) &&
            modules.count < SEGMENTS_MAX) {
            modules.segments[modules.count++] =
                (struct segment){.at = info->dlpi_addr + header->p_vaddr,
                                 .bytes = header->p_memsz,
                                 .base = info->dlpi_addr,
                                 .module = hash_of_name(info->dlpi_name)};
        }
    }
    return 0;
}

static const struct segment *
find_segment(uintptr_t address)
{
    if (!modules.known) {
        modules.known = true;
        dl_iterate_phdr(note_module, NULL);
    }
    for (size_t i = 0; i < modules.count; i++) {
        if (address - modules.segments[i].at < modules.segments[i].bytes) {
            return &modules.segments[i];
        }
    }
    return NULL;
}

/* ---- names ---- */

uint64_t
hd_access_name(struct hd_ready *ready, const volatile void *address)
{
    const uintptr_t piece = (uintptr_t)address / PIECE_BYTES;
    size_t depth;
    const struct hd_stack *stack = hd_stack_find(address, &depth);
    if (stack != NULL) {
        return hd_identity(HD_IS_STACK, stack->owner,
                           (depth + PIECE_BYTES - 1) / PIECE_BYTES);
    }
    const struct segment *segment = find_segment((uintptr_t)address);
    if (segment != NULL) {
        return hd_identity(HD_IS_STATIC, segment->module,
                           piece - segment->base / PIECE_BYTES);
    }
    return hd_identities_fresh(&ready->identities, piece);
}

/* ---- noting ---- */

/*
 * Each small access adds to all memory, so that a large one, which reads or
 * writes that, depends on it.
 */
void
hd_access_note(const volatile void *memory, size_t bytes,
               enum hd_access_mode mode)
{
    struct hd_loop *loop = hd_here.loop;
    if (loop == NULL || !loop->home->tells || bytes == 0) {
        return;
    }
    struct hd_ready *ready = loop->home;
    const uint64_t place = HD_PLACE();
    const uint64_t everything = hd_identity(HD_IS_WORLD, 0, HD_WORLD_MEMORY);
    const uintptr_t first = (uintptr_t)memory / PIECE_BYTES;
    const uintptr_t last = ((uintptr_t)memory + bytes - 1) / PIECE_BYTES;
    if (last - first >= PIECES_MAX) {
        hd_ready_touch(ready, everything,
                       mode == HD_READS ? HD_READS : HD_WRITES, place);
        return;
    }
    hd_ready_touch(ready, everything, HD_ADDS, 0);
    for (uintptr_t piece = first; piece <= last; piece++) {
        const volatile char *at =
            (const volatile char *)memory + (piece - first) * PIECE_BYTES;
        hd_ready_touch(ready, hd_access_name(ready, at), mode, place);
    }
}
