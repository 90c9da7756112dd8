/*
 * A pool of connections: who wants to ask the database takes one out of a
 * queue and puts it back afterwards. Cancelled while it asks (its client has
 * hung up), it does not: the pool is one short, until it is empty.
 *
 * Shows, with --faults=cancel: cancel-unsafe. Fixed: the connection goes back
 * before the status is looked at. Near miss: what is waited for is a task of
 * its own, under a shield; it goes on and gives the connection back.
 */
#include <heddle/test.h>

#define CLIENTS 2

struct pool {
    struct hd_queue idle;
    int connection;
};

static int
ask_database(void)
{
    return hd_sleep(HD_MS(3));
}

static int
ask(void *arg)
{
    struct pool *pool = arg;
    void *connection;

    HD_TRY(hd_queue_get(&pool->idle, &connection));
    HD_TRY(ask_database());
    return hd_queue_put_now(&pool->idle, connection);
}

static int
ask_and_give_back(void *arg)
{
    struct pool *pool = arg;
    void *connection;

    HD_TRY(hd_queue_get(&pool->idle, &connection));
    const int answer = ask_database();
    HD_TRY(hd_queue_put_now(&pool->idle, connection));
    return answer;
}

static int
ask_in_peace(void *arg)
{
    struct hd_task *task = hd_task_spawn(ask_and_give_back, arg);
    struct hd_future *shield = hd_shield(task);
    const int status = hd_await(shield);

    hd_future_release(shield);
    if (status < 0 && !hd_task_is_done(task)) {
        /* Whatever happens to this wait, it is waited for. */
        while (!hd_task_is_done(task) && hd_await(task) < 0) {
        }
    }
    return status;
}

static void
serve(hd_fn *client)
{
    struct pool pool = {.connection = 1};
    struct hd_future *clients[CLIENTS];
    hd_queue_init(&pool.idle, 0);
    HD_CHECK(hd_queue_put_now(&pool.idle, &pool.connection) == 0);

    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = HD_FUTURE(hd_task_spawn(client, &pool));
    }
    HD_CHECK(hd_wait(clients, CLIENTS, HD_ALL_COMPLETED, HD_FOREVER, NULL) ==
             0);
    HD_CHECK(hd_queue_size(&pool.idle) == 1);
    hd_queue_finish(&pool.idle);
}

HD_TEST(cancel_unsafe_bad)
{
    serve(ask);
}

HD_TEST(cancel_unsafe_fixed)
{
    serve(ask_and_give_back);
}

HD_TEST(cancel_unsafe_near)
{
    serve(ask_in_peace);
}
