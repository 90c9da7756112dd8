/*
 * What instrumented code calls at each access to memory.
 *
 * A library of its own, that only instrumented programs are linked with: nobody
 * else has symbols of the kind. Its functions note the access in the book of
 * the running step, and do what the one they stand for would have done. Outside
 * of steps, and where nobody wants to know, they are one branch.
 *
 * Compiled without instrumentation, or they would call themselves.
 */
#ifndef HD_HOOKS_HOOKS_H
#define HD_HOOKS_HOOKS_H

#include "memory/memory.h"
#include "task/here.h"
#include <heddle/api.h>

#define HD_READ_PLAINLY (HD_TOUCH_READS | HD_TOUCH_PLAINLY)
#define HD_WRITE_PLAINLY (HD_TOUCH_WRITES | HD_TOUCH_PLAINLY)
#define HD_CHANGE_PLAINLY (HD_READ_PLAINLY | HD_TOUCH_WRITES)

/* Names that are the compiler's or the linker's have their one header here. */
#define HD_HOOK __attribute__((visibility("default"), noinline))

/*
 * Says at the start of a program that something in it is instrumented; for each
 * file that nothing else than instrumented code can need.
 */
#define HD_HOOKS_ANNOUNCE()                                                    \
    static __attribute__((constructor)) void announce(void)                    \
    {                                                                          \
        hd_memory_hooked = true;                                               \
    }                                                                          \
    static_assert(true, "ends in a semicolon")

/* The book of the running step; NULL: nobody wants to know. */
static inline struct hd_memory_book *
hd_hooks_book(void)
{
    struct hd_memory_port *port = hd_here.hooked;
    return __builtin_expect(port != NULL, 0) ? hd_memory_noting(port) : NULL;
}

/*
 * A range, which may be empty or large; book is not NULL. Its arguments come in
 * the order of a hook's, which calls it last.
 */
void hd_hooks_note(const volatile void *memory, size_t bytes, uint64_t what,
                   uint64_t place, struct hd_memory_book *book);

static inline void
hd_hooks_range(const volatile void *memory, size_t bytes, uint64_t what,
               uint64_t place)
{
    struct hd_memory_book *book = hd_hooks_book();
    if (__builtin_expect(book != NULL, 0)) {
        hd_hooks_note(memory, bytes, what, place, book);
    }
}

/* An access of a constant number of bytes, mostly aligned to that. */
static inline __attribute__((always_inline)) void
hd_hooks_touch(const volatile void *memory, size_t bytes, uint64_t what,
               uint64_t place)
{
    struct hd_memory_book *book = hd_hooks_book();
    const uintptr_t at = (uintptr_t)memory;
    const uintptr_t within = at & (HD_GRANULE_BYTES - 1);
    if (book == NULL) {
        return;
    }
    if (__builtin_expect(within + bytes <= HD_GRANULE_BYTES, 1)) {
        struct hd_granule *granule = hd_memory_known(book, at - within);
        if (__builtin_expect(granule != NULL, 1)) {
            const uint64_t mask = ((UINT64_C(1) << bytes) - 1) << within;
            hd_granule_touch(granule, mask, what, place);
            return;
        }
    }
    hd_hooks_note(memory, bytes, what, place, book);
}

#endif
