/*
 * Marks for plain memory, by what a strategy is told of them.
 */
#include <heddle/access.h>

#include "footprints.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static bool
depend(void (*one)(void *shared), void (*other)(void *shared), void *shared)
{
    return footprints_depend(
        &(struct footprint_pair){.one = one, .other = other, .shared = shared});
}

static void
read_first(void *shared)
{
    HD_READ((int *)shared);
}

static void
write_first(void *shared)
{
    HD_WRITE((int *)shared);
}

static void
add_first(void *shared)
{
    HD_ACCESS(shared, sizeof(int), HD_ADDS);
}

static void
write_second(void *shared)
{
    HD_WRITE((int *)shared + 1);
}

static void
write_last_byte(void *shared)
{
    HD_WRITE((char *)shared + 3);
}

static void
write_third(void *shared)
{
    HD_WRITE((int *)shared + 2);
}

static void
read_all(void *shared)
{
    HD_ACCESS(shared, 64, HD_READS);
}

static void
write_huge(void *shared)
{
    HD_ACCESS(shared, (size_t)1 << 20, HD_WRITES);
}

static void
access_nothing(void *shared)
{
    HD_ACCESS(shared, 0, HD_WRITES);
}

static int variables[16] __attribute__((aligned(8)));

static void
steps_depend_by_marks_unless_both_read_or_both_add(void **state)
{
    (void)state;

    assert_false(depend(read_first, read_first, variables));
    assert_true(depend(read_first, write_first, variables));
    assert_true(depend(write_first, write_first, variables));
    assert_false(depend(add_first, add_first, variables));
    assert_true(depend(add_first, read_first, variables));
    assert_true(depend(write_first, add_first, variables));
}

static void
variables_apart_are_independent_and_ranges_cover_them(void **state)
{
    (void)state;

    assert_false(depend(write_first, write_third, variables));
    assert_false(depend(write_first, write_second, variables));
    assert_true(depend(write_first, write_last_byte, variables));
    assert_true(depend(read_all, write_third, variables));
    assert_false(depend(write_first, access_nothing, variables));
}

static void
a_huge_range_is_all_memory_that_is_marked(void **state)
{
    (void)state;

    assert_true(depend(write_huge, read_first, variables));
    assert_true(depend(write_huge, write_huge, variables));
}

static void
heap_and_stack_have_names_too(void **state)
{
    (void)state;
    int local[16] = {0};
    int *heap = calloc(16, sizeof(*heap));

    assert_true(depend(read_first, write_first, heap));
    assert_false(depend(write_first, write_third, heap));
    assert_false(depend(write_first, write_second, heap));
    assert_true(depend(read_first, write_first, local));
    assert_false(depend(write_first, write_second, local));

    free(heap);
}

/* ---- names ---- */

static int *marked;

static int
mark_own_stack(void *arg)
{
    int local = 0;
    (void)arg;
    marked = &local;
    HD_WRITE(&local);
    const int status = hd_yield();
    HD_WRITE(&local);
    return status;
}

static int
mark_others_stack(void *arg)
{
    (void)arg;
    HD_WRITE(marked);
    return HD_OK;
}

static int
spawn_neighbours(void *arg)
{
    struct hd_task *one = hd_task_spawn(mark_own_stack, arg);
    struct hd_task *two = hd_task_spawn(mark_own_stack, arg);
    struct hd_task *three = hd_task_spawn(mark_others_stack, arg);
    HD_TRY(hd_await(one));
    HD_TRY(hd_await(two));
    return hd_await(three);
}

static void
a_tasks_stack_is_its_own_whoever_points_to_it(void **state)
{
    const struct hd_rules rules = HD_RULES_DEFAULT;
    (void)state;

    const struct footprints *all =
        footprints_of(spawn_neighbours, NULL, &rules);

    const struct footprint *one = footprint_of(all, 1, 1);
    const struct footprint *two = footprint_of(all, 2, 1);
    const struct footprint *three = footprint_of(all, 3, 1);
    assert_false(footprints_conflict(all, one, two));
    assert_false(footprints_conflict(all, one, three));
    assert_true(footprints_conflict(all, two, three));
}

