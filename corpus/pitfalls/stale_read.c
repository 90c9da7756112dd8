/*
 * A pool with a limit. Whether there is room is asked before the handshake, and
 * the connection is entered after it: two come in where there is room for one.
 *
 * Shows: stale-read (check, wait, act). Fixed: the place is taken before the
 * handshake. Near miss: the check is there to begin at all, and is made again
 * before the connection is entered.
 */
#include <heddle/access.h>
#include <heddle/test.h>

#define PLACES 1

static int taken;

static int
look(void)
{
    HD_READ(&taken);
    return taken;
}

static void
take(void)
{
    HD_READ(&taken);
    HD_WRITE(&taken);
    taken++;
}

static int
shake_hands(void)
{
    return hd_yield();
}

static int
connect_late(void *arg)
{
    (void)arg;
    if (look() >= PLACES) {
        return 0;
    }
    HD_TRY(shake_hands());
    take();
    return 0;
}

static int
connect_early(void *arg)
{
    (void)arg;
    if (look() >= PLACES) {
        return 0;
    }
    take();
    return shake_hands();
}

static int
connect_looking_again(void *arg)
{
    (void)arg;
    if (look() >= PLACES) {
        return 0;
    }
    HD_TRY(shake_hands());
    if (look() < PLACES) {
        take();
    }
    return 0;
}

static void
two_connect(hd_fn *how)
{
    struct hd_task *a = hd_task_spawn(how, NULL);
    struct hd_task *b = hd_task_spawn(how, NULL);

    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(stale_read_bad)
{
    two_connect(connect_late);
}

HD_TEST(stale_read_fixed)
{
    two_connect(connect_early);
}

HD_TEST(stale_read_near)
{
    two_connect(connect_looking_again);
}
