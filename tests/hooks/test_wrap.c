/*
 * Functions of the C library that the linker redirects in this program: each
 * does what it did, and what it reads and writes is noted.
 */
#include "granules.h"
#include "memory/memory.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

/* Where texts come from, and where they go. */
static char from[64] __attribute__((aligned(64)));
static char to[64] __attribute__((aligned(64)));

static void
expect(const char *of, uint64_t reads, uint64_t writes)
{
    const struct granule_bytes told = granule_bytes(of);
    assert_int_equal(told.reads, reads);
    assert_int_equal(told.writes, writes);
}

static uint64_t
first(unsigned count)
{
    return (UINT64_C(1) << count) - 1;
}

/* What a function comes to, from fresh texts: "heddle" and "loom". */
static void
run(hd_fn *fn)
{
    for (size_t i = 0; i < sizeof(from); i++) {
        from[i] = to[i] = '\0';
    }
    const char *const words[] = {"heddle", "loom"};
    for (size_t i = 0; words[0][i] != '\0'; i++) {
        from[i] = words[0][i];
    }
    for (size_t i = 0; words[1][i] != '\0'; i++) {
        to[i] = words[1][i];
    }
    granules_of(fn, NULL);
}

#define FN(name, ...)                                                          \
    static int name(void *arg)                                                 \
    {                                                                          \
        (void)arg;                                                             \
        __VA_ARGS__                                                            \
        return HD_OK;                                                          \
    }

/* ---- bytes ---- */

FN(do_memcpy, assert_ptr_equal(memcpy(to, from, 3), to);)
FN(do_mempcpy, assert_ptr_equal(mempcpy(to, from, 3), to + 3);)
FN(do_memmove, assert_ptr_equal(memmove(to, from, 3), to);)
/* By a pointer: clang makes a copy in line of a call, which it instruments. */
static void (*volatile copy_back)(const void *from, void *to,
                                  size_t bytes) = bcopy;
FN(do_bcopy, copy_back(from, to, 3);)
FN(do_memset, assert_ptr_equal(memset(to, 'x', 3), to);)
FN(do_bzero, bzero(to, 3);)
FN(do_memcmp, assert_true(memcmp(from, to, 3) < 0);)
FN(do_bcmp, assert_int_not_equal(bcmp(from, to, 3), 0);)
FN(do_memchr, assert_ptr_equal(memchr(from, 'd', 9), from + 2);)

static void
bytes_are_copied_set_and_compared(void **state)
{
    (void)state;
    hd_fn *const copies[] = {do_memcpy, do_mempcpy, do_memmove, do_bcopy};
    for (size_t i = 0; i < sizeof(copies) / sizeof(*copies); i++) {
        run(copies[i]);
        expect(from, first(3), 0);
        expect(to, 0, first(3));
        assert_string_equal(to, "hedm");
    }
    run(do_memset);
    expect(to, 0, first(3));
    assert_string_equal(to, "xxxm");
    run(do_bzero);
    expect(to, 0, first(3));
    assert_int_equal(to[2], 0);
    run(do_memcmp);
    expect(from, first(3), 0);
    expect(to, first(3), 0);
    run(do_bcmp);
    expect(from, first(3), 0);
    expect(to, first(3), 0);
    run(do_memchr);
    expect(from, first(3), 0);
}

/* ---- texts ---- */

FN(do_strcpy, assert_ptr_equal(strcpy(to, from), to);)
FN(do_stpcpy, assert_ptr_equal(stpcpy(to, from), to + 6);)
FN(do_strncpy, assert_ptr_equal(strncpy(to, from, 10), to);)
FN(do_strcat, assert_ptr_equal(strcat(to, from), to);)
FN(do_strncat, assert_ptr_equal(strncat(to, from, 2), to);)

