/*
 * A client library with a loop of its own. Closing it at the end is right;
 * logging out after that is not.
 *
 * Shows: loop-closed. Fixed: the other way round. Near miss: closed twice,
 * which is allowed, and opened again.
 */
#include <heddle/test.h>

struct client {
    struct hd_loop *loop;
    int requests;
};

static int
send_request(void *arg)
{
    struct client *client = arg;

    HD_TRY(hd_sleep(HD_MS(30)));
    client->requests++;
    return 0;
}

static void
client_open(struct client *client)
{
    client->loop = hd_loop_create();
}

static int
client_request(struct client *client)
{
    return hd_loop_run_fn(client->loop, send_request, client);
}

static void
client_log_out(struct client *client)
{
    if (client_request(client) < 0) {
        client->requests = 0;
    }
}

static void
client_close(struct client *client)
{
    hd_loop_close(client->loop);
}

HD_TEST(loop_closed_bad, .loop = HD_LOOP_NONE)
{
    struct client client = {0};

    client_open(&client);
    HD_CHECK(client_request(&client) == 0);
    client_close(&client);
    client_log_out(&client);
    hd_loop_destroy(client.loop);
}

HD_TEST(loop_closed_fixed, .loop = HD_LOOP_NONE)
{
    struct client client = {0};

    client_open(&client);
    HD_CHECK(client_request(&client) == 0);
    client_log_out(&client);
    client_close(&client);
    hd_loop_destroy(client.loop);
}

HD_TEST(loop_closed_near, .loop = HD_LOOP_NONE)
{
    struct client client = {0};

    client_open(&client);
    HD_CHECK(client_request(&client) == 0);
    client_close(&client);
    client_close(&client);
    hd_loop_destroy(client.loop);

    client_open(&client);
    client_log_out(&client);
    client_close(&client);
    hd_loop_destroy(client.loop);
    HD_CHECK(client.requests == 2);
}
