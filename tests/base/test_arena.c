#include "base/arena.h"

#include "base/random.h"
#include "base/sanitize.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MIB ((size_t)1024 * 1024)

/* ---- blocks, counted ---- */

static size_t blocks_alive, blocks_made;
static size_t fail_at; /* the block that cannot be had, from 1; 0: none */

void *__real_aligned_alloc(size_t align, size_t size);
void *__wrap_aligned_alloc(size_t align, size_t size);
void __real_free(void *memory);
void __wrap_free(void *memory);

void *
__wrap_aligned_alloc(size_t align, size_t size)
{
    blocks_made++;
    if (blocks_made == fail_at) {
        return NULL;
    }
    blocks_alive++;
    return __real_aligned_alloc(align, size);
}

void
__wrap_free(void *memory)
{
    blocks_alive -= memory != NULL;
    __real_free(memory);
}

static struct hd_arena arena;

static int
set_up(void **state)
{
    (void)state;
    blocks_alive = blocks_made = fail_at = 0;
    hd_arena_init(&arena);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    hd_arena_finish(&arena);
    return blocks_alive == 0 ? 0 : -1;
}

/* ---- taking ---- */

static void
every_piece_is_aligned_to_64_bytes(void **state)
{
    (void)state;

    for (size_t size = 0; size < 5000; size++) {
        const void *piece = hd_arena_take(&arena, size);

        assert_non_null(piece);
        assert_int_equal((uintptr_t)piece % HD_ARENA_ALIGN, 0);
    }
}

static void
zeroed_storage_is_an_empty_arena(void **state)
{
    (void)state;
    struct hd_arena zeroed;
    memset(&zeroed, 0, sizeof(zeroed));

    char *piece = hd_arena_take(&zeroed, 100);

    assert_non_null(piece);
    memset(piece, 7, 100);
    hd_arena_finish(&zeroed);
}

#define PIECES 2000u

struct piece {
    unsigned char *bytes;
    size_t size;
};

static void
fill(const struct piece *piece, unsigned number)
{
    memset(piece->bytes, (int)(number & 0xff), piece->size);
}

static void
assert_filled(const struct piece *piece, unsigned number)
{
    for (size_t i = 0; i < piece->size; i++) {
        assert_int_equal(piece->bytes[i], number & 0xff);
    }
}

static size_t
some_size(struct hd_random *random)
{
    const uint64_t bits = hd_random_below(random, 17);
    return 1 + hd_random_below(random, (uint64_t)1 << bits);
}

static void
pieces_do_not_overlap_whatever_is_given_back(void **state)
{
    static struct piece pieces[PIECES];
    struct hd_random random = {.state = 4};
    (void)state;
    for (unsigned i = 0; i < PIECES; i++) {
        pieces[i].size = some_size(&random);
        pieces[i].bytes = hd_arena_take(&arena, pieces[i].size);
        fill(&pieces[i], i);
    }

    for (unsigned round = 0; round < 10000; round++) {
        const unsigned i = (unsigned)hd_random_below(&random, PIECES);
        assert_filled(&pieces[i], i);
        hd_arena_give(&arena, pieces[i].bytes, pieces[i].size);
        pieces[i].size = some_size(&random);
        pieces[i].bytes = hd_arena_take(&arena, pieces[i].size);
        fill(&pieces[i], i);
    }

    for (unsigned i = 0; i < PIECES; i++) {
        assert_filled(&pieces[i], i);
    }
}

static void
a_piece_larger_than_any_block_is_served(void **state)
{
    (void)state;

    char *piece = hd_arena_take(&arena, 20 * MIB);
    char *next = hd_arena_take(&arena, 64);

    assert_non_null(piece);
    memset(piece, 1, 20 * MIB);
    assert_non_null(next);
    memset(next, 2, 64);
    assert_int_equal(piece[20 * MIB - 1], 1);
}

static void
a_handful_of_blocks_serves_64_mib_of_small_pieces(void **state)
{
    (void)state;

    for (size_t i = 0; i < 64 * MIB / 128; i++) {
        assert_non_null(hd_arena_take(&arena, 128));
    }

    assert_in_range(blocks_made, 16, 24);
}

/* ---- giving back ---- */

static void
pieces_given_back_come_again_first_in_first_out(void **state)
{
    (void)state;
    void *a = hd_arena_take(&arena, 100);
    void *b = hd_arena_take(&arena, 100);
    void *c = hd_arena_take(&arena, 100);

    hd_arena_give(&arena, b, 100);
    hd_arena_give(&arena, c, 100);
    hd_arena_give(&arena, a, 100);

    assert_ptr_equal(hd_arena_take(&arena, 100), b);
    assert_ptr_equal(hd_arena_take(&arena, 100), c);
    assert_ptr_equal(hd_arena_take(&arena, 100), a);
    assert_ptr_not_equal(hd_arena_take(&arena, 100), b);
}

static void
a_piece_given_back_serves_its_own_size_class_only(void **state)
{
    (void)state;
    void *piece = hd_arena_take(&arena, 65);

    hd_arena_give(&arena, piece, 65);

    assert_ptr_not_equal(hd_arena_take(&arena, 64), piece);
    assert_ptr_not_equal(hd_arena_take(&arena, 129), piece);
    assert_ptr_equal(hd_arena_take(&arena, 128), piece);
}

