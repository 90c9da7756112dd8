#include "strategy/strategy.h"
#include <heddle/test.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void
every_strategy_is_found_by_its_name(void **state)
{
    const struct hd_strategy *const *all = hd_strategy_all();
    (void)state;

    for (size_t i = 0; all[i] != NULL; i++) {
        const char *name = all[i]->name;
        assert_ptr_equal(hd_strategy_find(name, strlen(name)), all[i]);
    }
}

static void
every_strategy_has_a_summary_and_the_right_abi(void **state)
{
    const struct hd_strategy *const *all = hd_strategy_all();
    (void)state;

    for (size_t i = 0; all[i] != NULL; i++) {
        assert_non_null(all[i]->summary);
        assert_true(all[i]->summary[0] != '\0');
        assert_int_equal(all[i]->abi, HD_STRATEGY_ABI);
        assert_true(all[i]->wants == 0 || all[i]->pick != NULL);
    }
}

static void
only_a_whole_name_is_found(void **state)
{
    (void)state;

    assert_null(hd_strategy_find("rand", 4));
    assert_null(hd_strategy_find("randomly", 8));
    assert_null(hd_strategy_find("", 0));
    assert_non_null(hd_strategy_find("random:text", 6));
}

static void
fifo_asks_nobody(void **state)
{
    (void)state;

    const struct hd_strategy *fifo = hd_strategy_find("fifo", 4);

    assert_non_null(fifo);
    assert_true(fifo->pick == NULL);
    assert_true(fifo->choose == NULL);
}

static struct hd_actor *
pick_first(void *self, const struct hd_view *view)
{
    (void)self;
    return view->first;
}

static void
a_program_may_offer_one_of_its_own(void **state)
{
    static const struct hd_strategy mine = {.name = "mine",
                                            .summary = "whoever is first",
                                            .abi = HD_STRATEGY_ABI,
                                            .pick = pick_first};
    (void)state;

    hd_strategy_register(&mine);

    assert_ptr_equal(hd_strategy_find("mine", 4), &mine);
    assert_ptr_equal(hd_strategy_find("random", 6), &hd_strategy_random);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_may_offer_one_of_its_own),
        cmocka_unit_test(every_strategy_is_found_by_its_name),
        cmocka_unit_test(every_strategy_has_a_summary_and_the_right_abi),
        cmocka_unit_test(only_a_whole_name_is_found),
        cmocka_unit_test(fifo_asks_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
