#include "memory/memory.h"

#include "base/sanitize.h"
#include <string.h>
#include <sys/mman.h>

#define SLOTS_FEW 1024u /* in the index, for steps as they usually are */
#define SLOTS_MAX (HD_GRANULES_MAX * 2)
#define PAGE_BYTES 4096u
#define NO_PAGE ((uintptr_t)1)

static_assert(HD_GRANULES_MAX <= UINT16_MAX, "their numbers fit the index");

bool hd_memory_hooked HD_GLOBAL;

/* ---- reading memory that may not be there ---- */

/* Of what nobody knows it is not even known if it is mapped. */
static bool
is_readable(struct hd_memory_book *memory, const struct hd_granule *granule)
{
    const uintptr_t page = granule->address & ~(uintptr_t)(PAGE_BYTES - 1);
    if (granule->flags & (HD_GRANULE_STATIC | HD_GRANULE_STACK)) {
        return true;
    }
    const struct hd_block *block = &memory->blocks.items[granule->block];
    if (granule->block != 0 &&
        (block->state == HD_BLOCK_LIVES ||
         (block->state == HD_BLOCK_FREED && HD_BLOCKS_ARE_KEPT))) {
        return true;
    }
    if (page != memory->page) {
        unsigned char resident;
        if (mincore((void *)page, PAGE_BYTES, &resident) != 0) {
            return false;
        }
        memory->page = page;
    }
    return true;
}

/* The program's memory: poisoned or not, of whatever type. */
static HD_NO_ASAN uint64_t
load(uintptr_t address)
{
    typedef uint64_t __attribute__((may_alias)) any;
    return *(const volatile any *)address;
}

/* ---- adding ---- */

static void
set_slots(struct hd_memory_book *memory, uint32_t slots)
{
    memory->slots = slots;
    memory->shift = 64 - (uint32_t)__builtin_ctz(slots);
}

static void
put_in_index(struct hd_memory_book *memory, uint32_t number)
{
    struct hd_granule *granule = &memory->granules[number];
    uint32_t slot = hd_memory_home(memory, granule->address);
    while (memory->index[slot] < memory->port.count &&
           memory->granules[memory->index[slot]].slot == slot) {
        slot = (slot + 1) & (memory->slots - 1);
    }
    memory->index[slot] = (uint16_t)number;
    granule->slot = slot;
}

static void
enlarge_index(struct hd_memory_book *memory)
{
    set_slots(memory, memory->slots * 2);
    for (uint32_t i = 0; i < memory->port.count; i++) {
        memory->granules[i].slot = UINT32_MAX;
    }
    for (uint32_t i = 0; i < memory->port.count; i++) {
        put_in_index(memory, i);
    }
}

static uint64_t
name_in_block(const struct hd_block *block, uintptr_t address)
{
    return hd_identity(HD_IS_HEAP, block->name,
                       (address - block->address) / HD_PIECE_BYTES);
}

/* In the block of the last granule, or in another. */
static bool
is_in_block(struct hd_memory_book *memory, uintptr_t address)
{
    const struct hd_block *block = &memory->blocks.items[memory->block];
    if (memory->block == 0 || block->state == HD_BLOCK_GONE ||
        address - block->address >= block->bytes) {
        memory->block = hd_blocks_find(&memory->blocks, address);
    }
    return memory->block != 0;
}

static void
name_in_region(struct hd_granule *granule, const struct hd_region *region)
{
    granule->flags =
        region->kind == HD_IS_STACK ? HD_GRANULE_STACK : HD_GRANULE_STATIC;
    granule->name = hd_region_name(region, granule->address);
}

/* Its name and where it lies. */
static void
name_granule(struct hd_memory_book *memory, struct hd_granule *granule)
{
    const uintptr_t address = granule->address;
    struct hd_region *region = &memory->region;
    if (address - region->low < region->bytes) {
        name_in_region(granule, region);
    } else if (is_in_block(memory, address)) {
        const struct hd_block *block = &memory->blocks.items[memory->block];
        granule->block = memory->block;
        granule->flags =
            HD_GRANULE_HEAP |
            (block->state == HD_BLOCK_FREED ? HD_GRANULE_FREED : 0);
        granule->name = name_in_block(block, address);
    } else if (hd_region_find(address, region)) {
        name_in_region(granule, region);
    } else {
        region->bytes = 0;
        granule->name = hd_identities_fresh(&memory->ready->identities,
                                            address / HD_PIECE_BYTES);
    }
}

