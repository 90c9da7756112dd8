/*
 * What gcc and clang call under -fsanitize=thread. The names and what they mean
 * are those of compiler-rt's tsan_interface.h.
 */
#ifndef HD_HOOKS_TSAN_H
#define HD_HOOKS_TSAN_H

#include "hooks/hooks.h"

void __tsan_init(void);
void __tsan_func_entry(void *caller);
void __tsan_func_exit(void);
void __tsan_vptr_read(void **slot);
void __tsan_vptr_update(void **slot, void *value);
void __tsan_read_range(void *memory, size_t bytes);
void __tsan_write_range(void *memory, size_t bytes);
void *__tsan_memcpy(void *to, const void *from, size_t bytes);
void *__tsan_memmove(void *to, const void *from, size_t bytes);
void *__tsan_memset(void *to, int byte, size_t bytes);

#define HD_TSAN_SIZES(each) each(1) each(2) each(4) each(8) each(16)
#define HD_TSAN_DECLARE(n)                                                     \
    void __tsan_read##n(void *at);                                             \
    void __tsan_write##n(void *at);                                            \
    void __tsan_read_write##n(void *at);                                       \
    void __tsan_volatile_read##n(void *at);                                    \
    void __tsan_volatile_write##n(void *at);                                   \
    void __tsan_unaligned_read##n(void *at);                                   \
    void __tsan_unaligned_write##n(void *at);                                  \
    void __tsan_unaligned_read_write##n(void *at);                             \
    void __tsan_unaligned_volatile_read##n(void *at);                          \
    void __tsan_unaligned_volatile_write##n(void *at);
HD_TSAN_SIZES(HD_TSAN_DECLARE)

/* Atomics: they are performed, too. The orders are ignored: the strongest. */
void __tsan_atomic_thread_fence(int order);
void __tsan_atomic_signal_fence(int order);

#define HD_TSAN_ATOMICS(each)                                                  \
    each(8, uint8_t) each(16, uint16_t) each(32, uint32_t) each(64, uint64_t)  \
        each(128, hd_uint128)
#define HD_TSAN_DECLARE_ATOMIC(bits, type)                                     \
    type __tsan_atomic##bits##_load(const volatile type *at, int order);       \
    void __tsan_atomic##bits##_store(volatile type *at, type v, int order);    \
    type __tsan_atomic##bits##_exchange(volatile type *at, type v, int order); \
    type __tsan_atomic##bits##_fetch_add(volatile type *at, type v,            \
                                         int order);                           \
    type __tsan_atomic##bits##_fetch_sub(volatile type *at, type v,            \
                                         int order);                           \
    type __tsan_atomic##bits##_fetch_and(volatile type *at, type v,            \
                                         int order);                           \
    type __tsan_atomic##bits##_fetch_or(volatile type *at, type v, int order); \
    type __tsan_atomic##bits##_fetch_xor(volatile type *at, type v,            \
                                         int order);                           \
    type __tsan_atomic##bits##_fetch_nand(volatile type *at, type v,           \
                                          int order);                          \
    int __tsan_atomic##bits##_compare_exchange_strong(                         \
        volatile type *at, type *expected, type v, int order, int failed);     \
    int __tsan_atomic##bits##_compare_exchange_weak(                           \
        volatile type *at, type *expected, type v, int order, int failed);     \
    type __tsan_atomic##bits##_compare_exchange_val(                           \
        volatile type *at, type expected, type v, int order, int failed);
HD_TSAN_ATOMICS(HD_TSAN_DECLARE_ATOMIC)

#endif
