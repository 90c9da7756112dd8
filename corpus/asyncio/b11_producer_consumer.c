/*
 * "Asyncio, you are a complex beast", Infinite coroutines: a producer that is
 * faster than its consumer. Both sleep at random to simulate I/O, and the
 * consumer empties the queue after the producer has ended.
 *
 * Shows: nothing.
 */
#include <heddle/test.h>

#include <stdio.h>

static int end_of_queue;
static int numbers[] = {
    0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13,
    14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27,
    28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41,
};

static int
producer(void *arg)
{
    struct hd_queue *queue = arg;

    for (;;) {
        const uint64_t emit_me = 1 + hd_random(42);
        if (emit_me == 42) {
            puts("At the end");
            break;
        }
        printf("Emitting %d\n", numbers[emit_me]);
        HD_TRY(hd_sleep(HD_MS(hd_random(500)))); /* as I/O would take */
        HD_TRY(hd_queue_put(queue, &numbers[emit_me]));
    }
    return hd_queue_put(queue, &end_of_queue);
}

static int
consumer(void *arg)
{
    struct hd_queue *queue = arg;
    void *message;

    for (;;) {
        HD_TRY(hd_queue_get(queue, &message));
        if (message == &end_of_queue) {
            puts("This is the end my friend....");
            return 0;
        }
        printf("Got message: Emitting %d\n", *(int *)message);
        HD_TRY(hd_sleep(HD_MS(hd_random(1000))));
    }
}

HD_TEST(b11_producer_consumer, .loop = HD_LOOP_NONE)
{
    struct hd_loop *loop = hd_loop_default();
    struct hd_queue queue;

    hd_queue_init(&queue, 0);
    struct hd_task *from = hd_loop_spawn(loop, producer, &queue);
    struct hd_task *to = hd_loop_spawn(loop, consumer, &queue);
    struct hd_future *both = hd_gather_future(
        (struct hd_future *[]){HD_FUTURE(from), HD_FUTURE(to)}, 2, 0);
    HD_CHECK(hd_loop_run_until(loop, both) == 0);
    hd_queue_finish(&queue);
}
