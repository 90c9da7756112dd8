/*
 * A connection that is being opened, and somebody who closes it meanwhile: the
 * one who opens it sets its state when the handshake is over.
 *
 * Shows: lost-update: it is open, though it was closed. Fixed: it is open only
 * if it is still being opened.
 */
#include <heddle/test.h>

enum state {
    STATE_IDLE,
    STATE_OPENING,
    STATE_OPEN,
    STATE_CLOSED,
};

static enum state state;

static int
shake_hands(void)
{
    return hd_yield();
}

static int
open_door(void *arg)
{
    (void)arg;
    if (state != STATE_IDLE) {
        return 0;
    }
    state = STATE_OPENING;
    HD_TRY(shake_hands());
    state = STATE_OPEN;
    return 0;
}

static int
open_if_opening(void *arg)
{
    (void)arg;
    if (state != STATE_IDLE) {
        return 0;
    }
    state = STATE_OPENING;
    HD_TRY(shake_hands());
    if (state == STATE_OPENING) {
        state = STATE_OPEN;
    }
    return 0;
}

static int
close_door(void *arg)
{
    (void)arg;
    HD_TRY(hd_yield());
    state = STATE_CLOSED;
    return 0;
}

static void
open_and_close(hd_fn *how)
{
    struct hd_task *opener = hd_task_spawn(how, NULL);
    struct hd_task *closer = hd_task_spawn(close_door, NULL);

    HD_CHECK(hd_gather(opener, closer) == 0);
}

HD_TEST(door_state_bad)
{
    open_and_close(open_door);
}

HD_TEST(door_state_fixed)
{
    open_and_close(open_if_opening);
}
