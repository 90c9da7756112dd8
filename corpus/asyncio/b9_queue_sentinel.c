/*
 * "Asyncio, you are a complex beast", Infinite coroutines: a consumer that
 * waits on a queue, and a sentinel that tells it to end.
 *
 * Shows: nothing.
 */
#include <heddle/test.h>

#include <stdio.h>
#include <string.h>

static char end_of_queue[] = "This is the end...";

struct letter {
    struct hd_queue *queue;
    char *text;
};

static int
put(void *arg)
{
    struct letter *letter = arg;

    return hd_queue_put(letter->queue, letter->text);
}

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

HD_TEST(b9_queue_sentinel, .loop = HD_LOOP_NONE)
{
    struct hd_loop *loop = hd_loop_default();
    struct hd_queue queue;
    struct letter letters[] = {
        {&queue, "foobar!"},
        {&queue, "foobar is another!"},
        {&queue, end_of_queue},
    };

    hd_queue_init(&queue, 0);
    for (size_t i = 0; i < 3; i++) {
        HD_CHECK(hd_loop_run_fn(loop, put, &letters[i]) == 0);
    }
    HD_CHECK(hd_loop_run_fn(loop, queue_coro, &queue) == 0);
    hd_queue_finish(&queue);

    /* Stopped before it runs, a loop does one turn: what was left is done. */
    hd_loop_stop(loop);
    HD_CHECK(hd_loop_run_forever(loop) == 0);
    hd_loop_close(loop);
}