static void
big_pieces_given_back_come_again_too(void **state)
{
    (void)state;
    void *piece = hd_arena_take(&arena, 5 * MIB);

    hd_arena_give(&arena, piece, 5 * MIB);

    assert_ptr_equal(hd_arena_take(&arena, 6 * MIB), piece);
    assert_int_equal(blocks_made, 1);
}

static void
what_was_given_back_is_poisoned_under_asan(void **state)
{
    (void)state;
#ifdef HD_ASAN
    char *piece = hd_arena_take(&arena, 100);
    assert_false(__asan_address_is_poisoned(piece));

    hd_arena_give(&arena, piece, 100);

    assert_true(__asan_address_is_poisoned(piece));
    assert_true(__asan_address_is_poisoned(piece + 127));
    assert_ptr_equal(hd_arena_take(&arena, 100), piece);
    assert_false(__asan_address_is_poisoned(piece));
    hd_arena_reset(&arena);
    assert_true(__asan_address_is_poisoned(piece));
#else
    skip();
#endif
}

/* ---- reset ---- */

/* Takes pieces of many sizes; returns a hash of where they lie. */
static uint64_t
take_many(void)
{
    struct hd_random random = {.state = 9};
    uint64_t hash = 0;
    for (unsigned i = 0; i < 500; i++) {
        void *piece = hd_arena_take(&arena, some_size(&random));
        assert_non_null(piece);
        hash = hd_mix(hash ^ (uint64_t)(uintptr_t)piece);
    }
    return hash;
}

static void
after_a_reset_the_same_pieces_come_without_a_new_block(void **state)
{
    (void)state;
    const uint64_t first = take_many();
    const size_t blocks = blocks_made;

    hd_arena_reset(&arena);
    const uint64_t second = take_many();

    assert_int_equal(second, first);
    assert_int_equal(blocks_made, blocks);
    assert_int_equal(blocks_alive, blocks);
}

static void
a_reset_forgets_what_was_given_back(void **state)
{
    (void)state;
    void *first = hd_arena_take(&arena, 64);
    void *second = hd_arena_take(&arena, 64);
    hd_arena_give(&arena, second, 64);

    hd_arena_reset(&arena);

    assert_ptr_equal(hd_arena_take(&arena, 64), first);
    assert_ptr_equal(hd_arena_take(&arena, 64), second);
}

static void
resetting_an_arena_that_was_never_used_does_nothing(void **state)
{
    (void)state;

    hd_arena_reset(&arena);

    assert_int_equal(blocks_made, 0);
    assert_non_null(hd_arena_take(&arena, 1));
}

static void
a_block_too_small_after_a_reset_is_passed_over(void **state)
{
    (void)state;
    hd_arena_take(&arena, 64);
    hd_arena_take(&arena, 8 * MIB);
    const size_t blocks = blocks_made;
    hd_arena_reset(&arena);

    void *big = hd_arena_take(&arena, 8 * MIB);

    assert_non_null(big);
    assert_int_equal(blocks_made, blocks);
}

static void
finishing_gives_back_every_block(void **state)
{
    (void)state;
    take_many();
    assert_in_range(blocks_alive, 2, 100);

    hd_arena_finish(&arena);

    assert_int_equal(blocks_alive, 0);
}

/* ---- out of memory ---- */

/* A script of takes; returns how many of them gave nothing. */
static unsigned
count_refusals(void)
{
    struct hd_random random = {.state = 2};
    unsigned refused = 0;
    for (unsigned i = 0; i < 300; i++) {
        const size_t size = some_size(&random);
        char *piece = hd_arena_take(&arena, size);
        if (piece == NULL) {
            refused++;
        } else {
            memset(piece, 3, size);
        }
    }
    return refused;
}

static void
each_block_that_cannot_be_had_is_one_null_and_no_harm(void **state)
{
    (void)state;
    assert_int_equal(count_refusals(), 0);
    const size_t blocks = blocks_made;
    assert_in_range(blocks, 2, 100);

    for (size_t i = 1; i <= blocks; i++) {
        hd_arena_finish(&arena);
        blocks_made = 0;
        fail_at = i;
        assert_int_equal(count_refusals(), 1);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_piece_is_aligned_to_64_bytes),
        TEST(zeroed_storage_is_an_empty_arena),
        TEST(pieces_do_not_overlap_whatever_is_given_back),
        TEST(a_piece_larger_than_any_block_is_served),
        TEST(a_handful_of_blocks_serves_64_mib_of_small_pieces),
        TEST(pieces_given_back_come_again_first_in_first_out),
        TEST(a_piece_given_back_serves_its_own_size_class_only),
        TEST(big_pieces_given_back_come_again_too),
        TEST(what_was_given_back_is_poisoned_under_asan),
        TEST(after_a_reset_the_same_pieces_come_without_a_new_block),
        TEST(a_reset_forgets_what_was_given_back),
        TEST(resetting_an_arena_that_was_never_used_does_nothing),
        TEST(a_block_too_small_after_a_reset_is_passed_over),
        TEST(finishing_gives_back_every_block),
        TEST(each_block_that_cannot_be_had_is_one_null_and_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
