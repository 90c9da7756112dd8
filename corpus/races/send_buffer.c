/*
 * Messages are put together in one static buffer, and sent when the socket is
 * writable; by then the buffer may hold the next message.
 *
 * Shows: dirty-write (write, write, read) of a string. Fixed: each message has
 * a buffer of its own. Near miss: one buffer, filled and sent without an await
 * between.
 */
#include <heddle/test.h>

#include <stdio.h>
#include <string.h>

#define MESSAGE_BYTES 24

struct peer {
    const char *name;
    char received[MESSAGE_BYTES];
};

static char buffer[MESSAGE_BYTES];

static int
wait_until_writable(void)
{
    return hd_yield();
}

static int
greet(void *arg)
{
    struct peer *peer = arg;

    strcpy(buffer, "hello ");
    strcat(buffer, peer->name);
    HD_TRY(wait_until_writable());
    strcpy(peer->received, buffer);
    return 0;
}

static int
greet_from_own_buffer(void *arg)
{
    struct peer *peer = arg;
    char message[MESSAGE_BYTES];

    strcpy(message, "hello ");
    strcat(message, peer->name);
    HD_TRY(wait_until_writable());
    strcpy(peer->received, message);
    return 0;
}

static int
greet_when_writable(void *arg)
{
    struct peer *peer = arg;

    HD_TRY(wait_until_writable());
    strcpy(buffer, "hello ");
    strcat(buffer, peer->name);
    strcpy(peer->received, buffer);
    return 0;
}

static void
greet_both(hd_fn *how)
{
    struct peer ada = {.name = "Ada"};
    struct peer ben = {.name = "Ben"};

    struct hd_task *a = hd_task_spawn(how, &ada);
    struct hd_task *b = hd_task_spawn(how, &ben);
    HD_CHECK(hd_gather(a, b) == 0);
    printf("%s, %s\n", ada.received, ben.received);
}

HD_TEST(send_buffer_bad)
{
    greet_both(greet);
}

HD_TEST(send_buffer_fixed)
{
    greet_both(greet_from_own_buffer);
}

HD_TEST(send_buffer_near)
{
    greet_both(greet_when_writable);
}
