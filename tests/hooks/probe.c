/*
 * Accesses of many kinds, compiled by whom the test wants to know about. Each
 * function is called through a pointer, so the compiler cannot look through it.
 */
#include "probe.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROBE static __attribute__((noinline)) void
#define SINK(value) __asm__ volatile("" : : "r"(value) : "memory")
#define USE(pointer) __asm__ volatile("" : : "r"(pointer) : "memory")

__extension__ typedef unsigned __int128 wide;
struct two {
    int a, b;
};
struct odd {
    char bytes[24];
};
struct large {
    char bytes[200];
};
struct flags {
    unsigned low : 3, high : 13;
};
struct __attribute__((packed)) askew {
    char skip;
    int value;
};

PROBE
read_char(void *at)
{
    SINK(*(char *)at);
}
PROBE
read_short(void *at)
{
    SINK(*(short *)at);
}
PROBE
read_int(void *at)
{
    SINK(*(int *)at);
}
PROBE
read_long(void *at)
{
    SINK(*(long *)at);
}
PROBE
read_wide(void *at)
{
    SINK((long)(*(wide *)at >> 60));
}
PROBE
read_float(void *at)
{
    SINK((int)*(double *)at);
}
PROBE
read_volatile(void *at)
{
    SINK(*(volatile int *)at);
}
PROBE
read_askew(void *at)
{
    SINK(((struct askew *)at)->value);
}
PROBE
write_char(void *at)
{
    *(char *)at = 1;
}
PROBE
write_short(void *at)
{
    *(short *)at = 1;
}
PROBE
write_int(void *at)
{
    *(int *)at = 1;
}
PROBE
write_long(void *at)
{
    *(long *)at = 1;
}
PROBE
write_wide(void *at)
{
    *(wide *)at = (wide)1 << 70;
}
PROBE
write_float(void *at)
{
    *(double *)at = 1.5;
}
PROBE
write_volatile(void *at)
{
    *(volatile int *)at = 1;
}
PROBE
write_askew(void *at)
{
    ((struct askew *)at)->value = 1;
}
PROBE
write_field(void *at)
{
    ((struct two *)at)->b = 1;
}
PROBE
increase(void *at)
{
    ++*(int *)at;
}
PROBE
set_bits(void *at)
{
    ((struct flags *)at)->high = 5;
}
PROBE
index_array(void *at)
{
    volatile int i = 3;
    ((int *)at)[i] = ((int *)at)[i + 1];
}

PROBE
copy_struct(void *at)
{
    struct odd *to = at;
    *to = *(struct odd *)((char *)at + 32);
}
PROBE
copy_large(void *at)
{
    struct large copy = *(struct large *)at;
    USE(&copy);
}
PROBE
clear_struct(void *at)
{
    *(struct odd *)at = (struct odd){{0}};
}
PROBE
call_memcpy(void *at)
{
    memcpy(at, (char *)at + 32, 24);
}
PROBE
call_memmove(void *at)
{
    memmove(at, (char *)at + 8, 16);
}
PROBE
call_memset(void *at)
{
    memset(at, 7, 20);
}
PROBE
call_memcmp(void *at)
{
    SINK(memcmp(at, (char *)at + 32, 16));
}
PROBE
call_strcpy(void *at)
{
    strcpy(at, "text");
}
PROBE
call_strlen(void *at)
{
    SINK(strlen(at));
}
PROBE
call_strcmp(void *at)
{
    SINK(strcmp(at, "abx"));
}
PROBE
call_snprintf(void *at)
{
    SINK(snprintf(at, 20, "%d", 1234));
}

PROBE
load_atomic(void *at)
{
    SINK(atomic_load((atomic_int *)at));
}
PROBE
store_atomic(void *at)
{
    atomic_store((atomic_int *)at, 1);
}
PROBE
add_atomic(void *at)
{
    SINK(atomic_fetch_add((atomic_int *)at, 1));
}
PROBE
and_atomic(void *at)
{
    SINK(atomic_fetch_and((atomic_short *)at, 1));
}
PROBE
swap_atomic(void *at)
{
    SINK(atomic_exchange((atomic_long *)at, 1));
}
PROBE
compare_atomic(void *at)
{
    int32_t expected = *(volatile int32_t *)((char *)at + 32);
    SINK(atomic_compare_exchange_strong((_Atomic int32_t *)at, &expected, 9));
}
PROBE
compare_in_vain(void *at)
{
    int32_t expected = 1;
    SINK(atomic_compare_exchange_strong((_Atomic int32_t *)at, &expected, 9));
}

#define P(name, reads, writes, fronts, is_atomic)                              \
    {                                                                          \
#name, name, reads, writes, fronts, is_atomic                          \
    }
const struct probe probes[] = {
    P(read_char, "0-0", "", "tc", 0),
    P(read_short, "0-1", "", "tc", 0),
    P(read_int, "0-3", "", "tc", 0),
    P(read_long, "0-7", "", "tc", 0),
    P(read_wide, "0-15", "", "tc", 0),
    P(read_float, "0-7", "", "tc", 0),
    P(read_volatile, "0-3", "", "tc", 0),
    P(read_askew, "1-4", "", "tc", 0),
    P(write_char, "", "0-0", "tc", 0),
    P(write_short, "", "0-1", "tc", 0),
    P(write_int, "", "0-3", "tc", 0),
    P(write_long, "", "0-7", "tc", 0),
    P(write_wide, "", "0-15", "tc", 0),
    P(write_float, "", "0-7", "tc", 0),
    P(write_volatile, "", "0-3", "tc", 0),
    P(write_askew, "", "1-4", "tc", 0),
    P(write_field, "", "4-7", "tc", 0),
    P(increase, "0-3", "0-3", "tc", 0),
    P(index_array, "16-19", "12-15", "tc", 0),
    P(copy_struct, "32-55", "0-23", "t", 0),
    P(copy_large, "0-63", "", "t", 0),
    P(clear_struct, "", "0-23", "t", 0),
    P(call_memcpy, "32-55", "0-23", "tc", 0),
    P(call_memmove, "8-23", "0-15", "tc", 0),
    P(call_memset, "", "0-19", "tc", 0),
    P(call_memcmp, "0-15,32-47", "", "tc", 0),
    P(call_strcpy, "", "0-4", "tc", 0),
    P(call_strlen, "0-7", "", "tc", 0),
    P(call_strcmp, "0-2", "", "tc", 0),
    P(call_snprintf, "", "0-4", "tc", 0),
    P(load_atomic, "0-3", "", "t", 1),
    P(store_atomic, "", "0-3", "t", 1),
    P(add_atomic, "0-3", "0-3", "t", 1),
    P(and_atomic, "0-1", "0-1", "t", 1),
    P(swap_atomic, "0-7", "0-7", "t", 1),
    P(compare_atomic, "0-3,32-35", "0-3", "t", 0),
    P(compare_in_vain, "0-3", "", "t", 1),
};
const unsigned probe_count = sizeof(probes) / sizeof(*probes);

/* Bit-fields: compilers access one byte, two or four of them. */
void probe_bits(void *at);
void
probe_bits(void *at)
{
    set_bits(at);
}
