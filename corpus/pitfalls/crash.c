/*
 * A chat server tells everybody something. Sending suspends, and meanwhile
 * somebody leaves: the slot that is read next is empty.
 *
 * Shows: crash, unless he leaves just after he was sent to. Fixed: each slot is
 * looked at when its turn comes. Near miss: slots are looked at in time, and a
 * client who leaves while he is being sent to is not touched any more.
 */
#include <heddle/test.h>

#define CLIENTS 3

struct client {
    int received;
};

struct room {
    struct client *clients[CLIENTS];
};

static int
leave(void *arg)
{
    struct room *room = arg;

    for (int i = 0; i < CLIENTS; i++) {
        HD_TRY(hd_sleep(HD_MS(1))); /* good, bye, all */
    }
    room->clients[2] = NULL;
    return 0;
}

static int
broadcast_to_all(void *arg)
{
    struct room *room = arg;

    for (int i = 0; i < CLIENTS; i++) {
        HD_TRY(hd_sleep(HD_MS(1)));
        room->clients[i]->received++;
    }
    return 0;
}

static int
broadcast_to_present(void *arg)
{
    struct room *room = arg;

    for (int i = 0; i < CLIENTS; i++) {
        HD_TRY(hd_sleep(HD_MS(1)));
        if (room->clients[i] != NULL) {
            room->clients[i]->received++;
        }
    }
    return 0;
}

static int
broadcast_before_sending(void *arg)
{
    struct room *room = arg;

    for (int i = 0; i < CLIENTS; i++) {
        if (room->clients[i] == NULL) {
            continue;
        }
        room->clients[i]->received++;
        HD_TRY(hd_sleep(HD_MS(1)));
    }
    return 0;
}

static void
chat(hd_fn *broadcast)
{
    struct client clients[CLIENTS] = {{0}};
    struct room room = {{&clients[0], &clients[1], &clients[2]}};
    struct hd_task *sending = hd_task_spawn(broadcast, &room);
    struct hd_task *leaving = hd_task_spawn(leave, &room);

    HD_CHECK(hd_gather(sending, leaving) == 0);
    HD_CHECK(clients[0].received == 1 && clients[1].received == 1);
}

HD_TEST(crash_bad)
{
    chat(broadcast_to_all);
}

HD_TEST(crash_fixed)
{
    chat(broadcast_to_present);
}

HD_TEST(crash_near)
{
    chat(broadcast_before_sending);
}
