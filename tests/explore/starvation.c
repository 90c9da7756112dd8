/*
 * Tasks that are kept from what they wait for, and many that look alike.
 */
#include <heddle/test.h>

#include <uv.h>

enum {
    MANY = 1500,
};

/* ---- a queue whose item another takes each time ---- */

static struct hd_queue queue;

static int
wait_for_item(void *arg)
{
    void *item;
    return hd_queue_get(&queue, arg != NULL ? arg : &item);
}

/* Puts an item, which wakes the other, and takes it back before he steps. */
static int
put_and_take(void *arg)
{
    for (int i = 0; i < *(int *)arg; i++) {
        void *item;
        HD_TRY(hd_queue_put(&queue, arg));
        HD_TRY(hd_queue_get_now(&queue, &item));
        HD_TRY(hd_yield());
    }
    return hd_queue_put(&queue, arg);
}

static void
run_bargain(int times)
{
    hd_queue_init(&queue, 0);
    struct hd_task *a = hd_task_spawn(wait_for_item, NULL);
    struct hd_task *b = hd_task_spawn(put_and_take, &times);
    HD_CHECK(hd_gather(a, b) == 0);
    hd_queue_finish(&queue);
}

HD_TEST(a_task_whose_item_is_always_taken_starves, .expect = "starvation")
{
    run_bargain(MANY);
}

HD_TEST(a_few_hundred_times_are_bad_luck)
{
    run_bargain(800);
}

/* ---- a lock that prefers its readers ---- */

static struct hd_lock lock;
static struct hd_condition changed;
static int readers, reads, total;

static int
begin_reading(void)
{
    HD_TRY(hd_lock_acquire(&lock));
    readers++;
    return hd_lock_release(&lock);
}

static int
end_reading(void)
{
    HD_TRY(hd_lock_acquire(&lock));
    if (--readers == 0) {
        HD_TRY(hd_condition_notify_all(&changed));
    }
    return hd_lock_release(&lock);
}

static int
read_all_the_time(void *arg)
{
    (void)arg;
    while (reads < 2 * MANY) {
        reads++;
        HD_TRY(begin_reading());
        HD_TRY(hd_yield());
        HD_TRY(end_reading());
    }
    return 0;
}

static int
write_once(void *arg)
{
    (void)arg;
    HD_TRY(hd_lock_acquire(&lock));
    while (readers > 0) {
        HD_TRY(hd_condition_wait(&changed));
    }
    total++;
    return hd_lock_release(&lock);
}

HD_TEST(a_writer_that_finds_readers_each_time_starves, .expect = "starvation")
{
    readers = reads = total = 0;
    hd_lock_init(&lock);
    hd_condition_init(&changed, &lock);
    struct hd_task *a = hd_task_spawn(read_all_the_time, NULL);
    struct hd_task *b = hd_task_spawn(write_once, NULL);
    HD_CHECK(hd_gather(a, b) == 0);
}

/* ---- a loop inside of a step ---- */

static int
work(void *arg)
{
    for (int i = 0; i < *(int *)arg; i++) {
        HD_TRY(hd_yield());
    }
    return 0;
}

static void
count_down(uv_timer_t *timer)
{
    int *left = timer->data;
    if (--*left == 0) {
        uv_close((uv_handle_t *)timer, NULL);
    }
}

static int
run_inner_loop(void *arg)
{
    uv_loop_t loop;
    uv_timer_t timer = {.data = arg};
    HD_CHECK(uv_loop_init(&loop) == 0);
    HD_CHECK(uv_timer_init(&loop, &timer) == 0);
    HD_CHECK(uv_timer_start(&timer, count_down, 1, 1) == 0);
    HD_CHECK(uv_run(&loop, UV_RUN_DEFAULT) == 0);
    HD_CHECK(uv_loop_close(&loop) == 0);
    return 0;
}

