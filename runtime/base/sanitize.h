/*
 * What the code must tell the sanitizers: memory that may not be touched, and
 * switches of stacks. Without sanitizers all of it is nothing.
 */
#ifndef HD_BASE_SANITIZE_H
#define HD_BASE_SANITIZE_H

#include <stddef.h>

/* HD_ASAN_AWARE: not instrumented, but linked with what is. */
#if defined(__SANITIZE_ADDRESS__) || defined(HD_ASAN_AWARE)
#define HD_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HD_ASAN 1
#endif
#endif

#ifdef HD_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#define HD_NO_ASAN __attribute__((no_sanitize("address"), noinline))

static inline void
hd_asan_poison(const void *memory, size_t bytes)
{
    __asan_poison_memory_region(memory, bytes);
}

static inline void
hd_asan_unpoison(const void *memory, size_t bytes)
{
    __asan_unpoison_memory_region(memory, bytes);
}
#else
#define HD_NO_ASAN

static inline void
hd_asan_poison(const void *memory, size_t bytes)
{
    (void)memory;
    (void)bytes;
}

static inline void
hd_asan_unpoison(const void *memory, size_t bytes)
{
    (void)memory;
    (void)bytes;
}
#endif

#endif
