/*
 * A connection that is closed while it is being made. Who makes it looks after
 * each wait whether it is still wanted.
 *
 * Near miss: write, write of another task, read: what a task finds is not what
 * it left there, which is why it looks.
 */
#include <heddle/test.h>

enum state {
    STATE_NEW,
    STATE_CONNECTING,
    STATE_UP,
    STATE_CLOSED,
};

static enum state state;

static int
resolve(void)
{
    return hd_yield();
}

static int
shake_hands(void)
{
    return hd_yield();
}

static int
connect_peer(void *arg)
{
    (void)arg;
    if (state != STATE_NEW) {
        return 0;
    }
    state = STATE_CONNECTING;
    HD_TRY(resolve());
    if (state != STATE_CONNECTING) {
        return 0;
    }
    HD_TRY(shake_hands());
    if (state == STATE_CONNECTING) {
        state = STATE_UP;
    }
    return 0;
}

static int
close_peer(void *arg)
{
    (void)arg;
    HD_TRY(hd_yield());
    state = STATE_CLOSED;
    return 0;
}

HD_TEST(closing_state_near)
{
    struct hd_task *a = hd_task_spawn(connect_peer, NULL);
    struct hd_task *b = hd_task_spawn(close_peer, NULL);

    HD_CHECK(hd_gather(a, b) == 0);
}