struct hd_granule *
hd_memory_add(struct hd_memory_book *memory, uintptr_t address, uint32_t slot)
{
    if (memory->port.count == HD_GRANULES_MAX) {
        memory->full = true;
        return &memory->granules[HD_GRANULES_MAX];
    }
    const uint32_t number = memory->port.count++;
    struct hd_granule *granule = &memory->granules[number];
    memory->index[slot] = (uint16_t)number;
    *granule = (struct hd_granule){.address = address, .slot = slot};
    if (memory->port.count * 2 > memory->slots) {
        enlarge_index(memory);
    }
    name_granule(memory, granule);
    if (is_readable(memory, granule)) {
        granule->flags |= HD_GRANULE_VALUES;
        granule->before = granule->after = load(address);
    }
    return granule;
}

struct hd_granule *
hd_memory_seek(struct hd_memory_book *memory, uintptr_t address)
{
    uint32_t slot = hd_memory_home(memory, address);
    for (;; slot = (slot + 1) & (memory->slots - 1)) {
        const uint32_t number = memory->index[slot];
        struct hd_granule *granule = &memory->granules[number];
        if (number >= memory->port.count || granule->slot != slot) {
            return NULL;
        }
        if (granule->address == address) {
            return granule;
        }
    }
}

void
hd_memory_note_life(struct hd_memory_book *memory, uint32_t number,
                    enum hd_access_mode mode, uint64_t place)
{
    struct hd_block *block = &memory->blocks.items[number];
    if (mode == HD_READS && block->noted == memory->step) {
        return;
    }
    block->noted = memory->step;
    hd_ready_touch(memory->ready, hd_identity(HD_IS_LIFE, block->name, 0), mode,
                   place);
}

void
hd_memory_touch_range(struct hd_memory_book *memory, uintptr_t address,
                      size_t bytes, uint64_t what, uint64_t place)
{
    if (bytes <= HD_RANGE_MAX) {
        hd_memory_touch(memory, address, bytes, what, place);
        return;
    }
    const uint32_t block = hd_blocks_find(&memory->blocks, address);
    if (block != 0 &&
        hd_blocks_find(&memory->blocks, address + bytes - 1) == block) {
        /* Who accesses a little of it reads its life. */
        hd_memory_touch(memory, address, HD_GRANULE_BYTES, what, place);
        hd_memory_note_life(memory, block, HD_WRITES, place);
    } else {
        hd_memory_touch_all(
            memory, what & HD_TOUCH_WRITES ? HD_WRITES : HD_READS, place);
    }
}

void
hd_memory_touch_all(struct hd_memory_book *memory, enum hd_access_mode mode,
                    uint64_t place)
{
    const uint64_t everything = hd_identity(HD_IS_WORLD, 0, HD_WORLD_MEMORY);
    hd_ready_touch(memory->ready, everything, mode, place);
}

/* ---- handing over ---- */

static void
forget(struct hd_memory_port *port)
{
    struct hd_memory_book *memory = hd_memory_of(port);
    memory->port.count = 0;
    memory->full = false;
    memory->step++;
    memory->region.bytes = 0; /* stacks change hands */
    memory->page = NO_PAGE;
    set_slots(memory, SLOTS_FEW);
}

/* The name of its upper half; the granule is called like the lower one. */
static inline uint64_t
name_of_upper(struct hd_memory_book *memory, const struct hd_granule *granule)
{
    const uintptr_t address = granule->address + HD_PIECE_BYTES;
    if (granule->block != 0) {
        return name_in_block(&memory->blocks.items[granule->block], address);
    }
    if ((granule->flags & (HD_GRANULE_STATIC | HD_GRANULE_STACK)) == 0) {
        return hd_identities_fresh(&memory->ready->identities,
                                   address / HD_PIECE_BYTES);
    }
    if (address - memory->region.low >= memory->region.bytes) {
        hd_region_find(address, &memory->region);
    }
    return hd_region_name(&memory->region, address);
}

