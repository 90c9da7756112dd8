/*
 * What variables.c has, which is compiled by several compilers, is looked up by
 * its addresses. Without -g, or without libdw, what the symbol table says is
 * left.
 */
#include "report/variables.h"

#include "report/symbols.h"
#include "variables.h"
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unwind.h>

#include <cmocka.h>

#define ARENA_BYTES 4096u

/* The functions below say how much they have compared. */
static bool has_debug_information;
static unsigned compared;
static uint64_t block_place;
static size_t block_bytes;

static void
compare(bool found, const struct hd_variable *variable, struct called called)
{
    if (found != (called.name != NULL)) {
        fail_msg("%s: %s", called.name != NULL ? called.name : "unknown",
                 found ? variable->name : "not found");
    }
    if (found) {
        assert_string_equal(variable->name, called.name);
        assert_string_equal(variable->within, called.within);
    }
    compared++;
}

/* ---- what variables.c calls ---- */

void
expect_static(const void *at, size_t bytes, struct called called)
{
    const struct hd_piece piece = {.address = (uint64_t)(uintptr_t)at,
                                   .bytes = bytes};
    struct hd_variable variable;
    if (has_debug_information) {
        compare(hd_variable_static(&piece, &variable), &variable, called);
    }
}

void
expect_bits(const void *at, unsigned char changed, struct called called)
{
    const struct hd_piece piece = {
        .address = (uint64_t)(uintptr_t)at, .bytes = 1, .changed = changed};
    struct hd_variable variable;
    if (has_debug_information) {
        compare(hd_variable_static(&piece, &variable), &variable, called);
    }
}

struct walk {
    uint64_t address;
    struct hd_frame frame; /* the last one, or the one that has the address */
};

static _Unwind_Reason_Code
visit(struct _Unwind_Context *context, void *arg)
{
    struct walk *walk = arg;
    struct hd_frame *frame = &walk->frame;
    frame->end = _Unwind_GetCFA(context);
    if (frame->place != 0 &&
        walk->address - frame->sp < frame->end - frame->sp) {
        return _URC_END_OF_STACK;
    }
    *frame = (struct hd_frame){
        .place = _Unwind_GetIP(context),
        .sp = frame->end,
        .bp = _Unwind_GetGR(context, HD_FRAME_BP),
        .bx = _Unwind_GetGR(context, HD_FRAME_BX),
    };
    return _URC_NO_REASON;
}

void
expect_local(const void *at, size_t bytes, struct called called)
{
    const struct hd_piece piece = {.address = (uint64_t)(uintptr_t)at,
                                   .bytes = bytes};
    struct walk walk = {.address = piece.address};
    struct hd_variable variable;
    _Unwind_Backtrace(visit, &walk);
    if (!has_debug_information) {
        called.name = NULL;
    }
    compare(hd_variable_local(&piece, &walk.frame, &variable), &variable,
            called);
}

__attribute__((noinline)) void *
allocate(size_t bytes)
{
    static _Alignas(16) char arena[ARENA_BYTES];
    static size_t used;
    block_place = (uint64_t)(uintptr_t)__builtin_return_address(0);
    block_bytes = bytes;
    char *block = arena + used;
    used += (bytes + 15) / 16 * 16;
    assert_true(used <= sizeof(arena));
    return block;
}

void
expect_block(size_t offset, size_t bytes, struct called called)
{
    const struct hd_piece piece = {.address = offset, .bytes = bytes};
    struct hd_variable variable;
    if (!has_debug_information) {
        called.name = NULL;
    }
    compare(hd_variable_heap(&piece, block_bytes, block_place, &variable),
            &variable, called);
}

/* ---- tests ---- */

static void
what_debug_information_tells_has_its_name(void **state)
{
    (void)state;
    compared = 0;

    tell_everything();

    assert_in_range(compared, has_debug_information ? 36 : 12, 100);
}

/* By the symbol table, if there is libbacktrace, which can read it. */
static void
static_variables_have_names_without_debug_information(void **state)
{
    extern int balance;
    extern int grid[3][4];
    struct hd_piece piece = {.address = (uint64_t)(uintptr_t)&balance,
                             .bytes = sizeof(balance)};
    struct hd_variable variable;
    (void)state;
    if (hd_symbol_function((uint64_t)(uintptr_t)visit).file == NULL) {
        skip();
    }

    assert_true(hd_variable_static(&piece, &variable));
    assert_string_equal(variable.name, "balance");
    assert_string_equal(variable.within, "");
    piece.address = (uint64_t)(uintptr_t)&grid[1][2];
    assert_true(hd_variable_static(&piece, &variable));
    assert_string_equal(variable.name,
                        has_debug_information ? "grid[1][2]" : "grid[6]");
}

static void
what_is_no_variable_has_no_name(void **state)
{
    struct hd_variable variable = {.name = "untouched"};
    void *block = malloc(64);
    const struct hd_piece piece = {.address = (uint64_t)(uintptr_t)block,
                                   .bytes = 8};
    const struct hd_frame nowhere = {.place = 5};
    (void)state;

    assert_false(hd_variable_static(&piece, &variable));
    assert_false(hd_variable_local(&piece, &nowhere, &variable));
    assert_false(hd_variable_heap(&piece, 64, 5, &variable));
    assert_false(hd_variable_heap(&(struct hd_piece){.address = 64}, 64,
                                  (uint64_t)(uintptr_t)malloc, &variable));

    assert_string_equal(variable.name, "untouched");
    free(block);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_debug_information_tells_has_its_name),
        cmocka_unit_test(static_variables_have_names_without_debug_information),
        cmocka_unit_test(what_is_no_variable_has_no_name),
    };
    has_debug_information = argc > 1 && strcmp(argv[1], "debug") == 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
