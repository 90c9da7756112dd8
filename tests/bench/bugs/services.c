/*
 * What goes wrong in servers and clients made of coroutines: deadlines,
 * cancellation, caches and pools.
 */
#include "shared.h"

/* ---- timer_vs_done: an answer comes when its deadline does ---- */

struct call {
    struct hd_event answered;
    bool given_up;
};

static int
answer(void *arg)
{
    struct call *call = arg;
    HD_TRY(hd_sleep(HD_MS(10)));
    HD_READ(&call->given_up);
    HD_CHECK(!call->given_up);
    hd_event_set(&call->answered);
    return 0;
}

static int
ask(void *arg)
{
    struct call *call = arg;
    const int status = hd_event_wait_for(&call->answered, HD_MS(10));
    HD_WRITE(&call->given_up);
    call->given_up = status != HD_OK && !hd_event_is_set(&call->answered);
    return 0;
}

HD_TEST(timer_vs_done, .expect = "assertion")
{
    struct call call = {0};
    struct party party = {0};
    hd_event_init(&call.answered);
    start(&party, answer, &call);
    start(&party, ask, &call);
    join(&party);
}

/* ---- cancel_race: who is cancelled has something in his hands ---- */

#define PARCELS 3

struct belt {
    struct hd_queue in, out;
    int parcels[PARCELS];
};

static int
carry(void *arg)
{
    struct belt *belt = arg;
    for (;;) {
        void *parcel;
        HD_TRY(hd_queue_get(&belt->in, &parcel));
        HD_TRY(hd_yield()); /* weighs it */
        HD_TRY(hd_queue_put_now(&belt->out, parcel));
    }
}

static int
load_belt(void *arg)
{
    struct belt *belt = arg;
    for (int i = 0; i < PARCELS; i++) {
        HD_TRY(hd_queue_put(&belt->in, &belt->parcels[i]));
    }
    return 0;
}

HD_TEST(cancel_race, .expect = "assertion")
{
    struct belt belt;
    struct party party = {0};
    hd_queue_init(&belt.in, 1);
    hd_queue_init(&belt.out, 0);
    start(&party, load_belt, &belt);
    struct hd_task *carrier = hd_task_spawn(carry, &belt);
    join(&party);
    for (int i = 0; i < PARCELS; i++) {
        HD_CHECK(hd_yield() == HD_OK);
    }
    hd_task_cancel(carrier);
    HD_CHECK(hd_await(carrier) == HD_E_CANCELLED);
    HD_CHECK(hd_queue_size(&belt.in) + hd_queue_size(&belt.out) == PARCELS);
    hd_queue_finish(&belt.in);
    hd_queue_finish(&belt.out);
}

/* ---- single_flight: a value is fetched once for all who ask ---- */

struct cache {
    struct hd_event fetched;
    int64_t cached, flying, fetches;
};

static int
fetch(void *arg)
{
    struct cache *cache = arg;
    if (LOAD(cache->cached) != 0) {
        return 0;
    }
    if (LOAD(cache->flying) != 0) {
        HD_TRY(hd_event_wait(&cache->fetched));
        return 0;
    }
    STORE(cache->flying, 1);
    HD_CHECK(ADD(cache->fetches, 1) == 1);
    HD_TRY(hd_sleep(HD_MS(1)));
    STORE(cache->cached, 1);
    STORE(cache->flying, 0);
    hd_event_set(&cache->fetched);
    return 0;
}

HD_TEST(single_flight, .expect = "assertion")
{
    struct cache cache = {0};
    struct party party = {0};
    begin();
    hd_event_init(&cache.fetched);
    for (int i = 0; i < 3; i++) {
        start(&party, fetch, &cache);
    }
    join(&party);
}

/* ---- pool_leak: a connection that was being dialled is not given back ---- */

#define CONNECTIONS 2

struct pool {
    struct hd_semaphore free;
};

static int
use_connection(void *arg)
{
    struct pool *pool = arg;
    HD_TRY(hd_semaphore_acquire(&pool->free));
    HD_TRY(hd_yield());            /* dials */
    const int status = hd_yield(); /* works */
    hd_semaphore_release(&pool->free);
    return status;
}

static int
give_up_on(void *arg)
{
    struct hd_task *user = arg;
    for (int i = 0; i < 4; i++) {
        HD_TRY(hd_yield());
    }
    hd_task_cancel(user);
    return 0;
}

HD_TEST(pool_leak, .expect = "assertion")
{
    struct pool pool = {0};
    struct party party = {0};
    hd_semaphore_init(&pool.free, CONNECTIONS);
    struct hd_task *user = hd_task_spawn(use_connection, &pool);
    for (int i = 0; i < CONNECTIONS; i++) {
        start(&party, use_connection, &pool);
    }
    start(&party, give_up_on, user);
    const int status = hd_await(user);
    HD_CHECK(status == HD_OK || status == HD_E_CANCELLED);
    join(&party);
    HD_CHECK(hd_semaphore_value(&pool.free) == CONNECTIONS);
}
