/*
 * When a peer was last heard of. One task pings it if it has been silent, and
 * notes when the answer came; another one notes when anything else comes.
 *
 * Near miss: read, await, write, and another write between; but what is written
 * is the time, and not made from what was read.
 */
#include <heddle/test.h>

struct peer {
    uint64_t last_heard_ns;
    int pings;
};

static int
send_ping(struct peer *peer)
{
    peer->pings++;
    return hd_sleep(HD_MS(5));
}

static int
keep_alive(void *arg)
{
    struct peer *peer = arg;
    struct hd_loop *loop = hd_loop_running();

    HD_TRY(hd_sleep(HD_MS(30)));
    if (hd_loop_now(loop) - peer->last_heard_ns > HD_MS(20)) {
        HD_TRY(send_ping(peer));
        peer->last_heard_ns = hd_loop_now(loop);
    }
    return 0;
}

static int
receive(void *arg)
{
    struct peer *peer = arg;

    HD_TRY(hd_sleep(HD_MS(32)));
    peer->last_heard_ns = hd_loop_now(hd_loop_running());
    return 0;
}

HD_TEST(peer_alive_near)
{
    struct peer peer = {.last_heard_ns = 0};

    struct hd_task *a = hd_task_spawn(keep_alive, &peer);
    struct hd_task *b = hd_task_spawn(receive, &peer);
    HD_CHECK(hd_gather(a, b) == 0);
}
