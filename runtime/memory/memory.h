/*
 * The book of memory: which granules the present step has touched.
 *
 *   granules  in order of first touch, as they are handed over
 *   index     an open table, from the hash of an address to a granule
 *
 * A slot of the index counts if it names a granule of this step that names the
 * slot; else it is empty. So a new step begins with count = 0 and nothing else.
 * The index is small while the step is, so that both fit the first cache.
 *
 * A book belongs to one execution, and its memory to the thread: it is mapped
 * once, and bounded. A step that touches more is taken to have written to all
 * memory (HD_WORLD_MEMORY), which every step that touches any adds to.
 */
#ifndef HD_MEMORY_MEMORY_H
#define HD_MEMORY_MEMORY_H

#include "memory/blocks.h"
#include "task/region.h"

#define HD_GRANULES_MAX 16384u /* in one step */
#define HD_RANGE_MAX 8192u     /* bytes; a larger range is all memory */

/* Is the program linked with the hooks? Then instrumented code is seen. */
extern bool hd_memory_hooked;

struct hd_memory_book {
    struct hd_memory_port port;
    struct hd_granule
        *granules; /* one more than the maximum: where others go */
    uint16_t *index;
    uint32_t shift; /* of a hash: so many bits of it are dropped */
    uint32_t slots; /* of the index; a power of two */
    bool full;      /* the step touches more than can be noted */
    bool busy;      /* what is accessed now, the book's own functions access */
    struct hd_ready *ready;
    uint32_t step;           /* ends of steps so far */
    uint32_t block;          /* where the last granule lay, if it was in one, */
    struct hd_region region; /* ... or else; bytes 0: unknown */
    struct hd_blocks blocks;
    uintptr_t page; /* one that is mapped, for what lies nowhere */
    struct hd_memory_book *outer; /* the next that nobody uses */
    struct hd_memory_book *above; /* of the execution in which this one runs */
};

/* The book of the execution on this thread, if it wants to know of blocks. */
extern _Thread_local struct hd_memory_book *hd_memory_present
    __attribute__((tls_model("initial-exec")));

/*
 * An execution begins, or ends, on this thread: ready->memory is set.
 * Executions may be nested.
 */
void hd_memory_begin(struct hd_ready *ready);
void hd_memory_end(struct hd_ready *ready);

/* A granule that the step has not touched: slot is where its index goes. */
struct hd_granule *hd_memory_add(struct hd_memory_book *memory,
                                 uintptr_t address, uint32_t slot);

/* The granule if the step has touched it, else NULL. */
struct hd_granule *hd_memory_seek(struct hd_memory_book *memory,
                                  uintptr_t address);

/* Any range. A large one is all memory, or all of the block that it lies in. */
void hd_memory_touch_range(struct hd_memory_book *memory, uintptr_t address,
                           size_t bytes, uint64_t what, uint64_t place);

/* Its bytes at the end of the step, or before it is given back. */
void hd_memory_finish_granule(struct hd_memory_book *memory,
                              struct hd_granule *granule);

/* The step depends on the block's being there, or changes that. */
void hd_memory_note_life(struct hd_memory_book *memory, uint32_t block,
                         enum hd_access_mode mode, uint64_t place);

/* All memory is accessed. */
void hd_memory_touch_all(struct hd_memory_book *memory,
                         enum hd_access_mode mode, uint64_t place);

/* What an access is, of the bytes in a mask: factors for granule->bits. */
#define HD_TOUCH_READS (UINT64_C(1) << 0)
#define HD_TOUCH_WRITES (UINT64_C(1) << 8)
#define HD_TOUCH_ALSO_PLAIN (UINT64_C(1) << 32)
#define HD_TOUCH_ALSO_CHANGES (UINT64_C(1) << 40)
#define HD_TOUCH_PLAINLY (HD_TOUCH_ALSO_PLAIN | HD_TOUCH_ALSO_CHANGES)

/* The slot where the search for an address begins. */
static inline uint32_t
hd_memory_home(const struct hd_memory_book *memory, uintptr_t address)
{
    return (
        uint32_t)((address / HD_GRANULE_BYTES * UINT64_C(0x9e3779b97f4a7c15)) >>
                  memory->shift);
}

