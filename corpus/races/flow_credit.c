/*
 * Flow control: a frame may be sent for each credit that the peer has given.
 * The credits are one byte in the stream's header.
 *
 * Shows: lost-update of a single byte between others. Fixed: a semaphore holds
 * the credits.
 */
#include <heddle/test.h>

struct stream {
    uint8_t id, flags, credits, sent;
    struct hd_semaphore window;
};

static int
send_frame(struct stream *stream)
{
    HD_TRY(hd_yield());
    stream->sent++;
    return 0;
}

static int
transmit(void *arg)
{
    struct stream *stream = arg;
    const uint8_t credits = stream->credits;

    if (credits == 0) {
        return 0;
    }
    HD_TRY(send_frame(stream));
    stream->credits = (uint8_t)(credits - 1);
    return 0;
}

static int
transmit_in_window(void *arg)
{
    struct stream *stream = arg;

    HD_TRY(hd_semaphore_acquire(&stream->window));
    return send_frame(stream);
}

static void
two_frames(hd_fn *how)
{
    struct stream stream = {.id = 3, .flags = 1, .credits = 2};

    hd_semaphore_init(&stream.window, 2);
    struct hd_task *a = hd_task_spawn(how, &stream);
    struct hd_task *b = hd_task_spawn(how, &stream);
    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(flow_credit_bad)
{
    two_frames(transmit);
}

HD_TEST(flow_credit_fixed)
{
    two_frames(transmit_in_window);
}
