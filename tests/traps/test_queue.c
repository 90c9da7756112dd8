/*
 * Queues: an item that was put comes out once, whoever is cancelled; a call
 * whose receiver is cancelled goes to the next; join counts (bpo-23812,
 * asyncio issues 201 and 343).
 */
#include "trap.h"
#include <heddle/heddle.h>

static struct hd_queue queue;
static size_t put_count, got_count;
static uintptr_t put_items[8], got_items[8];

static void
begin(size_t size_max)
{
    hd_queue_init(&queue, size_max);
    put_count = got_count = 0;
}

static int
put(uintptr_t item)
{
    const int status = hd_queue_put(&queue, NUMBER(item));
    HOLDS(status == HD_OK || status == HD_E_CANCELLED);
    if (status == HD_OK) {
        put_items[put_count++] = item;
    }
    return status;
}

static void
note_got(void *item)
{
    got_items[got_count++] = (uintptr_t)item;
    HOLDS(hd_queue_task_done(&queue) == HD_OK);
}

static int
get(void)
{
    void *item = NULL;
    const int status = hd_queue_get(&queue, &item);
    HOLDS(status == HD_OK || status == HD_E_CANCELLED);
    if (status == HD_OK) {
        note_got(item);
    }
    return status;
}

static int
consume(void *arg)
{
    (void)arg;
    for (;;) {
        HD_TRY(get());
    }
}

static int
produce(void *arg)
{
    const uintptr_t first = (uintptr_t)arg;
    HD_TRY(put(first));
    return put(first + 1);
}

/* All that was put has come out, in order, and once. */
static void
check_items(void)
{
    void *item;
    while (hd_queue_get_now(&queue, &item) == HD_OK) {
        note_got(item);
    }
    HOLDS(got_count == put_count);
    for (size_t i = 0; i < got_count; i++) {
        HOLDS(got_items[i] == put_items[i] || !trap_is_exact());
    }
}

static void
end(struct hd_task *const *tasks, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        hd_task_cancel(tasks[i]);
        (void)hd_await(tasks[i]);
    }
    check_items();
    HOLDS(queue.getters.first == NULL && queue.putters.first == NULL);
    HOLDS(queue.unfinished == 0);
    hd_queue_finish(&queue);
}

/* ---- getters ---- */

static int
cancel_one_consumer(void *arg)
{
    struct hd_task *consumers[2];
    (void)arg;
    begin(0);
    consumers[0] = hd_task_spawn(consume, NULL);
    consumers[1] = hd_task_spawn(consume, NULL);
    HD_TRY(trap_dawdle(2));
    HD_TRY(put(1));
    HD_TRY(trap_dawdle(2));
    const bool waited = queue.getters.first != NULL;
    hd_task_cancel(consumers[hd_choose(2)]);
    HD_TRY(put(2));
    if (waited) {
        trap_meet();
    }
    /* The other one is still there: nothing stays behind. */
    HOLDS(hd_queue_join(&queue) == HD_OK);
    HOLDS(got_count == 2);
    end(consumers, 2);
    return HD_OK;
}

static void
a_getter_that_was_called_passes_the_call_on(void **state)
{
    (void)state;

    trap_body(cancel_one_consumer);
}

/* ---- putters ---- */

static int
cancel_one_producer(void *arg)
{
    struct hd_task *producers[2];
    (void)arg;
    begin(1);
    producers[0] = hd_task_spawn(produce, NUMBER(1));
    producers[1] = hd_task_spawn(produce, NUMBER(3));
    HD_TRY(trap_dawdle(3));
    HD_TRY(get());
    HD_TRY(trap_dawdle(2));
    const size_t victim = hd_choose(2);
    if (hd_task_cancel(producers[victim])) {
        trap_meet();
    }
    /* The other one puts its two: they can be waited for. */
    while (!hd_task_is_done(producers[1 - victim])) {
        HD_TRY(get());
        HD_TRY(hd_sleep(HD_US(1)));
    }
    HOLDS(hd_await(producers[1 - victim]) == HD_OK);
    end(producers, 2);
    return HD_OK;
}

static void
a_putter_that_was_called_passes_the_call_on(void **state)
{
    (void)state;

    trap_body(cancel_one_producer);
}