/* The granule, if the step has touched it and it is where it belongs. */
static inline struct hd_granule *
hd_memory_known(struct hd_memory_book *memory, uintptr_t address)
{
    const uint32_t number = memory->index[hd_memory_home(memory, address)];
    struct hd_granule *granule = &memory->granules[number];
    return __builtin_expect(
               number < memory->port.count && granule->address == address, 1)
               ? granule
               : NULL;
}

/* address is a granule's. */
static inline struct hd_granule *
hd_memory_granule(struct hd_memory_book *memory, uintptr_t address)
{
    uint32_t slot = hd_memory_home(memory, address);
    for (;; slot = (slot + 1) & (memory->slots - 1)) {
        const uint32_t number = memory->index[slot];
        struct hd_granule *granule = &memory->granules[number];
        if (__builtin_expect(number >= memory->port.count, 0)) {
            return hd_memory_add(memory, address, slot);
        }
        if (__builtin_expect(granule->address == address, 1)) {
            return granule;
        }
        if (granule->slot != slot) {
            return hd_memory_add(memory, address, slot);
        }
    }
}

/*
 * An access of some bytes of one granule.
 *
 * mask   a bit per byte.
 * what   a sum of the above. One that reads and writes reads first.
 */
static inline __attribute__((always_inline)) void
hd_granule_touch(struct hd_granule *granule, uint64_t mask, uint64_t what,
                 uint64_t place)
{
    uint64_t bits = granule->bits;
    if (what & HD_TOUCH_READS) {
        if ((bits & UINT64_C(0xff)) == 0) {
            granule->read_place = place;
        }
        bits |= (mask & ~(bits >> 8)) << 16;
    }
    if (what & HD_TOUCH_WRITES) {
        granule->write_place = place;
    }
    granule->bits = bits | mask * what;
}

/* A range that is not large. */
static inline __attribute__((always_inline)) void
hd_memory_touch(struct hd_memory_book *memory, uintptr_t address, size_t bytes,
                uint64_t what, uint64_t place)
{
    uintptr_t at = address & ~(uintptr_t)(HD_GRANULE_BYTES - 1);
    size_t skipped = address - at;
    while (bytes > 0) {
        const size_t room = HD_GRANULE_BYTES - skipped;
        const size_t now = bytes < room ? bytes : room;
        const uint64_t mask = ((UINT64_C(1) << now) - 1) << skipped;
        hd_granule_touch(hd_memory_granule(memory, at), mask, what, place);
        bytes -= now;
        skipped = 0;
        at += HD_GRANULE_BYTES;
    }
}

static inline struct hd_memory_book *
hd_memory_of(struct hd_memory_port *port)
{
    return port != NULL ? HD_CONTAINER(port, struct hd_memory_book, port)
                        : NULL;
}

/* The book, if anything is noted now; NULL has none. */
static inline struct hd_memory_book *
hd_memory_noting(struct hd_memory_port *port)
{
    struct hd_memory_book *memory = hd_memory_of(port);
    return memory != NULL && memory->ready->notes ? memory : NULL;
}

/* ---- blocks (allocation.c) ---- */

/* The program took a block, or gave one back. place: the call's. */
void hd_memory_took(struct hd_memory_book *memory, void *block, size_t bytes,
                    uint64_t place);

enum hd_given {
    HD_GIVEN_UNKNOWN, /* not one of ours: give it back */
    HD_GIVEN_NOW,     /* give it back */
    HD_GIVEN_LATER,   /* it is kept */
    HD_GIVEN_TWICE,   /* it was given back before */
};
enum hd_given hd_memory_gave(struct hd_memory_book *memory, void *block,
                             uint64_t place);

/*
 * A block that was given back is given back once more, which is to use it: who
 * watches memory is told so, and the program goes on. False: nobody does.
 */
bool hd_memory_tells_twice(struct hd_memory_book *memory, void *at,
                           uint64_t place);

/* What has been kept for long enough, or all. */
void hd_memory_give_back(struct hd_memory_book *memory, bool all);

/* A block by its number in struct hd_granule. */
const struct hd_block *hd_memory_block(const struct hd_ready *ready,
                                       uint32_t number);

#endif