static inline void
note_piece(struct hd_memory_book *memory, const struct hd_granule *granule,
           uint8_t mask)
{
    const bool writes = granule->writes & mask;
    enum hd_access_mode mode = writes ? HD_WRITES : HD_READS;
    if (((granule->reads | granule->writes) & mask) == 0) {
        return;
    }
    if ((granule->changed & mask) == 0) {
        mode = HD_ADDS;
    }
    const uint64_t name =
        mask == 0x0f ? granule->name : name_of_upper(memory, granule);
    hd_ready_note_once(memory->ready, name,
                       writes ? granule->write_place : granule->read_place,
                       (uint8_t)mode);
}

void
hd_memory_finish_granule(struct hd_memory_book *memory,
                         struct hd_granule *granule)
{
    if (granule->address & 1) { /* it was finished before its block was freed */
        granule->address--;
        return;
    }
    const uint8_t touched = granule->reads | granule->writes;
    if (touched != 0 && granule->plain == 0) {
        granule->flags |= HD_GRANULE_ATOMIC;
    }
    if (touched != 0 && granule->changed == 0) {
        granule->flags |= HD_GRANULE_ADDS;
    }
    if (granule->writes != 0 && (granule->flags & HD_GRANULE_VALUES)) {
        if (is_readable(memory, granule)) {
            granule->after = load(granule->address);
        } else {
            granule->flags &= (uint8_t)~HD_GRANULE_VALUES;
        }
    }
}

static uint32_t
gather(struct hd_memory_port *port, struct hd_ready *ready,
       const struct hd_granule **out_granules)
{
    struct hd_memory_book *memory = hd_memory_of(port);
    const uint32_t count = memory->port.count;
    if (count > 0) {
        hd_memory_touch_all(memory, memory->full ? HD_WRITES : HD_ADDS, 0);
    }
    memory->page = NO_PAGE; /* it may be gone */
    memory->busy = true;
    hd_ready_make_room(ready, count * 3); /* halves, and the block's life */
    for (uint32_t i = 0; i < count; i++) {
        struct hd_granule *granule = &memory->granules[i];
        hd_memory_finish_granule(memory, granule);
        note_piece(memory, granule, 0x0f);
        note_piece(memory, granule, 0xf0);
        if (granule->block != 0) {
            hd_memory_note_life(memory, granule->block, HD_READS, 0);
        }
    }
    memory->busy = false;
    if (out_granules != NULL) {
        *out_granules = memory->granules;
    }
    HD_ASSERT(ready == memory->ready);
    return count;
}

static uint64_t
name(struct hd_memory_port *port, uintptr_t address)
{
    struct hd_memory_book *memory = hd_memory_of(port);
    return is_in_block(memory, address)
               ? name_in_block(&memory->blocks.items[memory->block], address)
               : 0;
}

/* ---- its life ---- */

static _Thread_local struct hd_memory_book *spare;
_Thread_local struct hd_memory_book *hd_memory_present;

static struct hd_memory_book *
create(void)
{
    const size_t head = (sizeof(struct hd_memory_book) + 63) / 64 * 64;
    const size_t granules = (HD_GRANULES_MAX + 1) * sizeof(struct hd_granule);
    const size_t index = SLOTS_MAX * sizeof(uint16_t);
    char *piece = mmap(NULL, head + granules + index, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    HD_ASSERT(piece != MAP_FAILED);
    struct hd_memory_book *memory = (struct hd_memory_book *)(void *)piece;
    memory->port = (struct hd_memory_port){
        .gather = gather, .forget = forget, .name = name};
    memory->granules = (struct hd_granule *)(void *)(piece + head);
    memory->index = (uint16_t *)(void *)(piece + head + granules);
    hd_blocks_init(&memory->blocks);
    return memory;
}

void
hd_memory_begin(struct hd_ready *ready)
{
    struct hd_memory_book *memory = spare != NULL ? spare : create();
    spare = memory->outer;
    memory->outer = NULL;
    memory->ready = ready;
    memory->block = 0;
    forget(&memory->port);
    hd_blocks_begin(&memory->blocks);
    ready->memory = &memory->port;
    memory->above = hd_memory_present;
    hd_memory_present = ready->hooks ? memory : NULL;
}

void
hd_memory_end(struct hd_ready *ready)
{
    struct hd_memory_book *memory = hd_memory_of(ready->memory);
    if (memory != NULL) {
        hd_memory_give_back(memory, true);
        hd_memory_present = memory->above;
        ready->memory = NULL;
        memory->outer = spare;
        spare = memory;
    }
}
