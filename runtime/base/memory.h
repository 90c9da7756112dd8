/*
 * What a step did to plain memory, and who keeps book of it.
 *
 * Memory is told apart in granules of 8 bytes, at multiples of 8. The layer
 * `memory` notes each granule once per step, however often it is accessed; when
 * the step ends, the ready set fetches what was noted: the pieces as accesses
 * among all others, the granules for an observer.
 */
#ifndef HD_BASE_MEMORY_H
#define HD_BASE_MEMORY_H

#include <assert.h>
#include <heddle/scheduler.h>

#define HD_GRANULE_BYTES 8u
/* What accesses have for names: the two halves of a granule. */
#define HD_PIECE_BYTES 4u

enum hd_granule_flag {
    HD_GRANULE_VALUES = 1u << 0, /* before and after are valid */
    HD_GRANULE_FREES = 1u << 1,  /* the step gave its block back, afterwards */
    HD_GRANULE_FREED = 1u << 2,  /* its block had been given back before */
    HD_GRANULE_ATOMIC = 1u << 3, /* all accesses were atomic operations */
    HD_GRANULE_ADDS = 1u << 4,   /* all accesses were marks of HD_ADDS */
    HD_GRANULE_STATIC =
        1u << 5,                /* where it lies: a variable of a module, ... */
    HD_GRANULE_STACK = 1u << 6, /* ... the stack of a task, ... */
    HD_GRANULE_HEAP = 1u << 7,  /* ... a block; without the three: unknown */
};

/*
 * What one step did to one granule. A step has two of the same address only if
 * the block was given back in between: the first says FREES, the second FREED
 * or belongs to another block.
 *
 * name         of the granule, the same in every execution (HD_OBJECT_NEW:
 *              as for struct hd_access).
 * before       its bytes when the step first touched it, and at its end.
 * places       return addresses of the first read and the last write, which is
 *              a mark's or an access's; 0: none. Of a block that was given
 *              back (FREES) the write_place says where.
 * reads, ...   a bit per byte. fresh_reads: read before this step wrote them;
 *              plain: accessed otherwise than by an atomic operation; changed:
 *              accessed otherwise than by a mark of HD_ADDS.
 * block        of the heap: its number in this execution, from 1; 0: none.
 */
struct hd_granule {
    uintptr_t address;
    uint64_t name;
    uint64_t before, after;
    uint64_t read_place, write_place;
    union {
        struct {
            uint8_t reads, writes, fresh_reads, flags;
            uint8_t plain, changed;
        };
        uint64_t bits; /* all of these, the first as the lowest */
    };
    uint32_t block;
    uint32_t slot; /* the book's own */
};
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "reads is lowest");
static_assert(sizeof(struct hd_granule) == 64, "one line of the cache");

struct hd_ready;

/*
 * Who keeps book of memory for an execution.
 *
 * gather   the step is over: note its accesses, and return how many granules
 *          it touched, in order of first touch; they live until the next step.
 *          out_granules NULL: nobody wants them.
 * forget   what was noted so far belongs to no step.
 * name     of the piece at the address if it lies in a block of the heap that
 *          is known; else 0.
 * count    granules that the present step has touched. While it is 0 there is
 *          nothing to gather or to forget.
 */
struct hd_memory_port {
    uint32_t count;
    uint32_t (*gather)(struct hd_memory_port *port, struct hd_ready *ready,
                       const struct hd_granule **out_granules);
    void (*forget)(struct hd_memory_port *port);
    uint64_t (*name)(struct hd_memory_port *port, uintptr_t address);
};

#endif
