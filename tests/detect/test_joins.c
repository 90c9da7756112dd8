/*
 * Rings through whatever tasks wait for each other by: joins of all sorts,
 * semaphores, queues, conditions.
 */
#include "every.h"

static struct hd_lock left, right;
static struct hd_semaphore permits[2];
static struct hd_queue queues[2];
static struct hd_condition condition;
static struct hd_task *members[4];
static struct hd_future *outer;

static void
set_up(void)
{
    hd_lock_init(&left);
    hd_lock_init(&right);
    for (int i = 0; i < 2; i++) {
        hd_semaphore_init(&permits[i], 1);
        hd_queue_init(&queues[i], 1);
    }
    hd_condition_init(&condition, &left);
}

static void
run_main(hd_fn *program, void *arg)
{
    const struct hd_rules rules = HD_RULES_DEFAULT;
    sim_explore(program, arg, &rules, NULL, NULL);
}

static void
assert_left_early(uint32_t count)
{
    assert_int_equal(judge(0), count);
    for (uint32_t i = 0; i < count; i++) {
        assert_string_equal(found.items[i].kind, "left-early");
    }
}

static int
work(void *arg)
{
    (void)arg;
    return hd_sleep(HD_MS(500));
}

/* ---- rings through joins ---- */

static int
want_left_and_end(void *arg)
{
    (void)arg;
    HD_TRY(hd_lock_acquire(&left));
    return hd_lock_release(&left);
}

enum join {
    BY_AWAIT,
    BY_GATHER,
    BY_GROUP,
    BY_WAIT,
    BY_NEXT,
    BY_SHIELD,
    JOINS
};

/* Holds the lock while it waits, in one of many ways, for one who wants it. */
static int
join_with_the_lock(void *arg)
{
    const enum join join = *(const enum join *)arg;
    struct hd_group group;
    struct hd_as_completed each;
    struct hd_future *done;
    HD_TRY(hd_lock_acquire(&left));
    if (join == BY_GROUP) {
        HD_TRY(hd_group_begin(&group));
        (void)hd_group_spawn(&group, want_left_and_end, NULL);
        return hd_group_end(&group, HD_OK);
    }
    struct hd_task *task = hd_task_spawn(want_left_and_end, NULL);
    struct hd_future *const one = HD_FUTURE(task);
    switch (join) {
    case BY_GATHER:
        return hd_gather(task);
    case BY_WAIT:
        return hd_wait(&one, 1, HD_FIRST_COMPLETED, HD_FOREVER, NULL);
    case BY_NEXT:
        HD_TRY(hd_as_completed_init(&each, &one, 1, HD_FOREVER));
        return hd_as_completed_next(&each, &done);
    case BY_SHIELD:
        outer = hd_shield(task);
        return hd_await(outer);
    default:
        return hd_await(task);
    }
}

static int
join_and_leave(void *arg)
{
    set_up();
    (void)hd_task_spawn(join_with_the_lock, arg);
    return hd_sleep(HD_MS(20));
}

static void
a_ring_may_go_through_any_join(void **state)
{
    (void)state;
    for (enum join join = 0; join < JOINS; join++) {
        run_main(join_and_leave, &join);
        const uint64_t partial =
            assert_found("deadlock", "2 tasks wait for each other in a ring")
                ->signature;

        set_up();
        run_main(join_with_the_lock, &join);

        const struct hd_finding *finding =
            assert_found("deadlock", "2 tasks wait for each other in a ring");
        assert_true(finding->signature == partial);
    }
}

static int
gather_two(void *arg)
{
    (void)arg;
    HD_TRY(hd_lock_acquire(&left));
    members[0] = hd_task_spawn(want_left_and_end, NULL);
    members[1] = hd_task_spawn(work, NULL);
    return hd_gather(members[0], members[1]);
}

static int
wait_for_the_first(void *arg)
{
    (void)arg;
    HD_TRY(hd_lock_acquire(&left));
    members[0] = hd_task_spawn(want_left_and_end, NULL);
    members[1] = hd_task_spawn(work, NULL);
    struct hd_future *const both[] = {HD_FUTURE(members[0]),
                                      HD_FUTURE(members[1])};
    return hd_wait(both, 2, HD_FIRST_COMPLETED, HD_FOREVER, NULL);
}

static int
spawn_and_leave(void *arg)
{
    hd_fn *const *fn = arg;
    set_up();
    (void)hd_task_spawn(*fn, NULL);
    return hd_sleep(HD_MS(20));
}

