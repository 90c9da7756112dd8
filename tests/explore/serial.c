/*
 * Results against serial orders: which are told, and which programs are let
 * alone since one task after the other would make other programs of them.
 */
#include <heddle/test.h>

static int sum, digits;

static int
add_one(void *arg)
{
    const int seen = sum;
    (void)arg;
    HD_TRY(hd_yield());
    sum = seen + 1;
    return 0;
}

static int
add_one_late(void *arg)
{
    const int seen = sum;
    (void)arg;
    HD_TRY(hd_sleep(HD_MS(10)));
    sum = seen + 1;
    return 0;
}

static int
add_one_at_once(void *arg)
{
    (void)arg;
    HD_TRY(hd_yield());
    sum++;
    return hd_yield();
}

static int
write_digit(void *arg)
{
    digits = digits * 10 + *(const int *)arg;
    return 0;
}

static void
run_two(hd_fn *fn)
{
    int one = 1, two = 2;
    sum = digits = 0;
    struct hd_task *a = hd_task_spawn(fn, &one);
    struct hd_task *b = hd_task_spawn(fn, &two);
    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(the_fifo_run_may_be_the_wrong_one, .expect = "nondeterministic-result")
{
    run_two(add_one);
    HD_RESULT(sum);
}

HD_TEST(a_sleep_between_read_and_write_is_no_excuse,
        .expect = "nondeterministic-result")
{
    run_two(add_one_late);
    HD_RESULT(sum);
}

HD_TEST(who_comes_first_may_decide, .expect = "nondeterministic-result")
{
    run_two(write_digit);
    HD_RESULT(digits);
}

HD_TEST(what_interleaving_does_not_change_is_clean)
{
    run_two(add_one_at_once);
    HD_RESULT(sum);
}

HD_TEST(tasks_without_a_result_are_clean)
{
    run_two(add_one);
}

/* ---- more tasks, and tasks of tasks ---- */

static int
add_two(void *arg)
{
    struct hd_task *a = hd_task_spawn(add_one_at_once, arg);
    struct hd_task *b = hd_task_spawn(add_one_at_once, arg);
    return hd_gather(a, b);
}

HD_TEST(what_a_task_starts_belongs_to_it)
{
    run_two(add_two);
    HD_RESULT(sum);
}

static void
run_six(hd_fn *fn)
{
    struct hd_task *tasks[6];
    sum = 0;
    for (int i = 0; i < 6; i++) {
        tasks[i] = hd_task_spawn(fn, NULL);
    }
    for (int i = 0; i < 6; i++) {
        HD_CHECK(hd_await(tasks[i]) == 0);
    }
    HD_RESULT(sum);
}

HD_TEST(of_six_tasks_a_sample_of_orders_is_enough)
{
    run_six(add_one_at_once);
}

HD_TEST(of_six_tasks_one_may_write_over_the_others,
        .expect = "nondeterministic-result")
{
    run_six(add_one);
}

/* ---- tasks that need each other ---- */

static bool ready;

static int
set_ready(void *arg)
{
    (void)arg;
    HD_TRY(hd_yield());
    ready = true;
    return 0;
}

static int
poll_ready(void *arg)
{
    (void)arg;
    while (!ready) {
        HD_TRY(hd_yield());
    }
    sum += 7;
    return 0;
}

HD_TEST(orders_in_which_a_task_polls_for_ever_do_not_count)
{
    ready = false;
    sum = 0;
    struct hd_task *a = hd_task_spawn(poll_ready, NULL);
    struct hd_task *b = hd_task_spawn(set_ready, NULL);
    HD_CHECK(hd_gather(a, b) == 0);
    HD_RESULT(sum);
}

static struct hd_queue items;

static int
produce(void *arg)
{
    for (int i = 0; i < 3; i++) {
        HD_TRY(hd_queue_put(&items, arg));
    }
    return 0;
}

static int
consume(void *arg)
{
    for (int i = 0; i < 3; i++) {
        void *item;
        HD_TRY(hd_queue_get(&items, &item));
        sum += *(int *)item;
    }
    (void)arg;
    return 0;
}

HD_TEST(who_really_waits_gives_way)
{
    int three = 3;
    sum = 0;
    hd_queue_init(&items, 1);
    struct hd_task *a = hd_task_spawn(consume, NULL);
    struct hd_task *b = hd_task_spawn(produce, &three);
    HD_CHECK(hd_gather(a, b) == 0);
    HD_RESULT(sum);
    hd_queue_finish(&items);
}

/* ---- time ---- */

struct beat {
    uint64_t every_ns;
    int digit, count;
};

static int
beat(void *arg)
{
    const struct beat *beat = arg;
    for (int i = 0; i < beat->count; i++) {
        HD_TRY(hd_sleep(beat->every_ns));
        digits = digits * 10 + beat->digit;
    }
    return 0;
}

/* No serial order gives 121, and nothing is wrong. */
HD_TEST(where_time_decides_serial_orders_do_not)
{
    struct beat slow = {HD_MS(15), 2, 1}, quick = {HD_MS(10), 1, 2};
    digits = 0;
    struct hd_task *a = hd_task_spawn(beat, &slow);
    struct hd_task *b = hd_task_spawn(beat, &quick);
    HD_CHECK(hd_gather(a, b) == 0);
    HD_RESULT(digits);
}

/* Serially they would take longer than main sleeps. */
HD_TEST(main_may_sleep_until_the_others_are_done)
{
    sum = 0;
    for (int i = 0; i < 3; i++) {
        hd_task_detach(hd_task_spawn(add_one_at_once, NULL));
    }
    HD_CHECK(hd_sleep(HD_MS(15)) == 0);
    HD_RESULT(sum);
}

static int
sleep_then_add(void *arg)
{
    (void)arg;
    HD_TRY(hd_sleep(HD_MS(10)));
    sum++;
    return 0;
}

HD_TEST(main_may_sleep_longer_than_the_others)
{
    sum = 0;
    for (int i = 0; i < 3; i++) {
        hd_task_detach(hd_task_spawn(sleep_then_add, NULL));
    }
    HD_CHECK(hd_sleep(HD_MS(15)) == 0);
    HD_RESULT(sum);
}

static int
try_for_a_while(void *arg)
{
    void *item;
    (void)arg;
    while (hd_queue_get_for(&items, &item, HD_MS(4)) == HD_E_TIMEDOUT) {
        sum++;
    }
    return 0;
}

static int
put_late(void *arg)
{
    HD_TRY(hd_sleep(HD_MS(10)));
    return hd_queue_put(&items, arg);
}

HD_TEST(deadlines_belong_to_time_too)
{
    sum = 0;
    hd_queue_init(&items, 1);
    struct hd_task *a = hd_task_spawn(try_for_a_while, NULL);
    struct hd_task *b = hd_task_spawn(put_late, &sum);
    HD_CHECK(hd_gather(a, b) == 0);
    HD_RESULT(sum);
    hd_queue_finish(&items);
}
