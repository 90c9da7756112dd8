/*
 * Addresses of this very file, looked up.
 */
#include "report/symbols.h"

#include "base/sanitize.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct item {
    uint64_t words[4];
};

struct item one_item, some_items[7];

#define HERE_LINE 25

__attribute__((noinline)) static uint64_t
return_address_of_call(void)
{
    return (uint64_t)(uintptr_t)__builtin_return_address(0); /* line 25 */
}

static bool
has_symbols(void)
{
    return hd_symbol_function((uint64_t)(uintptr_t)return_address_of_call)
               .file != NULL;
}

static void
a_place_is_the_line_of_the_call(void **state)
{
    (void)state;
    if (!has_symbols()) {
        skip();
    }
    const uint64_t place = return_address_of_call();
    const int line = __LINE__ - 1;

    const struct hd_symbol symbol = hd_symbol_place(place);

    assert_int_equal(symbol.line, line);
    assert_string_equal(hd_symbol_base(symbol.file), "test_symbols.c");
    assert_string_equal(symbol.function, "a_place_is_the_line_of_the_call");
}

static void
a_function_is_known_by_its_address(void **state)
{
    (void)state;
    if (!has_symbols()) {
        skip();
    }

    const struct hd_symbol symbol =
        hd_symbol_function((uint64_t)(uintptr_t)return_address_of_call);

    assert_string_equal(symbol.function, "return_address_of_call");
    /* An optimiser may give its first instruction to any of its lines. */
    assert_in_range(symbol.line, HERE_LINE - 3, HERE_LINE + 1);
}

static void
paths_are_short_and_can_be_opened(void **state)
{
    (void)state;
    if (!has_symbols()) {
        skip();
    }

    const struct hd_symbol symbol =
        hd_symbol_function((uint64_t)(uintptr_t)return_address_of_call);

    assert_null(strstr(symbol.file, ".."));
    assert_null(strstr(symbol.path, ".."));
    assert_int_not_equal(symbol.file[0], '/');
    const size_t shorter = strlen(symbol.path) - strlen(symbol.file);
    assert_string_equal(symbol.path + shorter, symbol.file);
}

static void
variables_have_names_and_indices(void **state)
{
    static struct item inner;
    char text[64];
    (void)state;
    if (!has_symbols()) {
        skip();
    }

    assert_true(hd_symbol_variable((uint64_t)(uintptr_t)&one_item,
                                   sizeof(one_item), text, sizeof(text)));
    assert_string_equal(text, "one_item");
    assert_true(hd_symbol_variable((uint64_t)(uintptr_t)&some_items[3],
                                   sizeof(one_item), text, sizeof(text)));
    assert_string_equal(text, "some_items[3]");
    assert_true(hd_symbol_variable((uint64_t)(uintptr_t)&inner, sizeof(inner),
                                   text, sizeof(text)));
    assert_string_equal(text, "inner");
    assert_true(hd_symbol_variable((uint64_t)(uintptr_t)&one_item.words[1],
                                   sizeof(one_item), text, sizeof(text)));
    assert_string_equal(text, "one_item+8");
}

static void
the_stack_and_the_heap_hold_no_variables(void **state)
{
    int local = 0;
    char text[64] = "untouched";
    void *block = malloc(64);
    (void)state;

    assert_false(
        hd_symbol_variable((uint64_t)(uintptr_t)&local, 4, text, sizeof(text)));
    assert_false(
        hd_symbol_variable((uint64_t)(uintptr_t)block, 4, text, sizeof(text)));

    assert_string_equal(text, "untouched");
    free(block);
}

static void
what_is_nowhere_has_a_text_all_the_same(void **state)
{
    char text[HD_SYMBOL_BYTES];
    (void)state;

    assert_string_equal(hd_symbol_text(0, text, sizeof(text)), "somewhere");
    assert_string_equal(hd_symbol_text(5, text, sizeof(text)), "somewhere");
    assert_null(hd_symbol_place(0).file);
}

static void
what_has_no_line_is_a_module_and_an_offset(void **state)
{
    char text[HD_SYMBOL_BYTES];
    (void)state;

    hd_symbol_text((uint64_t)(uintptr_t)&one_item, text, sizeof(text));

    assert_non_null(strstr(text, "+0x"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_place_is_the_line_of_the_call),
        cmocka_unit_test(a_function_is_known_by_its_address),
        cmocka_unit_test(paths_are_short_and_can_be_opened),
        cmocka_unit_test(variables_have_names_and_indices),
        cmocka_unit_test(the_stack_and_the_heap_hold_no_variables),
        cmocka_unit_test(what_is_nowhere_has_a_text_all_the_same),
        cmocka_unit_test(what_has_no_line_is_a_module_and_an_offset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
