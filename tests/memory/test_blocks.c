/*
 * Blocks of the heap: found by address, named by birth, kept when given back.
 */
#include "memory/blocks.h"

#include "base/sanitize.h"
#include "footprints.h"
#include "granules.h"
#include "memory/memory.h"
#include "task/here.h"
#include <heddle/access.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- the tree, by itself ---- */

static struct hd_blocks blocks;
static struct hd_ready nobody;

static uint32_t
add(uintptr_t address, size_t bytes)
{
    const struct hd_made_by by = {.ready = &nobody, .place = 1};
    return hd_blocks_add(&blocks, address, bytes, &by);
}

static int
begin(void **state)
{
    (void)state;
    if (blocks.items == NULL) {
        hd_blocks_init(&blocks);
    }
    while (hd_blocks_release(&blocks, true) != 0) {
    }
    hd_blocks_begin(&blocks);
    return 0;
}

#define MANY 2000u

static void
a_block_is_found_by_every_address_within(void **state)
{
    (void)state;
    uint32_t numbers[MANY];
    for (uint32_t i = 0; i < MANY; i++) {
        const uintptr_t at = (uintptr_t)(hd_mix(i) % MANY) * 64 + 4096;
        numbers[i] = hd_blocks_find(&blocks, at) == 0 ? add(at, 40) : 0;
    }

    for (uint32_t i = 0; i < MANY; i++) {
        const uintptr_t at = (uintptr_t)(hd_mix(i) % MANY) * 64 + 4096;
        const uint32_t found = hd_blocks_find(&blocks, at);
        assert_int_not_equal(found, 0);
        assert_true(numbers[i] == 0 || numbers[i] == found);
        assert_int_equal(hd_blocks_find(&blocks, at + 39), found);
        assert_int_equal(hd_blocks_find(&blocks, at + 40), 0);
        assert_int_equal(hd_blocks_find(&blocks, at - 1), 0);
    }
}

static void
dropped_blocks_are_gone_and_the_others_stay(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < MANY; i++) {
        assert_int_equal(add(4096 + i * 32, 32), i + 1);
    }

    for (uint32_t i = 0; i < MANY; i += 3) {
        hd_blocks_drop(&blocks, i + 1);
    }

    for (uint32_t i = 0; i < MANY; i++) {
        assert_int_equal(hd_blocks_find(&blocks, 4096 + i * 32 + 7),
                         i % 3 == 0 ? 0 : i + 1);
    }
}

static void
a_new_block_takes_the_place_of_all_that_it_overlaps(void **state)
{
    (void)state;
    const uint32_t low = add(4096, 64);
    const uint32_t middle = add(4096 + 64, 64);
    const uint32_t high = add(4096 + 128, 64);

    const uint32_t wide = add(4096 + 32, 120);

    assert_int_equal(blocks.items[low].state, HD_BLOCK_GONE);
    assert_int_equal(blocks.items[middle].state, HD_BLOCK_GONE);
    assert_int_equal(blocks.items[high].state, HD_BLOCK_GONE);
    assert_int_equal(hd_blocks_find(&blocks, 4096), 0);
    assert_int_equal(hd_blocks_find(&blocks, 4096 + 100), wide);
    assert_int_equal(hd_blocks_find(&blocks, 4096 + 160), 0);
}

static void
blocks_that_are_too_many_are_not_known_and_that_is_said(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < HD_BLOCKS_MAX; i++) {
        assert_int_equal(add(4096 + (uintptr_t)i * 16, 16), i + 1);
    }
    assert_false(blocks.full);

    assert_int_equal(add(64, 16), 0);

    assert_true(blocks.full);
    assert_int_equal(hd_blocks_find(&blocks, 64), 0);
}

