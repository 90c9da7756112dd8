/*
 * Queues whose work is to be done: join and task_done.
 */
#include "story.h"

static struct hd_queue queue;

static int
set_up(void **state)
{
    (void)state;
    hd_queue_init(&queue, 0);
    story_begin();
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    hd_queue_finish(&queue);
    return 0;
}

static int
put(unsigned number)
{
    return hd_queue_put_now(&queue, NAME((uintptr_t)number));
}

/* Takes out what is there. */
static void
tell_rest(void)
{
    void *got;
    while (hd_queue_get_now(&queue, &got) == HD_OK) {
        tell("%u", (unsigned)(uintptr_t)got);
    }
}

static int
join(void *name)
{
    tell_status(name, hd_queue_join(&queue));
    return HD_OK;
}

static int
finish_two(void *arg)
{
    (void)arg;
    join(NAME("nothing"));
    HD_TRY(put(1));
    HD_TRY(put(2));
    start(join, "a");
    struct hd_task *b = start(join, "b");
    start(join, "c");
    tell_rest();
    HD_TRY(hd_queue_task_done(&queue));
    hd_task_cancel(b);
    settle();
    tell("last");
    HD_TRY(hd_queue_task_done(&queue));
    HD_TRY(put(3)); /* too late to keep them */
    settle();
    HD_TRY(hd_queue_task_done(&queue));
    return tell_status("more", hd_queue_task_done(&queue));
}

static void
joining_waits_until_every_put_is_finished(void **state)
{
    (void)state;

    sim_run(finish_two, NULL);

    assert_string_equal(
        story, "nothing:ok 1 2 b:CANCELLED last a:ok c:ok more:OVERRUN");
    assert_int_equal(sim_count(HD_LOG_MISUSE), 1);
}

static void
join_from_callback(void *arg)
{
    (void)arg;
    join(NAME("callback"));
}

static int
call_join(void *arg)
{
    (void)arg;
    hd_loop_call_soon(hd_loop_running(), join_from_callback, NULL);
    settle();
    return HD_OK;
}

static void
joining_outside_of_a_task_is_no_task(void **state)
{
    (void)state;

    sim_run(call_join, NULL);

    assert_string_equal(story, "callback:NO_TASK");
}

static int
finish_one(void *arg)
{
    (void)arg;
    return hd_queue_task_done(&queue);
}

static int
only_join(void *arg)
{
    (void)arg;
    return hd_queue_join(&queue);
}

static void
joining_behind_another_loop_is_foreign_loop(void **state)
{
    (void)state;
    assert_int_equal(put(1), HD_OK);

    const int status = status_on_another_loop(join, only_join, finish_one);

    assert_int_equal(status, HD_E_FOREIGN_LOOP);
    assert_string_equal(story, "waiter:ok");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(joining_waits_until_every_put_is_finished),
        TEST(joining_outside_of_a_task_is_no_task),
        TEST(joining_behind_another_loop_is_foreign_loop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