static void
who_waits_for_the_first_of_two_is_free_with_either(void **state)
{
    hd_fn *fn = gather_two;
    (void)state;
    run_main(spawn_and_leave, &fn);
    assert_int_equal(judge(0), 2);
    assert_string_equal(found.items[0].kind, "deadlock");
    assert_string_equal(found.items[1].kind, "left-early");

    fn = wait_for_the_first;
    run_main(spawn_and_leave, &fn);
    assert_left_early(3);
}

/* ---- rings through other objects ---- */

static int
take_permits(void *arg)
{
    const size_t first = arg != NULL;
    HD_TRY(hd_semaphore_acquire(&permits[first]));
    HD_TRY(hd_sleep(HD_MS(1)));
    HD_TRY(hd_semaphore_acquire(&permits[1 - first]));
    hd_semaphore_release(&permits[1 - first]);
    return hd_semaphore_release(&permits[first]);
}

static int
pass_on(void *arg)
{
    struct hd_queue *in = &queues[arg != NULL], *out = &queues[arg == NULL];
    void *item;
    HD_TRY(hd_queue_get(in, &item));
    HD_TRY(hd_queue_put(out, item));
    HD_TRY(hd_queue_put(out, item)); /* two for one: it fills up */
    HD_TRY(hd_queue_get(in, &item));
    HD_TRY(hd_queue_put(out, item));
    return hd_queue_put(out, item);
}

static int
two_of(void *arg)
{
    hd_fn *const *fn = arg;
    set_up();
    HD_TRY(hd_queue_put_now(&queues[0], NULL));
    HD_TRY(hd_queue_put_now(&queues[1], NULL));
    members[0] = hd_task_spawn(*fn, NULL);
    members[1] = hd_task_spawn(*fn, &left);
    const int status = hd_gather(members[0], members[1]);
    hd_queue_finish(&queues[0]);
    hd_queue_finish(&queues[1]);
    return status;
}

static void
semaphores_of_one_are_a_ring_like_locks(void **state)
{
    hd_fn *fn = take_permits;
    (void)state;
    run_main(two_of, &fn);
    assert_found("deadlock", "2 tasks wait for each other in a ring");
}

static void
full_queues_in_a_circle_are_a_ring(void **state)
{
    hd_fn *fn = pass_on;
    (void)state;
    run_main(two_of, &fn);
    assert_found("deadlock", "2 tasks wait for each other in a ring");
}

/* A semaphore with a unit that others bring: who took one does not hold it. */
static int
consume(void *arg)
{
    (void)arg;
    HD_TRY(hd_semaphore_acquire(&permits[0]));
    return hd_semaphore_acquire(&permits[0]);
}

static int
produce(void *arg)
{
    (void)arg;
    HD_TRY(hd_sleep(HD_MS(100)));
    return hd_semaphore_release(&permits[0]);
}

static int
main_leaves_a_producer(void *arg)
{
    set_up();
    (void)hd_task_spawn(consume, arg);
    (void)hd_task_spawn(produce, arg);
    return hd_sleep(HD_MS(20));
}

static void
a_semaphore_may_be_a_signal_while_others_run(void **state)
{
    (void)state;
    run_main(main_leaves_a_producer, NULL);
    assert_left_early(2);
}

static int
wait_with_left(void *arg)
{
    (void)arg;
    HD_TRY(hd_lock_acquire(&left));
    HD_TRY(hd_condition_wait(&condition));
    return hd_lock_release(&left);
}

static int
notify_and_join(void *arg)
{
    (void)arg;
    HD_TRY(hd_lock_acquire(&left));
    hd_condition_notify(&condition, 1);
    return hd_await(members[0]);
}

static int
condition_cannot_return(void *arg)
{
    (void)arg;
    set_up();
    members[0] = hd_task_spawn(wait_with_left, NULL);
    members[1] = hd_task_spawn(notify_and_join, NULL);
    return hd_gather(members[0], members[1]);
}

static void
a_condition_whose_lock_is_held_is_part_of_a_ring(void **state)
{
    (void)state;
    run_main(condition_cannot_return, NULL);
    assert_found("deadlock", "2 tasks wait for each other in a ring");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ring_may_go_through_any_join),
        cmocka_unit_test(who_waits_for_the_first_of_two_is_free_with_either),
        cmocka_unit_test(semaphores_of_one_are_a_ring_like_locks),
        cmocka_unit_test(full_queues_in_a_circle_are_a_ring),
        cmocka_unit_test(a_semaphore_may_be_a_signal_while_others_run),
        cmocka_unit_test(a_condition_whose_lock_is_held_is_part_of_a_ring),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
