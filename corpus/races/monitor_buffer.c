/*
 * A bounded buffer of one place, a monitor with a condition, as in every
 * textbook.
 *
 * Near miss: both sides read the place, wait in the middle, and write it; the
 * condition gives the lock back while they wait, and they look again.
 */
#include <heddle/test.h>

#define ITEMS 2

struct buffer {
    struct hd_condition changed;
    int item;
    bool is_full;
};

static int
put(struct buffer *buffer, int item)
{
    int status = hd_condition_acquire(&buffer->changed);

    HD_TRY(status);
    while (buffer->is_full && status == 0) {
        status = hd_condition_wait(&buffer->changed);
    }
    if (status == 0) {
        buffer->item = item;
        buffer->is_full = true;
        hd_condition_notify(&buffer->changed, 1);
    }
    hd_condition_release(&buffer->changed);
    return status;
}

static int
take(struct buffer *buffer, int *out_item)
{
    int status = hd_condition_acquire(&buffer->changed);

    HD_TRY(status);
    while (!buffer->is_full && status == 0) {
        status = hd_condition_wait(&buffer->changed);
    }
    if (status == 0) {
        *out_item = buffer->item;
        buffer->is_full = false;
        hd_condition_notify(&buffer->changed, 1);
    }
    hd_condition_release(&buffer->changed);
    return status;
}

static int
produce(void *arg)
{
    for (int i = 0; i < ITEMS; i++) {
        HD_TRY(put(arg, i * 10));
    }
    return 0;
}

static int
consume(void *arg)
{
    int item = 0;

    for (int i = 0; i < ITEMS; i++) {
        HD_TRY(take(arg, &item));
    }
    return item == 10 ? 0 : HD_E_USER;
}

HD_TEST(monitor_buffer_near)
{
    struct buffer buffer = {.is_full = false};

    hd_condition_init(&buffer.changed, NULL);
    struct hd_task *a = hd_task_spawn(produce, &buffer);
    struct hd_task *b = hd_task_spawn(consume, &buffer);
    HD_CHECK(hd_gather(a, b) == 0);
}
