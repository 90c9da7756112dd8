/*
 * A buffer with a condition. Who wants a line waits for the notification
 * without asking first whether a line is there: if it came before, so did the
 * notification, and nobody says it again.
 *
 * Shows: deadlock, if the producer is faster. Fixed: the buffer is asked, under
 * the lock, before and after each wait. Near miss: no question either, but a
 * flag that stays set.
 */
#include <heddle/test.h>

struct buffer {
    struct hd_condition changed;
    struct hd_event is_full;
    int lines;
};

static int
produce(void *arg)
{
    struct buffer *buffer = arg;

    HD_TRY(hd_condition_acquire(&buffer->changed));
    buffer->lines++;
    hd_event_set(&buffer->is_full);
    hd_condition_notify(&buffer->changed, 1);
    return hd_condition_release(&buffer->changed);
}

static int
consume_unasked(void *arg)
{
    struct buffer *buffer = arg;

    HD_TRY(hd_condition_acquire(&buffer->changed));
    const int status = hd_condition_wait(&buffer->changed);
    if (status == 0) {
        buffer->lines--;
    }
    hd_condition_release(&buffer->changed);
    return status;
}

static int
consume(void *arg)
{
    struct buffer *buffer = arg;
    int status = 0;

    HD_TRY(hd_condition_acquire(&buffer->changed));
    while (buffer->lines == 0 && status == 0) {
        status = hd_condition_wait(&buffer->changed);
    }
    if (status == 0) {
        buffer->lines--;
    }
    hd_condition_release(&buffer->changed);
    return status;
}

static int
consume_flagged(void *arg)
{
    struct buffer *buffer = arg;

    HD_TRY(hd_event_wait(&buffer->is_full));
    buffer->lines--;
    return 0;
}

static void
exchange(hd_fn *consumer)
{
    struct buffer buffer = {0};

    hd_condition_init(&buffer.changed, NULL);
    struct hd_task *consuming = hd_task_spawn(consumer, &buffer);
    struct hd_task *producing = hd_task_spawn(produce, &buffer);
    HD_CHECK(hd_gather(consuming, producing) == 0);
    HD_CHECK(buffer.lines == 0);
}

HD_TEST(lost_wakeup_bad)
{
    exchange(consume_unasked);
}

HD_TEST(lost_wakeup_fixed)
{
    exchange(consume);
}

HD_TEST(lost_wakeup_near)
{
    exchange(consume_flagged);
}
