/*
 * Shared variables whose accesses come in an order that nobody thought of.
 */
#include "shared.h"

/* ---- account: a balance is looked at before all has been booked ---- */

struct account {
    struct hd_lock lock;
    int64_t balance, deposited, withdrawn;
};

static int
check_balance(void *arg)
{
    struct account *account = arg;
    LOCK(&account->lock);
    if (LOAD(account->deposited) != 0 && LOAD(account->withdrawn) != 0) {
        HD_CHECK(LOAD(account->balance) == 1 - 2 - 4);
    }
    UNLOCK(&account->lock);
    return 0;
}

static int
deposit(void *arg)
{
    struct account *account = arg;
    LOCK(&account->lock);
    STORE(account->balance, LOAD(account->balance) + 2);
    STORE(account->deposited, 1);
    UNLOCK(&account->lock);
    return 0;
}

static int
withdraw(void *arg)
{
    struct account *account = arg;
    LOCK(&account->lock);
    STORE(account->balance, LOAD(account->balance) - 4);
    STORE(account->withdrawn, 1);
    UNLOCK(&account->lock);
    return 0;
}

HD_TEST(account, .expect = "assertion")
{
    struct account account = {.balance = 1};
    struct party party = {0};
    begin();
    hd_lock_init(&account.lock);
    start(&party, check_balance, &account);
    start(&party, deposit, &account);
    start(&party, withdraw, &account);
    join(&party);
}

/* ---- bluetooth: a driver is stopped while a request comes in ---- */

struct driver {
    int64_t stopping, pending, idle, stopped;
};

static void
leave_driver(struct driver *driver)
{
    if (ADD(driver->pending, -1) == 0) {
        STORE(driver->idle, 1);
    }
}

static int
stop_driver(void *arg)
{
    struct driver *driver = arg;
    STORE(driver->stopping, 1);
    leave_driver(driver);
    if (LOAD(driver->idle) != 0) {
        STORE(driver->stopped, 1);
    }
    return 0;
}

static int
request(void *arg)
{
    struct driver *driver = arg;
    if (LOAD(driver->stopping) == 0) {
        ADD(driver->pending, 1);
        HD_CHECK(LOAD(driver->stopped) == 0);
    }
    leave_driver(driver);
    return 0;
}

HD_TEST(bluetooth, .expect = "assertion")
{
    struct driver driver = {.pending = 1};
    struct party party = {0};
    begin();
    start(&party, stop_driver, &driver);
    start(&party, request, &driver);
    join(&party);
}

/* ---- lazy01: who adds first is not who asks first ---- */

struct lazy {
    struct hd_lock lock;
    int64_t data;
};

static int
add_one(void *arg)
{
    struct lazy *lazy = arg;
    LOCK(&lazy->lock);
    STORE(lazy->data, LOAD(lazy->data) + 1);
    UNLOCK(&lazy->lock);
    return 0;
}

static int
add_two(void *arg)
{
    struct lazy *lazy = arg;
    LOCK(&lazy->lock);
    STORE(lazy->data, LOAD(lazy->data) + 2);
    UNLOCK(&lazy->lock);
    return 0;
}

static int
expect_less_than_three(void *arg)
{
    struct lazy *lazy = arg;
    LOCK(&lazy->lock);
    HD_CHECK(LOAD(lazy->data) < 3);
    UNLOCK(&lazy->lock);
    return 0;
}

HD_TEST(lazy01, .expect = "assertion")
{
    struct lazy lazy = {0};
    struct party party = {0};
    begin();
    hd_lock_init(&lazy.lock);
    start(&party, expect_less_than_three, &lazy);
    start(&party, add_one, &lazy);
    start(&party, add_two, &lazy);
    join(&party);
}

/* ---- token_ring: each passes on what the one before him has ---- */

#define RING 3

struct ring {
    struct hd_lock lock;
    int64_t token[RING], passed[RING];
};

struct place {
    struct ring *ring;
    int number;
};

static int
pass_token(void *arg)
{
    const struct place *place = arg;
    struct ring *ring = place->ring;
    const int before = (place->number + RING - 1) % RING;
    LOCK(&ring->lock);
    const int64_t token = LOAD(ring->token[before]);
    STORE(ring->token[place->number], token + (place->number == 0));
    STORE(ring->passed[place->number], 1);
    UNLOCK(&ring->lock);
    return 0;
}

static int
check_ring(void *arg)
{
    struct ring *ring = arg;
    LOCK(&ring->lock);
    bool all = true;
    for (int i = 0; i < RING; i++) {
        all = all && LOAD(ring->passed[i]) != 0;
    }
    for (int i = 1; all && i < RING; i++) {
        HD_CHECK(ring->token[i] == ring->token[0]);
    }
    UNLOCK(&ring->lock);
    return 0;
}

HD_TEST(token_ring, .expect = "assertion")
{
    struct ring ring = {0};
    struct place places[RING];
    struct party party = {0};
    begin();
    hd_lock_init(&ring.lock);
    for (int i = 0; i < RING; i++) {
        places[i] = (struct place){&ring, i};
        start(&party, pass_token, &places[i]);
    }
    start(&party, check_ring, &ring);
    join(&party);
}

/* ---- stringbuffer: a length is asked for, then the characters ---- */

struct buffer {
    struct hd_lock lock;
    int64_t length;
};

static int
append_from(void *arg)
{
    struct buffer *other = arg;
    LOCK(&other->lock);
    const int64_t length = LOAD(other->length);
    UNLOCK(&other->lock);
    LOCK(&other->lock);
    HD_CHECK(LOAD(other->length) >= length);
    UNLOCK(&other->lock);
    return 0;
}

static int
erase(void *arg)
{
    struct buffer *buffer = arg;
    LOCK(&buffer->lock);
    STORE(buffer->length, 0);
    UNLOCK(&buffer->lock);
    return 0;
}

static int
grow(void *arg)
{
    struct buffer *buffer = arg;
    LOCK(&buffer->lock);
    STORE(buffer->length, LOAD(buffer->length) + 3);
    UNLOCK(&buffer->lock);
    return 0;
}

HD_TEST(stringbuffer, .expect = "assertion")
{
    struct buffer buffer = {0};
    struct party party = {0};
    begin();
    hd_lock_init(&buffer.lock);
    start(&party, grow, &buffer);
    start(&party, append_from, &buffer);
    start(&party, erase, &buffer);
    join(&party);
}
