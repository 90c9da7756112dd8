#include "memory/blocks.h"

#include <string.h>
#include <sys/mman.h>

#define ACTORS_MAX (1u << 20) /* who may take blocks by name */

static void *
map(size_t bytes)
{
    void *piece = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    HD_ASSERT(piece != MAP_FAILED);
    return piece;
}

void
hd_blocks_init(struct hd_blocks *blocks)
{
    memset(blocks, 0, sizeof(*blocks));
    blocks->items = map((HD_BLOCKS_MAX + 1) * sizeof(*blocks->items));
    blocks->made = map(ACTORS_MAX * sizeof(*blocks->made));
}

void
hd_blocks_begin(struct hd_blocks *blocks)
{
    HD_ASSERT(blocks->kept == 0);
    blocks->count = blocks->root = 0;
    blocks->full = false;
    blocks->execution++;
}

/* ---- the tree ---- */

/* Who is above whom? Nobody can tell, and everybody comes to the same. */
static bool
is_above(uint32_t one, uint32_t other)
{
    return hd_mix(one) > hd_mix(other);
}

/* Two trees, all of one before all of the other, become one. */
static uint32_t
join(struct hd_blocks *blocks, uint32_t low, uint32_t high)
{
    if (low == 0 || high == 0) {
        return low != 0 ? low : high;
    }
    if (is_above(low, high)) {
        blocks->items[low].right = join(blocks, blocks->items[low].right, high);
        return low;
    }
    blocks->items[high].left = join(blocks, low, blocks->items[high].left);
    return high;
}

/* What lies before the address, and what does not. */
static void
split(struct hd_blocks *blocks, uint32_t tree, uintptr_t address,
      uint32_t *out_low, uint32_t *out_high)
{
    if (tree == 0) {
        *out_low = *out_high = 0;
        return;
    }
    struct hd_block *block = &blocks->items[tree];
    if (block->address < address) {
        *out_low = tree;
        split(blocks, block->right, address, &block->right, out_high);
    } else {
        *out_high = tree;
        split(blocks, block->left, address, out_low, &block->left);
    }
}

/* The last one that begins at the address or before. */
static uint32_t
find_before(const struct hd_blocks *blocks, uintptr_t address)
{
    uint32_t found = 0;
    uint32_t at = blocks->root;
    while (at != 0) {
        const struct hd_block *block = &blocks->items[at];
        if (block->address <= address) {
            found = at;
            at = block->right;
        } else {
            at = block->left;
        }
    }
    return found;
}

/* Its last granule is its own. */
static uintptr_t
end_of(const struct hd_block *block)
{
    const uintptr_t bytes = block->bytes > 0 ? block->bytes : 1;
    return block->address + ((bytes + HD_GRANULE_BYTES - 1) &
                             ~(uintptr_t)(HD_GRANULE_BYTES - 1));
}

uint32_t
hd_blocks_find(const struct hd_blocks *blocks, uintptr_t address)
{
    const uint32_t found = find_before(blocks, address);
    return found != 0 && address < end_of(&blocks->items[found]) ? found : 0;
}

void
hd_blocks_drop(struct hd_blocks *blocks, uint32_t number)
{
    const uintptr_t address = blocks->items[number].address;
    uint32_t low, high, it;
    split(blocks, blocks->root, address, &low, &high);
    split(blocks, high, address + 1, &it, &high);
    HD_ASSERT(it == number);
    HD_ASSERT(blocks->items[it].left == 0);
    HD_ASSERT(blocks->items[it].right == 0);
    blocks->root = join(blocks, low, high);
    blocks->items[number].state = HD_BLOCK_GONE;
}

/* Those that were there before have been given back where nobody looked. */
static void
drop_overlapped(struct hd_blocks *blocks, const struct hd_block *by)
{
    for (;;) {
        const uint32_t last = find_before(blocks, end_of(by) - 1);
        if (last == 0 || end_of(&blocks->items[last]) <= by->address) {
            return;
        }
        hd_blocks_drop(blocks, last);
    }
}

/* ---- making ---- */

/* By path and ordinal; what is made outside of steps is no actor's. */
static uint64_t
name_of(struct hd_blocks *blocks, const struct hd_made_by *by)
{
    const bool outside = by->actor == NULL;
    const uint32_t id = outside ? 0 : by->actor->id;
    if (id >= ACTORS_MAX) {
        return 0;
    }
    struct hd_made *made = &blocks->made[id];
    if (made->execution != blocks->execution) {
        *made = (struct hd_made){.execution = blocks->execution};
    }
    return hd_identity(HD_IS_BLOCK,
                       outside ? by->ready->root.path : by->actor->path,
                       (uint64_t)outside << 40 | ++made->count);
}

uint32_t
hd_blocks_add(struct hd_blocks *blocks, uintptr_t address, size_t bytes,
              const struct hd_made_by *by)
{
    const uint64_t name = name_of(blocks, by);
    if (blocks->count == HD_BLOCKS_MAX || name == 0) {
        blocks->full = true;
        return 0;
    }
    const uint32_t number = ++blocks->count;
    struct hd_block *block = &blocks->items[number];
    *block = (struct hd_block){
        .address = address,
        .bytes = bytes,
        .name = name,
        .made_place = by->place,
        .made_by = by->actor != NULL ? by->actor->id : 0,
    };
    drop_overlapped(blocks, block);
    uint32_t low, high;
    split(blocks, blocks->root, address, &low, &high);
    blocks->root = join(blocks, join(blocks, low, number), high);
    return number;
}

/* ---- giving back ---- */

void
hd_blocks_keep(struct hd_blocks *blocks, uint32_t number)
{
    HD_ASSERT(blocks->kept < HD_QUARANTINE_BLOCKS_MAX);
    blocks->quarantine[(blocks->first + blocks->kept++) %
                       HD_QUARANTINE_BLOCKS_MAX] = number;
    blocks->kept_bytes += blocks->items[number].bytes;
}

uint32_t
hd_blocks_release(struct hd_blocks *blocks, bool all)
{
    if (blocks->kept == 0 || (!all && blocks->kept < HD_QUARANTINE_BLOCKS_MAX &&
                              blocks->kept_bytes <= HD_QUARANTINE_BYTES_MAX)) {
        return 0;
    }
    const uint32_t number = blocks->quarantine[blocks->first];
    blocks->first = (blocks->first + 1) % HD_QUARANTINE_BLOCKS_MAX;
    blocks->kept--;
    blocks->kept_bytes -= blocks->items[number].bytes;
    hd_blocks_drop(blocks, number);
    return number;
}
