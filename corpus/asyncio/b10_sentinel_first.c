/*
 * "Asyncio, you are a complex beast", Infinite coroutines: "if you put that
 * END_OF_QUEUE before the queue_coro then it goes forever". With the sentinel
 * first in the queue the first consumer ends at once, and a second one waits
 * for an end that has been taken; b10b: no sentinel at all.
 *
 * Shows: deadlock, each.
 */
#include <heddle/test.h>

#include <stdio.h>
#include <string.h>

static char end_of_queue[] = "This is the end...";

static int
queue_coro(void *arg)
{
    struct hd_queue *queue = arg;
    void *message;

    for (;;) {
        HD_TRY(hd_queue_get(queue, &message));
        if (strcmp(message, end_of_queue) == 0) {
            puts("This is the end my friend....");
            return 0;
        }
        printf("Got message: %s\n", (char *)message);
    }
}

HD_TEST(b10_sentinel_first, .loop = HD_LOOP_NONE)
{
    struct hd_loop *loop = hd_loop_default();
    struct hd_queue queue;

    hd_queue_init(&queue, 0);
    HD_CHECK(hd_queue_put_now(&queue, end_of_queue) == 0);
    HD_CHECK(hd_queue_put_now(&queue, "foobar!") == 0);
    HD_CHECK(hd_queue_put_now(&queue, "foobar is another!") == 0);

    HD_CHECK(hd_loop_run_fn(loop, queue_coro, &queue) == 0);
    HD_CHECK(hd_loop_run_fn(loop, queue_coro, &queue) == 0);
}

HD_TEST(b10b_no_sentinel, .loop = HD_LOOP_NONE)
{
    struct hd_loop *loop = hd_loop_default();
    struct hd_queue queue;

    hd_queue_init(&queue, 0);
    HD_CHECK(hd_queue_put_now(&queue, "foobar!") == 0);

    HD_CHECK(hd_loop_run_fn(loop, queue_coro, &queue) == 0);
}
