/*
 * The heap as the program under test uses it: which blocks there are, who made
 * them, and which were given back.
 *
 * A block is named by who took it and as his how-manieth, so that memory which
 * is used again for something else is something else. Blocks lie in a tree
 * ordered by address (a treap whose priorities are mixed from their numbers).
 * What is given back stays known, and its memory untouched, for a while: in a
 * quarantine, first in first out, so that stale pointers are seen. Under ASan,
 * which has one of its own and sees more, it is given back at once.
 *
 * Bounded: blocks that are too many are memory that nobody knows, named by
 * first use.
 */
#ifndef HD_MEMORY_BLOCKS_H
#define HD_MEMORY_BLOCKS_H

#include "base/ready.h"
#include "base/sanitize.h"

#define HD_BLOCKS_MAX 65536u          /* in one execution */
#define HD_QUARANTINE_BLOCKS_MAX 512u /* given back, and kept */
#define HD_QUARANTINE_BYTES_MAX ((size_t)1 << 20)

#ifdef HD_ASAN
#define HD_BLOCKS_ARE_KEPT false
#else
#define HD_BLOCKS_ARE_KEPT true
#endif

enum hd_block_state {
    HD_BLOCK_LIVES,
    HD_BLOCK_FREED, /* in a quarantine, ours or ASan's */
    HD_BLOCK_GONE,
};

/* made_by, freed_by: numbers of actors, 0 outside of steps. */
struct hd_block {
    uintptr_t address;
    size_t bytes;
    uint64_t name;
    uint64_t made_place, freed_place;
    uint32_t made_by, freed_by;
    uint32_t left, right; /* in the tree, 0: none */
    uint32_t noted;       /* in this step: hd_memory_book.step */
    uint32_t state;
};
static_assert(sizeof(struct hd_block) == 64, "one line of the cache");

struct hd_blocks {
    struct hd_block *items; /* by number, from 1 */
    uint32_t count, root;
    bool full; /* there were more */
    uint32_t execution;
    struct hd_made {
        uint32_t execution, count;
    } * made; /* by actor: how many blocks it has taken */
    uint32_t quarantine[HD_QUARANTINE_BLOCKS_MAX];
    uint32_t first, kept; /* of the quarantine, which is a ring */
    size_t kept_bytes;
};

/* Storage is mapped once, and never given back. */
void hd_blocks_init(struct hd_blocks *blocks);

/* An execution begins with no block. */
void hd_blocks_begin(struct hd_blocks *blocks);

/* A new block, made by the actor, or NULL outside. 0: there is no room. */
struct hd_made_by {
    const struct hd_ready *ready;
    const struct hd_actor *actor;
    uint64_t place;
};
uint32_t hd_blocks_add(struct hd_blocks *blocks, uintptr_t address,
                       size_t bytes, const struct hd_made_by *by);

/* The block that holds the address, be it in use or in quarantine; 0: none. */
uint32_t hd_blocks_find(const struct hd_blocks *blocks, uintptr_t address);

/* It is nobody's any more: its address may be used for anything. */
void hd_blocks_drop(struct hd_blocks *blocks, uint32_t number);

/* The block goes into quarantine: it was marked as freed. */
void hd_blocks_keep(struct hd_blocks *blocks, uint32_t number);

/*
 * A block whose turn it is to leave the quarantine: the caller gives it back.
 * 0: none has to; all: none is left.
 */
uint32_t hd_blocks_release(struct hd_blocks *blocks, bool all);

#endif
