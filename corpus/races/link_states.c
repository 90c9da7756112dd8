/*
 * The states of a link: down, connecting, up. One task brings it up, another
 * one sends as soon as it is; either may be first.
 *
 * Near miss: the state is written, read and written again. Who reads it does
 * nothing unless it is the one it wants.
 */
#include <heddle/test.h>

enum link_state {
    LINK_DOWN,
    LINK_CONNECTING,
    LINK_UP,
};

struct link {
    enum link_state state;
    int peer, sent;
};

static int
bring_up(void *arg)
{
    struct link *link = arg;

    link->state = LINK_CONNECTING;
    HD_TRY(hd_sleep(HD_MS(3)));
    link->peer = 9;
    link->state = LINK_UP;
    return 0;
}

static int
send_one(void *arg)
{
    struct link *link = arg;

    while (link->state != LINK_UP) {
        HD_TRY(hd_sleep(HD_MS(2)));
    }
    link->sent += link->peer;
    return 0;
}

HD_TEST(link_states_near)
{
    struct link link = {.state = LINK_DOWN};

    struct hd_task *a = hd_task_spawn(bring_up, &link);
    struct hd_task *b = hd_task_spawn(send_one, &link);
    HD_CHECK(hd_gather(a, b) == 0);
}
