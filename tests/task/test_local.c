#include "sim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct hd_local colour = HD_LOCAL("colour");
static struct hd_local shape = HD_LOCAL("shape");
static const char red[] = "red", blue[] = "blue", round_shape[] = "round";

static void *
as_value(const char *text)
{
    return (void *)(uintptr_t)text;
}

static int
check_red_then_paint_blue(void *arg)
{
    (void)arg;
    assert_ptr_equal(hd_local_get(&colour), red);
    assert_int_equal(hd_local_set(&colour, as_value(blue)), HD_OK);
    return hd_yield();
}

static int
spawn_a_painter(void *arg)
{
    (void)arg;
    assert_null(hd_local_get(&colour));
    assert_int_equal(hd_local_set(&colour, as_value(red)), HD_OK);
    struct hd_task *child = hd_task_spawn(check_red_then_paint_blue, NULL);
    assert_int_equal(hd_await(child), HD_OK);
    assert_ptr_equal(hd_local_get(&colour), red);
    return HD_OK;
}

static void
a_child_has_its_spawners_values_and_keeps_its_own(void **state)
{
    (void)state;

    assert_int_equal(sim_run(spawn_a_painter, NULL), HD_OK);
}

static int
snapshot_before_set(void *arg)
{
    (void)arg;
    assert_null(hd_local_get(&shape));
    return HD_OK;
}

static int
set_after_spawn(void *arg)
{
    (void)arg;
    struct hd_task *child = hd_task_spawn(snapshot_before_set, NULL);
    assert_int_equal(hd_local_set(&shape, as_value(round_shape)), HD_OK);
    return hd_await(child);
}

static void
what_is_set_after_the_spawn_is_not_the_childs(void **state)
{
    (void)state;

    assert_int_equal(sim_run(set_after_spawn, NULL), HD_OK);
}

static void
look_and_paint(void *arg)
{
    const void **seen = arg;
    *seen = hd_local_get(&colour);
    assert_int_equal(hd_local_set(&colour, as_value(blue)), HD_OK);
    assert_ptr_equal(hd_local_get(&colour), blue);
}

static int
schedule_a_look(void *arg)
{
    assert_int_equal(hd_local_set(&colour, as_value(red)), HD_OK);
    hd_loop_call_soon(hd_loop_running(), look_and_paint, arg);
    assert_int_equal(hd_yield(), HD_OK);
    assert_ptr_equal(hd_local_get(&colour), red);
    return HD_OK;
}

static void
a_callback_has_the_values_of_who_scheduled_it(void **state)
{
    const void *seen = NULL;
    (void)state;

    assert_int_equal(sim_run(schedule_a_look, &seen), HD_OK);

    assert_ptr_equal(seen, red);
}

/* How far the execution's memory has been used. */
static int
set_many_times(void *arg)
{
    (void)arg;
    assert_int_equal(hd_local_set(&colour, as_value(red)), HD_OK);
    const char *before = sim_world()->arena.at;
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(hd_local_set(&colour, as_value(blue)), HD_OK);
    }
    assert_ptr_equal(sim_world()->arena.at, before);
    return HD_OK;
}

static void
setting_again_and_again_does_not_grow(void **state)
{
    (void)state;

    assert_int_equal(sim_run(set_many_times, NULL), HD_OK);
}

static void
outside_of_a_loop_nothing_can_be_set(void **state)
{
    (void)state;

    assert_int_equal(hd_local_set(&colour, as_value(red)), HD_E_NO_LOOP);
    assert_null(hd_local_get(&colour));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_has_its_spawners_values_and_keeps_its_own),
        cmocka_unit_test(what_is_set_after_the_spawn_is_not_the_childs),
        cmocka_unit_test(a_callback_has_the_values_of_who_scheduled_it),
        cmocka_unit_test(setting_again_and_again_does_not_grow),
        cmocka_unit_test(outside_of_a_loop_nothing_can_be_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
