/*
 * A server reads its configuration and opens its port in two tasks, and the
 * port is opened by whoever is first.
 *
 * Shows: order-race: read before it was set. Fixed: an event says that the
 * configuration is there.
 */
#include <heddle/test.h>

struct server {
    int configured_port, open_port;
    struct hd_event is_configured;
};

static int
read_file(int *out_port)
{
    HD_TRY(hd_sleep(HD_MS(1)));
    *out_port = 8080;
    return 0;
}

static int
configure(void *arg)
{
    struct server *server = arg;
    int port = 0;

    HD_TRY(read_file(&port));
    server->configured_port = port;
    hd_event_set(&server->is_configured);
    return 0;
}

static int
resolve_own_name(void)
{
    return hd_sleep(HD_MS(1));
}

static int
listen_there(void *arg)
{
    struct server *server = arg;

    HD_TRY(resolve_own_name());
    server->open_port = server->configured_port;
    return 0;
}

static int
listen_when_configured(void *arg)
{
    struct server *server = arg;

    HD_TRY(resolve_own_name());
    HD_TRY(hd_event_wait(&server->is_configured));
    server->open_port = server->configured_port;
    return 0;
}

static void
start(hd_fn *how)
{
    struct server server = {0};

    hd_event_init(&server.is_configured);
    struct hd_task *a = hd_task_spawn(configure, &server);
    struct hd_task *b = hd_task_spawn(how, &server);
    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(port_first_bad)
{
    start(listen_there);
}

HD_TEST(port_first_fixed)
{
    start(listen_when_configured);
}