static void
the_first_that_was_kept_is_released_first(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < HD_QUARANTINE_BLOCKS_MAX; i++) {
        const uint32_t number = add(4096 + i * 32, 32);
        blocks.items[number].state = HD_BLOCK_FREED;
        hd_blocks_keep(&blocks, number);
    }

    assert_int_equal(hd_blocks_release(&blocks, false), 1);
    assert_int_equal(hd_blocks_release(&blocks, false), 0);
    assert_int_equal(hd_blocks_find(&blocks, 4096), 0);
    assert_int_equal(hd_blocks_find(&blocks, 4096 + 32), 2);
    assert_int_equal(hd_blocks_release(&blocks, true), 2);
}

static void
few_large_blocks_are_released_before_many_small_ones_would_be(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 3; i++) {
        const uint32_t number =
            add((i + 1) * HD_QUARANTINE_BYTES_MAX, HD_QUARANTINE_BYTES_MAX / 2);
        blocks.items[number].state = HD_BLOCK_FREED;
        hd_blocks_keep(&blocks, number);
    }

    assert_int_equal(hd_blocks_release(&blocks, false), 1);
    assert_int_equal(hd_blocks_release(&blocks, false), 0);
}

/* ---- in an execution: blocks as a wrapped malloc tells of them ---- */

static void *
take(size_t bytes)
{
    void *block = calloc(1, bytes);
    assert_non_null(block);
    hd_memory_took(hd_memory_present, block, bytes, 0x1000);
    return block;
}

static enum hd_given
give(void *block)
{
    const enum hd_given how = hd_memory_gave(hd_memory_present, block, 0x2000);
    if (how == HD_GIVEN_NOW || how == HD_GIVEN_UNKNOWN) {
        free(block);
    }
    return how;
}

static struct {
    uintptr_t first, second; /* addresses */
    int *shared;
    bool is_given;
    enum hd_given given;
    struct hd_block seen;
} story;

static int
take_touch_and_give(void *arg)
{
    (void)arg;
    int *block = take(64);
    story.first = (uintptr_t)block;
    HD_WRITE(&block[2]);
    HD_TRY(hd_yield());
    HD_READ(&block[2]);
    story.given = give(block);
    return HD_OK;
}

static void
granules_of_blocks_say_which_and_that_it_is_given_back(void **state)
{
    (void)state;

    granules_of(take_touch_and_give, NULL);

    const struct hd_granule *written = granule_at((void *)(story.first + 8), 0);
    const struct hd_granule *read = granule_at((void *)(story.first + 8), 1);
    const struct hd_granule *head = granule_at((void *)story.first, 0);
    assert_true(written->flags & HD_GRANULE_HEAP);
    assert_int_equal(written->block, 1);
    assert_int_equal(written->name, read->name);
    assert_false(written->flags & HD_GRANULE_FREES);
    assert_true(read->flags & HD_GRANULE_FREES);
    assert_int_equal(read->write_place, 0x2000);
    assert_true(head->flags & HD_GRANULE_FREES);
    assert_int_equal(head->reads | head->writes, 0);
    assert_false(read->flags & HD_GRANULE_FREED);
}

#ifndef HD_ASAN
static int
use_after_giving(void *arg)
{
    (void)arg;
    int *block = take(64);
    story.first = (uintptr_t)block;
    HD_WRITE(&block[0]);
    assert_int_equal(give(block), HD_GIVEN_LATER);
    HD_READ(&block[0]);
    HD_TRY(hd_yield());
    HD_WRITE(&block[0]);
    story.given = give(block);
    story.seen = *hd_memory_block(&sim_world()->ready, 1);
    return HD_OK;
}