static int
produce_and_consume(void *arg)
{
    struct hd_task *tasks[3];
    (void)arg;
    begin(1);
    tasks[0] = hd_task_spawn(consume, NULL);
    tasks[1] = hd_task_spawn(produce, NUMBER(1));
    tasks[2] = hd_task_spawn(consume, NULL);
    HD_TRY(trap_dawdle(4));
    if (hd_task_cancel(tasks[2 * hd_choose(2)])) {
        trap_meet();
    }
    HOLDS(hd_await(tasks[1]) == HD_OK);
    HOLDS(hd_queue_join(&queue) == HD_OK);
    HOLDS(got_count == 2);
    end(tasks, 3);
    return HD_OK;
}

static void
no_cancellation_stops_the_traffic(void **state)
{
    (void)state;

    trap_body(produce_and_consume);
}

/* ---- join ---- */

static int
join(void *arg)
{
    (void)arg;
    const int status = hd_queue_join(&queue);
    HOLDS(status == HD_E_CANCELLED || queue.unfinished == 0);
    return status;
}

static int
join_and_cancel(void *arg)
{
    void *item;
    (void)arg;
    begin(0);
    HD_TRY(put(1));
    struct hd_task *a = hd_task_spawn(join, NULL);
    struct hd_task *b = hd_task_spawn(join, NULL);
    HD_TRY(trap_dawdle(3));
    HOLDS(hd_queue_get_now(&queue, &item) == HD_OK);
    note_got(item);
    HD_TRY(trap_dawdle(2));
    if (hd_task_cancel(a)) {
        trap_meet();
    }
    (void)hd_await(a);
    HOLDS(hd_await(b) == HD_OK);
    check_items();
    hd_queue_finish(&queue);
    return HD_OK;
}

static void
who_joins_is_woken_whoever_else_gives_up(void **state)
{
    (void)state;

    trap_body(join_and_cancel);
}

/* ---- time ---- */

static int
get_for_2_us(void *arg)
{
    void *item = NULL;
    (void)arg;
    const int status = hd_queue_get_for(&queue, &item, HD_US(2));
    HOLDS(status == HD_OK || status == HD_E_TIMEDOUT);
    HOLDS((status == HD_OK) == (item != NULL));
    if (status == HD_OK) {
        note_got(item);
    }
    return hd_yield();
}

static int
put_as_the_time_is_up(void *arg)
{
    struct hd_task *tasks[2];
    (void)arg;
    begin(0);
    tasks[0] = hd_task_spawn(get_for_2_us, NULL);
    tasks[1] = hd_task_spawn(get_for_2_us, NULL);
    HD_TRY(hd_sleep(HD_US(2)));
    HD_TRY(put(1));
    HOLDS(hd_await(tasks[0]) == HD_OK);
    HOLDS(hd_await(tasks[1]) == HD_OK);
    if (got_count == 0) {
        trap_meet();
    }
    check_items();
    HOLDS(queue.getters.first == NULL);
    hd_queue_finish(&queue);
    return HD_OK;
}

static void
an_item_that_meets_a_timeout_stays_in_the_queue(void **state)
{
    (void)state;

    trap_timed(put_as_the_time_is_up);
}

/* wait_for(queue.get()), with a task in between. */
static int
get_into(void *arg)
{
    return hd_queue_get(&queue, arg);
}

static int
get_by_a_call(void *arg)
{
    void *item = NULL;
    (void)arg;
    const int status = hd_wait_for_call(get_into, &item, HD_US(2));
    HOLDS(status == HD_OK || status == HD_E_TIMEDOUT ||
          status == HD_E_CANCELLED);
    if (item != NULL) {
        HOLDS(status == HD_OK || !trap_is_exact());
        note_got(item);
    }
    return status;
}

static int
cancel_who_waits_for_the_get(void *arg)
{
    (void)arg;
    begin(0);
    struct hd_task *task = hd_task_spawn(get_by_a_call, NULL);
    HD_TRY(trap_dawdle(3));
    HD_TRY(put(1));
    HD_TRY(trap_dawdle(3));
    if (hd_task_cancel(task)) {
        trap_meet();
    }
    (void)hd_await(task);
    check_items();
    hd_queue_finish(&queue);
    return HD_OK;
}

static void
no_item_is_lost_between_get_and_wait_for(void **state)
{
    (void)state;

    trap_timed(cancel_who_waits_for_the_get);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_getter_that_was_called_passes_the_call_on),
        cmocka_unit_test(a_putter_that_was_called_passes_the_call_on),
        cmocka_unit_test(no_cancellation_stops_the_traffic),
        cmocka_unit_test(who_joins_is_woken_whoever_else_gives_up),
        cmocka_unit_test(an_item_that_meets_a_timeout_stays_in_the_queue),
        cmocka_unit_test(no_item_is_lost_between_get_and_wait_for),
    };
    return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}
