#include "base/heap.h"

#include "base/arena.h"
#include "base/random.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- an arena that may refuse ---- */

static bool out_of_memory;

void *__real_hd_arena_take(struct hd_arena *arena, size_t size);
void *__wrap_hd_arena_take(struct hd_arena *arena, size_t size);

void *
__wrap_hd_arena_take(struct hd_arena *arena, size_t size)
{
    return out_of_memory ? NULL : __real_hd_arena_take(arena, size);
}

static struct hd_arena arena;
static struct hd_heap heap;

static int
set_up(void **state)
{
    (void)state;
    out_of_memory = false;
    hd_arena_init(&arena);
    memset(&heap, 0, sizeof(heap));
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    hd_arena_finish(&arena);
    return 0;
}

/* ---- the model: a sorted array ---- */

#define ENTRIES 300u

static struct hd_heap_entry entries[ENTRIES];
static struct hd_heap_entry *sorted[ENTRIES];
static size_t sorted_count;

static int
by_key_then_order(const void *a, const void *b)
{
    const struct hd_heap_entry *left = *(struct hd_heap_entry *const *)a;
    const struct hd_heap_entry *right = *(struct hd_heap_entry *const *)b;
    if (left->key != right->key) {
        return left->key < right->key ? -1 : 1;
    }
    return (left->order > right->order) - (left->order < right->order);
}

static void
model_add(struct hd_heap_entry *entry)
{
    sorted[sorted_count++] = entry;
    qsort(sorted, sorted_count, sizeof(*sorted), by_key_then_order);
}

static void
model_remove(const struct hd_heap_entry *entry)
{
    size_t kept = 0;
    for (size_t i = 0; i < sorted_count; i++) {
        if (sorted[i] != entry) {
            sorted[kept++] = sorted[i];
        }
    }
    sorted_count = kept;
}

static void
assert_as_the_model(void)
{
    assert_int_equal(heap.count, sorted_count);
    assert_ptr_equal(hd_heap_first(&heap), sorted_count > 0 ? sorted[0] : NULL);
    for (uint32_t at = 1; at <= heap.count; at++) {
        assert_ptr_equal(heap.entries[heap.entries[at]->at], heap.entries[at]);
    }
}

/* Few keys, so that ties are frequent. */
static void
toggle(struct hd_heap_entry *entry, struct hd_random *random, uint64_t order)
{
    if (entry->at != 0) {
        hd_heap_remove(&heap, entry);
        model_remove(entry);
        assert_int_equal(entry->at, 0);
    } else {
        entry->key = hd_random_below(random, 20);
        entry->order = order;
        assert_true(hd_heap_add(&heap, &arena, entry));
        model_add(entry);
    }
}

static void
any_adds_and_removes_agree_with_a_sorted_array(void **state)
{
    (void)state;
    memset(entries, 0, sizeof(entries));
    sorted_count = 0;

    for (uint64_t seed = 0; seed < 4; seed++) {
        struct hd_random random = {.state = seed};
        for (uint64_t order = 1; order < 3000; order++) {
            const uint64_t i = hd_random_below(&random, ENTRIES);
            toggle(&entries[i], &random, order);
            assert_as_the_model();
        }
    }
}

/* ---- order ---- */

/* Take everything out; the orders in which entries leave, as text. */
static const char *
drain(char *text)
{
    char *end = text;
    while (hd_heap_first(&heap) != NULL) {
        struct hd_heap_entry *entry = hd_heap_first(&heap);
        *end++ = (char)('a' + entry->order);
        hd_heap_remove(&heap, entry);
    }
    *end = '\0';
    return text;
}

static void
equal_keys_leave_in_the_order_of_their_start(void **state)
{
    struct hd_heap_entry equal[8];
    char text[16];
    (void)state;
    for (uint64_t i = 0; i < 8; i++) {
        equal[i] = (struct hd_heap_entry){.key = 5, .order = i};
        assert_true(hd_heap_add(&heap, &arena, &equal[i]));
    }

    drain(text);

    assert_string_equal(text, "abcdefgh");
}

static void
an_entry_taken_out_leaves_the_order_of_the_others(void **state)
{
    struct hd_heap_entry equal[8];
    char text[16];
    (void)state;
    for (uint64_t i = 0; i < 8; i++) {
        equal[i] = (struct hd_heap_entry){.key = 5, .order = i};
        assert_true(hd_heap_add(&heap, &arena, &equal[i]));
    }

    hd_heap_remove(&heap, &equal[0]);
    hd_heap_remove(&heap, &equal[5]);
    drain(text);

    assert_string_equal(text, "bcdegh");
}

static void
the_largest_key_comes_last(void **state)
{
    struct hd_heap_entry three[] = {
        {.key = UINT64_MAX, .order = 0},
        {.key = 0, .order = 1},
        {.key = UINT64_MAX - 1, .order = 2},
    };
    char text[16];
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        assert_true(hd_heap_add(&heap, &arena, &three[i]));
    }

    drain(text);

    assert_string_equal(text, "bca");
}

static void
a_zeroed_heap_has_no_first(void **state)
{
    (void)state;

    assert_null(hd_heap_first(&heap));
}

/* ---- out of memory ---- */

static void
an_add_without_memory_is_false_and_changes_nothing(void **state)
{
    static struct hd_heap_entry many[100];
    (void)state;
    memset(many, 0, sizeof(many));
    uint32_t added = 0;
    while (added < 20) {
        many[added].order = added;
        assert_true(hd_heap_add(&heap, &arena, &many[added++]));
    }

    out_of_memory = true;
    while (hd_heap_add(&heap, &arena, &many[added])) {
        added++;
    }

    assert_int_equal(heap.count, added);
    assert_int_equal(many[added].at, 0);
    out_of_memory = false;
    assert_true(hd_heap_add(&heap, &arena, &many[added]));
    assert_ptr_equal(hd_heap_first(&heap), &many[0]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(any_adds_and_removes_agree_with_a_sorted_array),
        TEST(equal_keys_leave_in_the_order_of_their_start),
        TEST(an_entry_taken_out_leaves_the_order_of_the_others),
        TEST(the_largest_key_comes_last),
        TEST(a_zeroed_heap_has_no_first),
        TEST(an_add_without_memory_is_false_and_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