static void
stale_pointers_are_seen_in_the_same_step_and_later(void **state)
{
    (void)state;

    granules_of(use_after_giving, NULL);

    const struct hd_granule *good = granule_at((void *)story.first, 0);
    const struct hd_granule *bad = granule_at((void *)story.first, 1);
    const struct hd_granule *worse = granule_at((void *)story.first, 2);
    assert_true(good->flags & HD_GRANULE_FREES);
    assert_false(good->flags & HD_GRANULE_FREED);
    assert_true(bad->flags & HD_GRANULE_FREED);
    assert_int_equal(bad->writes, 0);
    assert_true(worse->flags & HD_GRANULE_FREED);
    assert_int_equal(story.given, HD_GIVEN_TWICE);
    assert_int_equal(story.seen.made_place, 0x1000);
    assert_int_equal(story.seen.freed_place, 0x2000);
    assert_int_not_equal(story.seen.freed_by, 0);
    assert_int_equal(story.seen.bytes, 64);
}
#endif

static int
take_twice(void *arg)
{
    (void)arg;
    int *block = take(16);
    story.first = (uintptr_t)block;
    HD_WRITE(block);
    give(block);
    int *other = take(16);
    story.second = (uintptr_t)other;
    HD_WRITE(other);
    give(other);
    return HD_OK;
}

static void
memory_that_is_used_again_is_something_else(void **state)
{
    (void)state;

    granules_of(take_twice, NULL);

    const unsigned n = story.first == story.second;
    assert_int_not_equal(granule_at((void *)story.first, 0)->name,
                         granule_at((void *)story.second, n)->name);
}

/* ---- who depends on whom ---- */

static void
prepare_block(void *shared)
{
    (void)shared;
    story.shared = take(1u << 16);
    story.is_given = false;
}

static void
write_a_little(void *shared)
{
    (void)shared;
    HD_WRITE(story.shared + 5);
}

static void
write_elsewhere(void *shared)
{
    (void)shared;
    HD_WRITE(story.shared + 5000);
}

static void
read_a_lot(void *shared)
{
    (void)shared;
    HD_ACCESS(story.shared, 1u << 16, HD_READS);
}

static int apart;

static void
write_apart(void *shared)
{
    (void)shared;
    HD_WRITE(&apart);
}

static void
give_back(void *shared)
{
    (void)shared;
    give(story.shared);
    story.is_given = true;
}

static bool
depend(void (*one)(void *shared), void (*other)(void *shared))
{
    const bool depends = footprints_depend(&(struct footprint_pair){
        .prepare = prepare_block, .one = one, .other = other});
    if (!story.is_given) {
        free(story.shared);
    }
    return depends;
}

static void
pieces_of_a_block_are_apart_and_a_large_range_is_the_block(void **state)
{
    (void)state;

    assert_true(depend(write_a_little, write_a_little));
    assert_false(depend(write_a_little, write_elsewhere));
    assert_true(depend(read_a_lot, write_elsewhere));
    assert_false(depend(read_a_lot, write_apart));
}

static void
giving_back_depends_on_every_access_of_the_block(void **state)
{
    (void)state;

    assert_true(depend(give_back, write_a_little));
    assert_true(depend(give_back, read_a_lot));
    assert_false(depend(give_back, write_apart));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_block_is_found_by_every_address_within, begin),
        cmocka_unit_test_setup(dropped_blocks_are_gone_and_the_others_stay,
                               begin),
        cmocka_unit_test_setup(
            a_new_block_takes_the_place_of_all_that_it_overlaps, begin),
        cmocka_unit_test_setup(
            blocks_that_are_too_many_are_not_known_and_that_is_said, begin),
        cmocka_unit_test_setup(the_first_that_was_kept_is_released_first,
                               begin),
        cmocka_unit_test_setup(
            few_large_blocks_are_released_before_many_small_ones_would_be,
            begin),
        cmocka_unit_test(
            granules_of_blocks_say_which_and_that_it_is_given_back),
#ifndef HD_ASAN
        cmocka_unit_test(stale_pointers_are_seen_in_the_same_step_and_later),
#endif
        cmocka_unit_test(memory_that_is_used_again_is_something_else),
        cmocka_unit_test(
            pieces_of_a_block_are_apart_and_a_large_range_is_the_block),
        cmocka_unit_test(giving_back_depends_on_every_access_of_the_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
