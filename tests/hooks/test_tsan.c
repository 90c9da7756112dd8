/*
 * Every function that compilers call under -fsanitize=thread or trace-loads and
 * trace-stores, called here by itself: what it notes, and what it does.
 */
#include "hooks/coverage.h"
#include "hooks/tsan.h"

#include "granules.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include <cmocka.h>

static unsigned char bytes[64] __attribute__((aligned(64)));

/* As many bits as bytes, from the first byte on. */
static uint64_t
bits(unsigned from, unsigned count)
{
    return ((UINT64_C(1) << count) - 1) << from;
}

static void
expect(uint64_t reads, uint64_t writes)
{
    const struct granule_bytes told = granule_bytes(bytes);
    assert_int_equal(told.reads, reads);
    assert_int_equal(told.writes, writes);
    assert_false(told.is_atomic);
}

/* ---- plain accesses ---- */

struct plain {
    void (*hook)(void *at);
    unsigned from, count;
};

static int
call_hook(void *arg)
{
    const struct plain *plain = arg;
    plain->hook(bytes + plain->from);
    return HD_OK;
}

static void
notes(void (*hook)(void *at), unsigned from, unsigned count, const char *how)
{
    struct plain plain = {hook, from, count};
    granules_of(call_hook, &plain);
    expect(strchr(how, 'r') != NULL ? bits(from, count) : 0,
           strchr(how, 'w') != NULL ? bits(from, count) : 0);
    const struct hd_granule *first = granule_at(bytes + from, 0);
    assert_int_equal(first->read_place != 0, strchr(how, 'r') != NULL);
    assert_int_equal(first->write_place != 0, strchr(how, 'w') != NULL);
    assert_int_equal(first->fresh_reads, first->reads);
}