static void
run_beside(int times)
{
    int three = 3;
    struct hd_task *a = hd_task_spawn(work, &three);
    struct hd_task *b = hd_task_spawn(run_inner_loop, &times);
    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(who_is_ready_while_another_runs_a_loop_starves, .expect = "starvation")
{
    run_beside(3 * MANY);
}

HD_TEST(a_loop_inside_may_run_for_a_moment)
{
    run_beside(500);
}

/* ---- what looks alike ---- */

static int
tick(void *arg)
{
    for (int i = 0; i < 4 * MANY; i++) {
        HD_TRY(hd_sleep(HD_MS(1)));
    }
    (void)arg;
    return 0;
}

HD_TEST(a_ticker_is_clean)
{
    struct hd_task *a = hd_task_spawn(tick, NULL);
    struct hd_task *b = hd_task_spawn(tick, NULL);
    HD_CHECK(hd_gather(a, b) == 0);
}

static int
produce(void *arg)
{
    for (int i = 0; i < 2 * MANY; i++) {
        HD_TRY(hd_queue_put(&queue, arg));
    }
    return 0;
}

static int
consume(void *arg)
{
    for (int i = 0; i < MANY; i++) {
        HD_TRY(hd_queue_get(&queue, arg));
    }
    return 0;
}

HD_TEST(two_consumers_of_one_queue_are_clean)
{
    void *first, *second;
    hd_queue_init(&queue, 1);
    struct hd_task *a = hd_task_spawn(consume, &first);
    struct hd_task *b = hd_task_spawn(consume, &second);
    struct hd_task *c = hd_task_spawn(produce, &queue);
    HD_CHECK(hd_gather(a, b, c) == 0);
    hd_queue_finish(&queue);
}

static int
poll_queue(void *arg)
{
    void *item;
    while (hd_queue_get_now(&queue, &item) == HD_E_EMPTY) {
        HD_TRY(hd_yield());
    }
    (void)arg;
    return 0;
}

static int
put_late(void *arg)
{
    for (int i = 0; i < 2 * MANY; i++) {
        HD_TRY(hd_yield());
    }
    return hd_queue_put(&queue, arg);
}

HD_TEST(who_polls_until_the_work_is_done_is_clean)
{
    hd_queue_init(&queue, 1);
    struct hd_task *a = hd_task_spawn(poll_queue, NULL);
    struct hd_task *b = hd_task_spawn(put_late, &queue);
    HD_CHECK(hd_gather(a, b) == 0);
    hd_queue_finish(&queue);
}

static int
count_up(void *arg)
{
    for (int i = 0; i < MANY; i++) {
        HD_TRY(hd_lock_acquire(&lock));
        total++;
        HD_TRY(hd_condition_notify_all(&changed));
        HD_TRY(hd_lock_release(&lock));
        HD_TRY(hd_yield());
    }
    (void)arg;
    return 0;
}

static int
wait_for_sum(void *arg)
{
    HD_TRY(hd_lock_acquire(&lock));
    while (total < 2 * MANY) {
        HD_TRY(hd_condition_wait(&changed));
    }
    (void)arg;
    return hd_lock_release(&lock);
}

/* Woken for each of them, and none of them is taken away. */
HD_TEST(who_waits_until_something_is_counted_is_clean)
{
    total = 0;
    hd_lock_init(&lock);
    hd_condition_init(&changed, &lock);
    struct hd_task *a = hd_task_spawn(wait_for_sum, NULL);
    struct hd_task *b = hd_task_spawn(count_up, NULL);
    struct hd_task *c = hd_task_spawn(count_up, NULL);
    HD_CHECK(hd_gather(a, b, c) == 0);
}

static int
take_turns(void *arg)
{
    for (int i = 0; i < 3; i++) {
        HD_TRY(hd_lock_acquire(&lock));
        HD_TRY(hd_yield());
        HD_TRY(hd_lock_release(&lock));
    }
    (void)arg;
    return 0;
}

HD_TEST(a_thousand_tasks_in_one_line_are_clean)
{
    static struct hd_task *tasks[1000];
    hd_lock_init(&lock);
    for (int i = 0; i < 1000; i++) {
        tasks[i] = hd_task_spawn(take_turns, NULL);
    }
    for (int i = 0; i < 1000; i++) {
        HD_CHECK(hd_await(tasks[i]) == 0);
    }
}

/* Loops one after the other: nobody is kept from anything. */
HD_TEST(a_loop_that_waits_for_its_next_run_is_clean, .loop = HD_LOOP_NONE)
{
    int few = 3, many = 2 * MANY;
    struct hd_loop *first = hd_loop_create(), *second = hd_loop_create();
    struct hd_task *early = hd_loop_spawn(first, work, &few);
    HD_CHECK(hd_loop_run_fn(second, work, &many) == 0);
    HD_CHECK(hd_loop_run_until(first, early) == 0);
    hd_loop_destroy(second);
    hd_loop_destroy(first);
}
