/*
 * Conditions that should be true in some schedule.
 */
#include <heddle/test.h>

static int order;

static int
note(void *arg)
{
    order = order * 10 + *(const int *)arg;
    return 0;
}

static void
run_two(void)
{
    int one = 1, two = 2;
    order = 0;
    struct hd_task *a = hd_task_spawn(note, &one);
    struct hd_task *b = hd_task_spawn(note, &two);
    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(what_no_schedule_makes_true_is_found, .expect = "sometimes")
{
    run_two();
    HD_SOMETIMES(order == 11);
}

HD_TEST(what_one_schedule_of_two_makes_true_is_clean)
{
    run_two();
    HD_SOMETIMES(order == 21);
    HD_SOMETIMES(order == 12);
}

HD_TEST(the_only_schedule_counts_too, .expect = "sometimes")
{
    HD_SOMETIMES(order == 11);
}

static inline void
look_together(bool condition)
{
    HD_SOMETIMES(condition);
}

HD_TEST(a_site_may_be_reached_in_many_ways)
{
    for (int i = 0; i < 100; i++) {
        look_together(i == 57);
    }
}

HD_TEST(a_test_that_does_not_come_by_has_nothing_to_say)
{
    run_two();
    if (order == 33) {
        look_together(false);
    }
}

HD_TEST(of_two_sites_that_are_never_true_both_are_told, .expect = "sometimes")
{
    run_two();
    HD_SOMETIMES(order == 11);
    HD_SOMETIMES(order == 22);
}
