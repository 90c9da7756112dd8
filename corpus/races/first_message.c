/*
 * A service sets its handler in one task, and messages come in another one. A
 * message that comes before is dropped.
 *
 * Shows: order-race: the handler is read before it is set. Fixed: messages that
 * nobody handles yet are kept, and handled when the handler comes.
 */
#include <heddle/test.h>

#include <stddef.h>

typedef void handler_fn(int message);

struct service {
    handler_fn *handler;
    int kept;
};

static struct service service;
static int handled;

static void
handle(int message)
{
    handled += message;
}

static int
set_up(void *arg)
{
    (void)arg;
    HD_TRY(hd_yield());
    service.handler = handle;
    return 0;
}

static int
set_up_and_catch_up(void *arg)
{
    HD_TRY(set_up(arg));
    if (service.kept != 0) {
        service.handler(service.kept);
        service.kept = 0;
    }
    return 0;
}

static int
receive(void *arg)
{
    (void)arg;
    HD_TRY(hd_yield());
    if (service.handler != NULL) {
        service.handler(7);
    }
    return 0;
}

static int
receive_and_keep(void *arg)
{
    (void)arg;
    HD_TRY(hd_yield());
    if (service.handler != NULL) {
        service.handler(7);
    } else {
        service.kept = 7;
    }
    return 0;
}

static void
start(hd_fn *setting_up, hd_fn *receiving)
{
    struct hd_task *a = hd_task_spawn(setting_up, NULL);
    struct hd_task *b = hd_task_spawn(receiving, NULL);

    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(first_message_bad)
{
    start(set_up, receive);
}

HD_TEST(first_message_fixed)
{
    start(set_up_and_catch_up, receive_and_keep);
}