static uint64_t
first_object(hd_fn *fn, void *arg)
{
    const struct hd_rules rules = HD_RULES_DEFAULT;
    const struct footprints *all = footprints_of(fn, arg, &rules);
    const struct footprint *main_step = footprint_of(all, 0, 1);
    for (uint32_t i = 0; i < main_step->count; i++) {
        const struct hd_access *access = &all->accesses[main_step->first + i];
        if (access->place != 0) {
            return access->object;
        }
    }
    return 0;
}

static int
mark(void *arg)
{
    HD_WRITE((int *)arg);
    return HD_OK;
}

static int
mark_stack(void *arg)
{
    int local;
    (void)arg;
    HD_WRITE(&local);
    return HD_OK;
}

static _Thread_local int of_the_thread[2];

static void
names_of_variables_and_stacks_last_and_those_of_the_heap_are_new(void **state)
{
    (void)state;
    int *heap = calloc(1, sizeof(*heap));

    const uint64_t variable = first_object(mark, variables);
    const uint64_t on_stack = first_object(mark_stack, NULL);
    const uint64_t on_heap = first_object(mark, heap);

    assert_int_not_equal(variable, 0);
    assert_int_not_equal(on_stack, variable);
    assert_false((variable | on_stack) & HD_OBJECT_NEW);
    assert_true(on_heap & HD_OBJECT_NEW);
    const uint64_t own = first_object(mark, of_the_thread);
    assert_false(own & HD_OBJECT_NEW);
    assert_int_not_equal(own, variable);
    assert_int_equal(first_object(mark, of_the_thread), own);
    assert_int_not_equal(first_object(mark, &of_the_thread[1]), own);
    assert_int_equal(first_object(mark, variables), variable);
    assert_int_equal(first_object(mark_stack, NULL), on_stack);
    assert_int_equal(first_object(mark, heap), on_heap);
    free(heap);
}

/* ---- nobody wants to know ---- */

static int
look_at_the_probe(void *arg)
{
    *(bool *)arg = hd_access_probed;
    HD_WRITE((bool *)arg);
    return HD_OK;
}

static void
nothing_is_noted_where_nobody_asks(void **state)
{
    bool probed = true;
    (void)state;

    assert_int_equal(sim_run(look_at_the_probe, &probed), HD_OK);

    assert_false(probed);
    assert_int_equal(sim_world()->ready.access_count, 0);
    assert_null(sim_world()->ready.accesses);
    const struct hd_rules rules = HD_RULES_DEFAULT;
    footprints_of(look_at_the_probe, &probed, &rules);
    assert_true(probed);
    assert_false(hd_access_probed);
}

static int
mark_often(void *arg)
{
    for (int i = 0; i < 1000; i++) {
        HD_READ((int *)arg);
        HD_WRITE((int *)arg);
    }
    return HD_OK;
}

static void
what_is_marked_in_a_loop_is_told_once(void **state)
{
    const struct hd_rules rules = HD_RULES_DEFAULT;
    (void)state;

    const struct footprints *all = footprints_of(mark_often, variables, &rules);

    const struct footprint *step = footprint_of(all, 0, 1);
    unsigned told = 0;
    for (uint32_t i = 0; i < step->count; i++) {
        const struct hd_access *access = &all->accesses[step->first + i];
        told += access->place != 0;
        assert_true(access->place == 0 || access->mode == HD_WRITES);
    }
    assert_int_equal(told, 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_depend_by_marks_unless_both_read_or_both_add),
        cmocka_unit_test(variables_apart_are_independent_and_ranges_cover_them),
        cmocka_unit_test(a_huge_range_is_all_memory_that_is_marked),
        cmocka_unit_test(heap_and_stack_have_names_too),
        cmocka_unit_test(a_tasks_stack_is_its_own_whoever_points_to_it),
        cmocka_unit_test(
            names_of_variables_and_stacks_last_and_those_of_the_heap_are_new),
        cmocka_unit_test(nothing_is_noted_where_nobody_asks),
        cmocka_unit_test(what_is_marked_in_a_loop_is_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
