/*
 * A connection is closed by a timer when it has been idle. It may be freed
 * before, and the timer still points to it.
 *
 * Shows: use-after-free in a timer's callback. Fixed: who frees the connection
 * cancels its timer first.
 */
#include <heddle/test.h>

#include <stdlib.h>

struct connection {
    struct hd_handle *idle_timer;
    bool is_idle;
    int bytes;
};

static void
became_idle(void *arg)
{
    struct connection *connection = arg;

    connection->is_idle = true;
}

static struct connection *
connection_open(void)
{
    struct connection *connection = calloc(1, sizeof(*connection));

    HD_CHECK(connection != NULL);
    connection->idle_timer = hd_loop_call_later(hd_loop_running(), HD_MS(30),
                                                became_idle, connection);
    return connection;
}

static int
transfer(struct connection *connection)
{
    HD_TRY(hd_sleep(HD_MS(20)));
    connection->bytes += 100;
    return 0;
}

static int
talk(void *arg)
{
    (void)arg;
    struct connection *connection = connection_open();

    HD_TRY(transfer(connection));
    free(connection);
    return 0;
}

static int
talk_and_cancel(void *arg)
{
    (void)arg;
    struct connection *connection = connection_open();

    HD_TRY(transfer(connection));
    hd_handle_cancel(connection->idle_timer);
    free(connection);
    return 0;
}

static void
talk_for_a_while(hd_fn *how)
{
    HD_CHECK(hd_await(hd_task_spawn(how, NULL)) == 0);
    HD_CHECK(hd_sleep(HD_MS(40)) == 0);
}

HD_TEST(idle_timer_bad)
{
    talk_for_a_while(talk);
}

HD_TEST(idle_timer_fixed)
{
    talk_for_a_while(talk_and_cancel);
}
