/*
 * Atomic operations, which the compiler leaves to us. The granule is there
 * before the operation, so that it knows the value that was; what the operation
 * did is noted when it is known: a comparison that fails has written nothing.
 */
#include "hooks/tsan.h"

#define LOADS (HD_TOUCH_READS | HD_TOUCH_ALSO_CHANGES)
#define STORES (HD_TOUCH_WRITES | HD_TOUCH_ALSO_CHANGES)

static inline void
prepare(const volatile void *at, size_t bytes)
{
    hd_hooks_touch(at, bytes, 0, 0);
}

/* ---- 128 bits: no compiler does these in line everywhere ---- */

#ifdef __x86_64__
static bool
swap_wide(volatile hd_uint128 *at, hd_uint128 *expected, hd_uint128 value)
{
    uint64_t low = (uint64_t)*expected, high = (uint64_t)(*expected >> 64);
    bool swapped;
    __asm__ volatile("lock cmpxchg16b %1"
                     : "=@ccz"(swapped), "+m"(*at), "+a"(low), "+d"(high)
                     : "b"((uint64_t)value), "c"((uint64_t)(value >> 64))
                     : "memory");
    *expected = (hd_uint128)high << 64 | low;
    return swapped;
}
#else
static bool
swap_wide(volatile hd_uint128 *at, hd_uint128 *expected, hd_uint128 value)
{
    return __atomic_compare_exchange_n(at, expected, value, false,
                                       __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}
#endif

#define IN_LINE(bits, type)                                                    \
    static inline bool swap##bits(volatile type *at, type *expected,           \
                                  type value)                                  \
    {                                                                          \
        return __atomic_compare_exchange_n(                                    \
            at, expected, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);   \
    }                                                                          \
    static inline type get##bits(const volatile type *at)                      \
    {                                                                          \
        return __atomic_load_n(at, __ATOMIC_SEQ_CST);                          \
    }
IN_LINE(8, uint8_t)
IN_LINE(16, uint16_t)
IN_LINE(32, uint32_t)
IN_LINE(64, uint64_t)

static inline bool
swap128(volatile hd_uint128 *at, hd_uint128 *expected, hd_uint128 value)
{
    return swap_wide(at, expected, value);
}

/* What is found is put back, so the memory must be writable: as for a lock. */
static inline hd_uint128
get128(const volatile hd_uint128 *at)
{
    hd_uint128 found = 0;
    swap_wide((volatile hd_uint128 *)(uintptr_t)at, &found, 0);
    return found;
}

/* ---- all of them ---- */

/* By swapping until nobody came between; next is made of old and v. */
#define CHANGE(bits, type, name, next)                                         \
    HD_HOOK type __tsan_atomic##bits##_##name(volatile type *at, type v,       \
                                              int order)                       \
    {                                                                          \
        (void)order;                                                           \
        prepare(at, sizeof(type));                                             \
        type old = get##bits(at);                                              \
        while (!swap##bits(at, &old, (type)(next))) {                          \
        }                                                                      \
        hd_hooks_touch(at, sizeof(type), LOADS | STORES, HD_PLACE());          \
        return old;                                                            \
    }

#define COMPARE(bits, type, name)                                              \
    HD_HOOK int __tsan_atomic##bits##_compare_exchange_##name(                 \
        volatile type *at, type *expected, type v, int order, int failed)      \
    {                                                                          \
        (void)order;                                                           \
        (void)failed;                                                          \
        prepare(at, sizeof(type));                                             \
        const bool swapped = swap##bits(at, expected, v);                      \
        hd_hooks_touch(at, sizeof(type), swapped ? LOADS | STORES : LOADS,     \
                       HD_PLACE());                                            \
        return swapped;                                                        \
    }

#define ATOMICS(bits, type)                                                    \
    HD_HOOK type __tsan_atomic##bits##_load(const volatile type *at,           \
                                            int order)                         \
    {                                                                          \
        (void)order;                                                           \
        hd_hooks_touch(at, sizeof(type), LOADS, HD_PLACE());                   \
        return get##bits(at);                                                  \
    }                                                                          \
    HD_HOOK void __tsan_atomic##bits##_store(volatile type *at, type v,        \
                                             int order)                        \
    {                                                                          \
        (void)order;                                                           \
        hd_hooks_touch(at, sizeof(type), STORES, HD_PLACE());                  \
        type old = get##bits(at);                                              \
        while (!swap##bits(at, &old, v)) {                                     \
        }                                                                      \
    }                                                                          \
    CHANGE(bits, type, exchange, v)                                            \
    CHANGE(bits, type, fetch_add, old + v)                                     \
    CHANGE(bits, type, fetch_sub, old - v)                                     \
    CHANGE(bits, type, fetch_and, old &v)                                      \
    CHANGE(bits, type, fetch_or, old | v)                                      \
    CHANGE(bits, type, fetch_xor, old ^ v)                                     \
    CHANGE(bits, type, fetch_nand, ~(old & v))                                 \
    COMPARE(bits, type, strong)                                                \
    COMPARE(bits, type, weak)                                                  \
    HD_HOOK type __tsan_atomic##bits##_compare_exchange_val(                   \
        volatile type *at, type expected, type v, int order, int failed)       \
    {                                                                          \
        (void)order;                                                           \
        (void)failed;                                                          \
        prepare(at, sizeof(type));                                             \
        const bool swapped = swap##bits(at, &expected, v);                     \
        hd_hooks_touch(at, sizeof(type), swapped ? LOADS | STORES : LOADS,     \
                       HD_PLACE());                                            \
        return expected;                                                       \
    }
HD_TSAN_ATOMICS(ATOMICS)

HD_HOOK void
__tsan_atomic_thread_fence(int order)
{
    (void)order;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

HD_HOOK void
__tsan_atomic_signal_fence(int order)
{
    (void)order;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
}
