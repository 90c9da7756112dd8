/*
 * A server that serves one at a time. Whether there is room is asked before the
 * handshake, and the session is counted after it: two come in.
 *
 * Shows: stale-read (check, await, act): more sessions than the limit. Fixed:
 * counted before the handshake, and taken off again if it fails. Near miss: a
 * session is counted after the handshake where nobody asks for the limit.
 */
#include <heddle/test.h>

#define SESSIONS_MAX 1

struct server {
    int open, refused;
};

static struct server server;

static int
shake_hands(void)
{
    return hd_yield();
}

static int
accept_session(void *arg)
{
    (void)arg;
    if (server.open >= SESSIONS_MAX) {
        return 0;
    }
    HD_TRY(shake_hands());
    server.open++;
    return 0;
}

static int
accept_counted(void *arg)
{
    (void)arg;
    if (server.open >= SESSIONS_MAX) {
        return 0;
    }
    server.open++;
    if (shake_hands() < 0) {
        server.open--;
    }
    return 0;
}

static int
accept_any(void *arg)
{
    (void)arg;
    HD_TRY(shake_hands());
    server.open++;
    return 0;
}

static void
two_come(hd_fn *how)
{
    struct hd_task *a = hd_task_spawn(how, NULL);
    struct hd_task *b = hd_task_spawn(how, NULL);

    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(session_limit_bad)
{
    two_come(accept_session);
}

HD_TEST(session_limit_fixed)
{
    two_come(accept_counted);
}

HD_TEST(session_limit_near)
{
    two_come(accept_any);
}