#define PLAIN(n)                                                               \
    notes(__tsan_read##n, 16, n, "r");                                         \
    notes(__tsan_write##n, 16, n, "w");                                        \
    notes(__tsan_read_write##n, 16, n, "rw");                                  \
    notes(__tsan_volatile_read##n, 16, n, "r");                                \
    notes(__tsan_volatile_write##n, 16, n, "w");                               \
    notes(__tsan_read##n, 16 + 16 - n, n, "r");                                \
    notes(__sanitizer_cov_load##n, 16, n, "r");                                \
    notes(__sanitizer_cov_store##n, 16, n, "w");
#define UNALIGNED(n)                                                           \
    for (unsigned from = 1; from < 16; from++) {                               \
        notes(__tsan_unaligned_read##n, from, n, "r");                         \
        notes(__tsan_unaligned_write##n, from, n, "w");                        \
        notes(__tsan_unaligned_read_write##n, from, n, "rw");                  \
        notes(__tsan_unaligned_volatile_read##n, from, n, "r");                \
        notes(__tsan_unaligned_volatile_write##n, from, n, "w");               \
        notes(__tsan_write##n, from, n, "w");                                  \
        notes(__sanitizer_cov_load##n, from, n, "r");                          \
    }

static void
plain_accesses_of_every_size_are_noted_byte_by_byte(void **state)
{
    (void)state;

    HD_TSAN_SIZES(PLAIN)
}

static void
accesses_that_are_not_aligned_are_noted_in_all_granules(void **state)
{
    (void)state;

    HD_TSAN_SIZES(UNALIGNED)
}

/* ---- ranges ---- */

static int
access_ranges(void *arg)
{
    (void)arg;
    __tsan_read_range(bytes + 3, 10);
    __tsan_write_range(bytes + 30, 5);
    __tsan_read_range(bytes + 50, 0);
    return HD_OK;
}

static int
copy_and_set(void *arg)
{
    (void)arg;
    memcpy(bytes, "abcdefgh", 8);
    assert_ptr_equal(__tsan_memcpy(bytes + 16, bytes, 3), bytes + 16);
    assert_ptr_equal(__tsan_memmove(bytes + 17, bytes + 16, 3), bytes + 17);
    assert_ptr_equal(__tsan_memset(bytes + 40, 'x', 2), bytes + 40);
    assert_memory_equal(bytes + 16, "aabc", 4);
    assert_memory_equal(bytes + 40, "xx", 2);
    return HD_OK;
}

static int
use_a_table(void *arg)
{
    (void)arg;
    __tsan_init();
    __tsan_func_entry(bytes);
    __tsan_vptr_read((void **)(void *)bytes);
    __tsan_vptr_update((void **)(void *)(bytes + 8), NULL);
    __tsan_func_exit();
    return HD_OK;
}

static void
ranges_and_copies_are_noted_and_done(void **state)
{
    (void)state;

    granules_of(access_ranges, NULL);
    expect(bits(3, 10), bits(30, 5));

    granules_of(copy_and_set, NULL);
    expect(bits(0, 3) | bits(16, 3), bits(16, 4) | bits(40, 2));

    granules_of(use_a_table, NULL);
    expect(bits(0, 8), bits(8, 8));
}

static char large[3 * HD_RANGE_MAX];

static struct {
    struct hd_observer observer;
    enum hd_access_mode mode;
    unsigned count;
} all;

static void
look_for_all(struct hd_observer *observer, const struct hd_ready *ready,
             uint32_t actor, const struct hd_access *accesses, uint32_t count)
{
    (void)observer;
    (void)ready;
    (void)actor;
    for (uint32_t i = 0; i < count; i++) {
        if (accesses[i].object ==
            hd_identity(HD_IS_WORLD, 0, HD_WORLD_MEMORY)) {
            all.mode = (enum hd_access_mode)accesses[i].mode;
            all.count++;
        }
    }
}

static int
set_a_lot(void *arg)
{
    __tsan_memset(large, *(const char *)arg, sizeof(large));
    return HD_OK;
}

static void
a_large_range_is_all_memory(void **state)
{
    char byte = 'x';
    (void)state;
    all.observer = (struct hd_observer){.stepped = look_for_all};

    granules_execute(set_a_lot, &byte, &all.observer);

    assert_int_equal(all.count, 1);
    assert_int_equal(all.mode, HD_WRITES);
    assert_int_equal(large[sizeof(large) - 1], 'x');
}

/* ---- atomic operations ---- */

static void
expect_atomic(unsigned count, const char *how)
{
    const struct granule_bytes told = granule_bytes(bytes);
    assert_int_equal(told.reads, how[0] == 'r' ? bits(0, count) : 0);
    assert_int_equal(told.writes,
                     strchr(how, 'w') != NULL ? bits(0, count) : 0);
    assert_true(told.is_atomic);
}

/* Old values are made of the same byte over and over. */
#define CHECK_CHANGE(bits_, type, name, expected)                              \
    static int do_##name##bits_(void *arg)                                     \
    {                                                                          \
        type *at = arg;                                                        \
        memset(at, 0x5a, sizeof(*at));                                         \
        const type old = *at;                                                  \
        const type v = (type)(old / 3);                                        \
        const type got = __tsan_atomic##bits_##_##name(at, v, 5);              \
        assert_true(got == old);                                               \
        assert_true(*at == (type)(expected));                                  \
        return HD_OK;                                                          \
    }
#define CHECK_ATOMICS(bits_, type)                                             \
    CHECK_CHANGE(bits_, type, exchange, v)                                     \
    CHECK_CHANGE(bits_, type, fetch_add, old + v)                              \
    CHECK_CHANGE(bits_, type, fetch_sub, old - v)                              \
    CHECK_CHANGE(bits_, type, fetch_and, old &v)                               \
    CHECK_CHANGE(bits_, type, fetch_or, old | v)                               \
    CHECK_CHANGE(bits_, type, fetch_xor, old ^ v)                              \
    CHECK_CHANGE(bits_, type, fetch_nand, ~(old & v))                          \
    static int do_load##bits_(void *arg)                                       \
    {                                                                          \
        type *at = arg;                                                        \
        memset(at, 0x17, sizeof(*at));                                         \
        assert_true(__tsan_atomic##bits_##_load(at, 5) == *at);                \
        return HD_OK;                                                          \
    }                                                                          \
    static int do_store##bits_(void *arg)                                      \
    {                                                                          \
        type *at = arg;                                                        \
        __tsan_atomic##bits_##_store(at, 77, 5);                               \
        assert_true(*at == 77);                                                \
        return HD_OK;                                                          \
    }                                                                          \
    static int do_swap##bits_(void *arg)                                       \
    {                                                                          \
        type *at = arg;                                                        \
        type expected = *at = 5;                                               \
        assert_int_equal(__tsan_atomic##bits_##_compare_exchange_strong(       \
                             at, &expected, 6, 5, 5),                          \
                         1);                                                   \
        assert_true(*at == 6);                                                 \
        expected = 6;                                                          \
        assert_int_equal(__tsan_atomic##bits_##_compare_exchange_weak(         \
                             at, &expected, 7, 5, 5),                          \
                         1);                                                   \
        assert_true(                                                           \
            __tsan_atomic##bits_##_compare_exchange_val(at, 7, 8, 5, 5) == 7); \
        assert_true(*at == 8);                                                 \
        return HD_OK;                                                          \
    }                                                                          \
    static int do_not_swap##bits_(void *arg)                                   \
    {                                                                          \
        type *at = arg;                                                        \
        type expected = 1;                                                     \
        *at = 5;                                                               \
        assert_int_equal(__tsan_atomic##bits_##_compare_exchange_strong(       \
                             at, &expected, 6, 5, 5),                          \
                         0);                                                   \
        assert_true(expected == 5);                                            \
        expected = 1;                                                          \
        assert_int_equal(__tsan_atomic##bits_##_compare_exchange_weak(         \
                             at, &expected, 6, 5, 5),                          \
                         0);                                                   \
        assert_true(                                                           \
            __tsan_atomic##bits_##_compare_exchange_val(at, 1, 6, 5, 5) == 5); \
        assert_true(*at == 5);                                                 \
        return HD_OK;                                                          \
    }
HD_TSAN_ATOMICS(CHECK_ATOMICS)

#define RUN_ATOMIC(name, count, how)                                           \
    granules_of(name, bytes);                                                  \
    expect_atomic(count, how);
#define RUN_ATOMICS(bits_, type)                                               \
    RUN_ATOMIC(do_exchange##bits_, sizeof(type), "rw")                         \
    RUN_ATOMIC(do_fetch_add##bits_, sizeof(type), "rw")                        \
    RUN_ATOMIC(do_fetch_sub##bits_, sizeof(type), "rw")                        \
    RUN_ATOMIC(do_fetch_and##bits_, sizeof(type), "rw")                        \
    RUN_ATOMIC(do_fetch_or##bits_, sizeof(type), "rw")                         \
    RUN_ATOMIC(do_fetch_xor##bits_, sizeof(type), "rw")                        \
    RUN_ATOMIC(do_fetch_nand##bits_, sizeof(type), "rw")                       \
    RUN_ATOMIC(do_load##bits_, sizeof(type), "r")                              \
    RUN_ATOMIC(do_store##bits_, sizeof(type), "w")                             \
    RUN_ATOMIC(do_swap##bits_, sizeof(type), "rw")                             \
    RUN_ATOMIC(do_not_swap##bits_, sizeof(type), "r")

static void
atomic_operations_are_performed_and_noted_as_such(void **state)
{
    (void)state;

    HD_TSAN_ATOMICS(RUN_ATOMICS)
}

static int
add_and_read(void *arg)
{
    uint32_t *at = arg;
    *at = 40;
    __tsan_atomic32_fetch_add(at, 2, 0);
    __tsan_read4(at);
    return HD_OK;
}

static void
one_plain_access_makes_a_granule_plain_and_values_are_those_around(void **state)
{
    (void)state;

    granules_of(add_and_read, bytes);

    const struct hd_granule *granule = granule_at(bytes, 0);
    assert_false(granule->flags & HD_GRANULE_ATOMIC);
    assert_int_equal((uint32_t)granule->before, 40);
    assert_int_equal((uint32_t)granule->after, 42);
}

/* ---- callbacks of libuv, with no loop of Heddle's ---- */

static void
write_by_callback(uv_timer_t *timer)
{
    __tsan_write4(timer->data);
    uv_close((uv_handle_t *)timer, NULL);
}

static void
run_timers(void *arg)
{
    static uv_timer_t timers[2];
    uv_loop_t loop;
    (void)arg;
    assert_int_equal(uv_loop_init(&loop), 0);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(uv_timer_init(&loop, &timers[i]), 0);
        timers[i].data = bytes + i * 16;
        assert_int_equal(
            uv_timer_start(&timers[i], write_by_callback, i + 1, 0), 0);
    }
    __tsan_write4(bytes + 32);
    assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
    __tsan_write4(bytes + 48);
    assert_int_equal(uv_loop_close(&loop), 0);
}

static void
callbacks_of_libuv_are_steps_and_what_is_around_them_is_not(void **state)
{
    (void)state;

    const struct granules *told = granules_of_body(run_timers, NULL);

    expect(0, bits(0, 4) | bits(16, 4));
    assert_int_equal(told->count, 2);
    assert_int_not_equal(told->actors[0], told->actors[1]);
}

/* ---- nobody asks ---- */

static void
outside_of_steps_nothing_is_noted_and_everything_done(void **state)
{
    uint32_t value = 1;
    (void)state;

    __tsan_write4(bytes);
    __tsan_atomic_thread_fence(5);
    __tsan_atomic_signal_fence(5);

    assert_int_equal(__tsan_atomic32_fetch_add(&value, 2, 0), 1);
    assert_int_equal(value, 3);
    granules_of(access_ranges, NULL);
    expect(bits(3, 10), bits(30, 5));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_accesses_of_every_size_are_noted_byte_by_byte),
        cmocka_unit_test(
            accesses_that_are_not_aligned_are_noted_in_all_granules),
        cmocka_unit_test(ranges_and_copies_are_noted_and_done),
        cmocka_unit_test(a_large_range_is_all_memory),
        cmocka_unit_test(atomic_operations_are_performed_and_noted_as_such),
        cmocka_unit_test(
            one_plain_access_makes_a_granule_plain_and_values_are_those_around),
        cmocka_unit_test(
            callbacks_of_libuv_are_steps_and_what_is_around_them_is_not),
        cmocka_unit_test(outside_of_steps_nothing_is_noted_and_everything_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
