/*
 * A pool of connections, kept in a list. The first one is tested before it is
 * taken out, so that two clients get the same.
 *
 * Shows: lost-update of the list's head. Fixed: taken out first; a semaphore
 * counts those that are there.
 */
#include <heddle/test.h>

#define CONNECTIONS 2

struct connection {
    struct connection *next;
    int uses;
};

struct pool {
    struct connection *idle;
    struct hd_semaphore count;
    struct connection connections[CONNECTIONS];
};

static int
ping(struct connection *connection)
{
    HD_TRY(hd_yield());
    connection->uses++;
    return 0;
}

static int
take(void *arg)
{
    struct pool *pool = arg;
    struct connection *connection = pool->idle;

    if (connection == NULL) {
        return 0;
    }
    HD_TRY(ping(connection));
    pool->idle = connection->next;
    return 0;
}

static int
take_out_first(void *arg)
{
    struct pool *pool = arg;

    HD_TRY(hd_semaphore_acquire(&pool->count));
    struct connection *connection = pool->idle;
    pool->idle = connection->next;
    return ping(connection);
}

static void
two_clients(hd_fn *how)
{
    struct pool pool = {.idle = NULL};

    hd_semaphore_init(&pool.count, CONNECTIONS);
    for (int i = 0; i < CONNECTIONS; i++) {
        pool.connections[i].next = pool.idle;
        pool.idle = &pool.connections[i];
    }
    struct hd_task *a = hd_task_spawn(how, &pool);
    struct hd_task *b = hd_task_spawn(how, &pool);
    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(pool_pop_bad)
{
    two_clients(take);
}

HD_TEST(pool_pop_fixed)
{
    two_clients(take_out_first);
}
