/*
 * Messages in an array, the oldest first. A sender sends the first one and,
 * when it has been sent, moves the others up; two senders send the same, and
 * one that nobody sent is gone.
 *
 * Shows: lost-update of the head of the queue. Fixed: taken out before it is
 * sent.
 */
#include <heddle/test.h>

#include <string.h>

#define MESSAGES 3

struct outbox {
    size_t count;
    int messages[MESSAGES];
    int times_sent[MESSAGES + 1];
};

static struct outbox outbox = {.count = MESSAGES, .messages = {1, 2, 3}};

static int
transmit(int message)
{
    HD_TRY(hd_yield());
    outbox.times_sent[message]++;
    return 0;
}

static void
move_up(void)
{
    outbox.count--;
    memmove(outbox.messages, outbox.messages + 1,
            outbox.count * sizeof(outbox.messages[0]));
}

static int
send_first(void *arg)
{
    (void)arg;
    if (outbox.count > 0) {
        HD_TRY(transmit(outbox.messages[0]));
        move_up();
    }
    return 0;
}

static int
send_taken(void *arg)
{
    (void)arg;
    if (outbox.count > 0) {
        const int message = outbox.messages[0];
        move_up();
        HD_TRY(transmit(message));
    }
    return 0;
}

static void
two_senders(hd_fn *how)
{
    struct hd_task *a = hd_task_spawn(how, NULL);
    struct hd_task *b = hd_task_spawn(how, NULL);

    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(head_of_queue_bad)
{
    two_senders(send_first);
}

HD_TEST(head_of_queue_fixed)
{
    two_senders(send_taken);
}
