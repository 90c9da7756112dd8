/*
 * A device says that it is connected, once, to whoever listens. A listener that
 * comes later never hears of it, and writes nothing down.
 *
 * Shows: order-race between a callback and the task that enters its listener.
 * Fixed: the state is kept, and who enters is told of it.
 */
#include <heddle/test.h>

#include <stddef.h>

typedef void listener_fn(int *heard);

struct device {
    listener_fn *listener;
    bool is_connected;
    int heard;
};

static void
note(int *heard)
{
    (*heard)++;
}

static void
connected(void *arg)
{
    struct device *device = arg;

    device->is_connected = true;
    if (device->listener != NULL) {
        device->listener(&device->heard);
    }
}

static int
listen_to(void *arg)
{
    struct device *device = arg;

    device->listener = note;
    return 0;
}

static int
listen_and_ask(void *arg)
{
    struct device *device = arg;

    device->listener = note;
    if (device->is_connected) {
        device->listener(&device->heard);
    }
    return 0;
}

static void
connect_and_listen(hd_fn *how)
{
    struct device device = {.listener = NULL};

    struct hd_task *listening = hd_task_spawn(how, &device);
    hd_loop_call_soon(hd_loop_running(), connected, &device);
    HD_CHECK(hd_await(listening) == 0);
    HD_CHECK(hd_sleep(HD_MS(1)) == 0);
}

HD_TEST(early_event_bad)
{
    connect_and_listen(listen_to);
}

HD_TEST(early_event_fixed)
{
    connect_and_listen(listen_and_ask);
}
