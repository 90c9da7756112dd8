#include "compose/children.h"
#include "memory.h"
#include "story.h"

static int
check_too_many(void *arg)
{
    (void)arg;
    tell_status("check", hd_children_check(NULL, NULL, HD_CHILDREN_MAX + 1, 0));
    tell_status("gather", hd_gather_array(NULL, HD_CHILDREN_MAX + 1, 0));
    return HD_OK;
}

static void
more_than_an_arena_can_hold_is_no_memory(void **state)
{
    (void)state;

    sim_run(check_too_many, NULL);

    assert_string_equal(story, "check:NO_MEMORY gather:NO_MEMORY");
}

static void
child_done(struct hd_callback *callback)
{
    tell("%s", (const char *)callback->owner);
}

static int
start_and_stop(void *arg)
{
    (void)arg;
    struct hd_future *a = hd_future_create(), *b = hd_future_create();
    struct hd_child each[4];
    struct hd_children children = {
        .each = each, .count = 4, .run = child_done, .owner = say("done")};
    hd_children_start(&children, (struct hd_future *[]){a, b, a, b}, 0);
    tell("%zu", children.distinct);
    hd_future_set(a, NULL);
    (void)hd_yield();
    hd_children_stop(&children);
    hd_future_set(b, NULL);
    (void)hd_yield();
    hd_children_finish(&children);
    hd_future_release(a);
    hd_future_release(b);
    tell("%d", hd_future_is_done(a) || hd_future_is_done(b));
    return HD_OK;
}

static void
each_distinct_child_calls_once_until_stopped(void **state)
{
    (void)state;

    sim_run(start_and_stop, NULL);

    assert_string_equal(story, "2 done 0");
    assert_int_equal(misuses(), 2);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(more_than_an_arena_can_hold_is_no_memory),
        TEST(each_distinct_child_calls_once_until_stopped),
    };
    return cmocka_run_group_tests_name("children", tests, NULL, NULL);
}