static void
texts_are_copied_with_their_ends(void **state)
{
    (void)state;
    run(do_strcpy);
    expect(from, first(7), 0);
    expect(to, 0, first(7));
    assert_string_equal(to, "heddle");
    run(do_stpcpy);
    expect(from, first(7), 0);
    expect(to, 0, first(7));
    run(do_strncpy);
    expect(from, first(7), 0);
    expect(to, 0, first(10));
    run(do_strcat);
    expect(from, first(7), 0);
    expect(to, first(5), first(7) << 4);
    assert_string_equal(to, "loomheddle");
    run(do_strncat);
    expect(from, first(2), 0);
    expect(to, first(5), first(3) << 4);
    assert_string_equal(to, "loomhe");
}

FN(do_strlen, assert_int_equal(strlen(from), 6);)
FN(do_strnlen, assert_int_equal(strnlen(from, 4), 4);)
FN(do_strcmp, assert_true(strcmp(from, "hello") < 0);)
FN(do_strncmp, assert_int_equal(strncmp(from, "hello", 2), 0);)
FN(do_strcasecmp, assert_int_equal(strcasecmp(from, "HEDDLE"), 0);)
FN(do_strncasecmp, assert_int_equal(strncasecmp(from, "HEx", 2), 0);)
FN(do_strchr, assert_ptr_equal(strchr(from, 'l'), from + 4);)
FN(do_strrchr, assert_ptr_equal(strrchr(from, 'd'), from + 3);)
FN(do_strstr, assert_ptr_equal(strstr(from, "ddl"), from + 2);)
FN(do_strspn, assert_int_equal(strspn(from, "edh"), 4);)
FN(do_strcspn, assert_int_equal(strcspn(from, "d"), 2);)
FN(do_strpbrk, assert_ptr_equal(strpbrk(from, "ld"), from + 2);)

static void
texts_are_read_as_far_as_they_have_to_be(void **state)
{
    static const struct {
        hd_fn *fn;
        unsigned reads;
    } rows[] = {
        {do_strlen, 7},  {do_strnlen, 4},    {do_strcmp, 3},
        {do_strncmp, 2}, {do_strcasecmp, 7}, {do_strncasecmp, 2},
        {do_strchr, 5},  {do_strrchr, 7},    {do_strstr, 7},
        {do_strspn, 5},  {do_strcspn, 3},    {do_strpbrk, 3},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        run(rows[i].fn);
        expect(from, first(rows[i].reads), 0);
        expect(to, 0, 0);
    }
}

static int print_v(char *out, size_t bytes, const char *format, ...)
    HD_PRINTF(3, 4);
static int print_all_v(char *out, const char *format, ...) HD_PRINTF(2, 3);

static int
print_v(char *out, size_t bytes, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const int count = vsnprintf(out, bytes, format, args);
    va_end(args);
    return count;
}

static int
print_all_v(char *out, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const int count = vsprintf(out, format, args);
    va_end(args);
    return count;
}

FN(do_snprintf, assert_int_equal(snprintf(to, 4, "%d.", 12345), 6);)
FN(do_sprintf, assert_int_equal(sprintf(to, "%d.", 12345), 6);)
FN(do_vsnprintf, assert_int_equal(print_v(to, 4, "%d.", 12345), 6);)
FN(do_vsprintf, assert_int_equal(print_all_v(to, "%d.", 12345), 6);)

static void
printing_writes_what_fits(void **state)
{
    (void)state;
    run(do_snprintf);
    expect(to, 0, first(4));
    assert_string_equal(to, "123");
    run(do_sprintf);
    expect(to, 0, first(7));
    assert_string_equal(to, "12345.");
    run(do_vsnprintf);
    expect(to, 0, first(4));
    run(do_vsprintf);
    expect(to, 0, first(7));
    assert_string_equal(to, "12345.");
}

/* ---- blocks ---- */

static struct hd_block seen[16];
static unsigned seen_count;

/* The block in which the address lies, as Heddle knows it. */
static const struct hd_block *
see(void *address)
{
    struct hd_memory_book *book = hd_memory_present;
    const uint32_t number = hd_blocks_find(&book->blocks, (uintptr_t)address);
    assert_int_not_equal(number, 0);
    seen[seen_count] = book->blocks.items[number];
    assert_int_equal(seen[seen_count].address, (uintptr_t)address);
    return &seen[seen_count++];
}

static int
take_all_ways(void *arg)
{
    (void)arg;
    seen_count = 0;
    void *blocks[8] = {malloc(10),
                       calloc(3, 5),
                       aligned_alloc(64, 128),
                       strdup("text"),
                       strndup("long text", 4),
                       reallocarray(NULL, 4, 6),
                       realloc(NULL, 9)};
    assert_int_equal(posix_memalign(&blocks[7], 128, 70), 0);
    const size_t sizes[] = {10, 15, 128, 5, 5, 24, 9, 70};
    for (unsigned i = 0; i < 8; i++) {
        const struct hd_block *block = see(blocks[i]);
        assert_int_equal(block->bytes, sizes[i]);
        assert_int_equal(block->state, HD_BLOCK_LIVES);
        assert_int_not_equal(block->made_place, 0);
        assert_int_not_equal(block->made_by, 0);
        for (unsigned j = 0; j < i; j++) {
            assert_int_not_equal(seen[j].name, block->name);
        }
    }
    assert_string_equal(blocks[3], "text");
    assert_string_equal(blocks[4], "long");
    for (unsigned i = 0; i < 8; i++) {
        free(blocks[i]);
    }
    free(NULL);
    return HD_OK;
}

static void
every_way_to_take_a_block_is_known(void **state)
{
    (void)state;

    granules_of(take_all_ways, NULL);

    assert_int_equal(seen_count, 8);
}

static int
enlarge(void *arg)
{
    (void)arg;
    seen_count = 0;
    char *block = malloc(16);
    memcpy(block, "0123456789abcdef", 16);
    const struct hd_block *old = see(block);
    char *larger = realloc(block, 4096);
    const struct hd_block *new = see(larger);
    assert_int_not_equal(old->address, new->address);
    assert_int_not_equal(old->name, new->name);
    assert_memory_equal(larger, "0123456789abcdef", 16);
    assert_null(realloc(larger, 0));
    return HD_OK;
}

static void
a_block_that_is_resized_moves_with_what_it_holds(void **state)
{
    (void)state;

    granules_of(enlarge, NULL);

    const struct hd_granule *old = granule_at((void *)seen[0].address, 0);
    const struct hd_granule *new = granule_at((void *)seen[1].address, 0);
    assert_int_equal(old->reads, 0xff);
    assert_true(old->flags & HD_GRANULE_FREES);
    assert_int_equal(new->writes, 0xff);
    assert_int_equal(new->after, old->after);
}

static int
take_one(void *arg)
{
    *(uint64_t *)arg = see(malloc(8))->name;
    free((void *)seen[seen_count - 1].address);
    return HD_OK;
}

static int
take_by_tasks(void *arg)
{
    uint64_t *names = arg;
    seen_count = 0;
    struct hd_task *one = hd_task_spawn(take_one, &names[0]);
    struct hd_task *two = hd_task_spawn(take_one, &names[1]);
    HD_TRY(hd_await(one));
    return hd_await(two);
}

static void
blocks_are_named_by_who_took_them_in_every_execution(void **state)
{
    uint64_t before[2], after[2];
    (void)state;

    granules_of(take_by_tasks, before);
    void *shift = malloc(100);
    granules_of(take_by_tasks, after);

    assert_int_not_equal(before[0], before[1]);
    assert_int_equal(before[0], after[0]);
    assert_int_equal(before[1], after[1]);
    free(shift);
}

static void
outside_of_executions_the_library_is_as_it_was(void **state)
{
    (void)state;
    assert_null(hd_memory_present);

    char *text = strdup("a text");
    text = realloc(text, 100);

    assert_string_equal(strcat(text, " more"), "a text more");
    free(text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_copied_set_and_compared),
        cmocka_unit_test(texts_are_copied_with_their_ends),
        cmocka_unit_test(texts_are_read_as_far_as_they_have_to_be),
        cmocka_unit_test(printing_writes_what_fits),
        cmocka_unit_test(every_way_to_take_a_block_is_known),
        cmocka_unit_test(a_block_that_is_resized_moves_with_what_it_holds),
        cmocka_unit_test(blocks_are_named_by_who_took_them_in_every_execution),
        cmocka_unit_test(outside_of_executions_the_library_is_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
