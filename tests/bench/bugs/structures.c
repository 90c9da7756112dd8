/*
 * Buffers, queues and stacks that two sides use at once.
 */
#include "shared.h"

/* ---- circular_buffer: the count is kept by both sides ---- */

#define RING_SIZE 4
#define RING_ROUNDS 7

struct ring_buffer {
    int64_t slots[RING_SIZE], count;
};

static int
fill_ring(void *arg)
{
    struct ring_buffer *ring = arg;
    int in = 0;
    for (int i = 0; i < RING_ROUNDS; i++) {
        if (LOAD(ring->count) < RING_SIZE) {
            HD_WRITE(&ring->slots[in % RING_SIZE]);
            ring->slots[in % RING_SIZE] = in;
            in++;
            STORE(ring->count, LOAD(ring->count) + 1);
        }
    }
    return 0;
}

static int
drain_ring(void *arg)
{
    struct ring_buffer *ring = arg;
    int out = 0;
    for (int i = 0; i < RING_ROUNDS; i++) {
        if (LOAD(ring->count) > 0) {
            HD_READ(&ring->slots[out % RING_SIZE]);
            HD_CHECK(ring->slots[out % RING_SIZE] == out);
            out++;
            STORE(ring->count, LOAD(ring->count) - 1);
        }
    }
    return 0;
}

HD_TEST(circular_buffer, .expect = "assertion")
{
    struct ring_buffer ring = {.slots = {-1, -1, -1, -1}};
    struct party party = {0};
    begin();
    start(&party, fill_ring, &ring);
    start(&party, drain_ring, &ring);
    join(&party);
}

/* ---- queue: the sides take turns, but one of them counts its tries ---- */

#define QUEUE_ROUNDS 10

struct turns {
    struct hd_lock lock;
    int64_t may_put, may_get;
    int put, item, stored[QUEUE_ROUNDS];
};

static int
put_in_turn(void *arg)
{
    struct turns *turns = arg;
    for (int i = 0; i < QUEUE_ROUNDS; i++) {
        LOCK(&turns->lock);
        if (LOAD(turns->may_put) != 0) {
            turns->item = 100 + i;
            turns->stored[turns->put++] = turns->item;
            STORE(turns->may_put, 0);
            STORE(turns->may_get, 1);
        }
        UNLOCK(&turns->lock);
    }
    return 0;
}

static int
get_in_turn(void *arg)
{
    struct turns *turns = arg;
    for (int i = 0; i < QUEUE_ROUNDS; i++) {
        LOCK(&turns->lock);
        if (LOAD(turns->may_get) != 0) {
            HD_CHECK(turns->item == turns->stored[i]);
            STORE(turns->may_get, 0);
            STORE(turns->may_put, 1);
        }
        UNLOCK(&turns->lock);
    }
    return 0;
}

HD_TEST(queue, .expect = "assertion")
{
    struct turns turns = {.may_put = 1};
    struct party party = {0};
    begin();
    hd_lock_init(&turns.lock);
    start(&party, put_in_turn, &turns);
    start(&party, get_in_turn, &turns);
    join(&party);
}

/* ---- stack: once something was on it, there will be for ever ---- */

#define STACK_ROUNDS 10

struct stack {
    struct hd_lock lock;
    int64_t depth, used;
};

static int
push_all(void *arg)
{
    struct stack *stack = arg;
    for (int i = 0; i < STACK_ROUNDS; i++) {
        LOCK(&stack->lock);
        STORE(stack->depth, LOAD(stack->depth) + 1);
        STORE(stack->used, 1);
        UNLOCK(&stack->lock);
    }
    return 0;
}

static int
pop_all(void *arg)
{
    struct stack *stack = arg;
    for (int i = 0; i < STACK_ROUNDS; i++) {
        LOCK(&stack->lock);
        if (LOAD(stack->used) != 0) {
            const int64_t depth = LOAD(stack->depth);
            HD_CHECK(depth > 0);
            STORE(stack->depth, depth - 1);
        }
        UNLOCK(&stack->lock);
    }
    return 0;
}

HD_TEST(stack, .expect = "assertion")
{
    struct stack stack = {0};
    struct party party = {0};
    begin();
    hd_lock_init(&stack.lock);
    start(&party, push_all, &stack);
    start(&party, pop_all, &stack);
    join(&party);
}

/* ---- bounded_buffer: who was woken believes what it was woken for ---- */

struct bounded {
    struct hd_condition changed;
    int count;
};

static int
put_two(void *arg)
{
    struct bounded *bounded = arg;
    for (int i = 0; i < 2; i++) {
        HD_CHECK(hd_condition_acquire(&bounded->changed) == HD_OK);
        bounded->count++;
        hd_condition_notify(&bounded->changed, 1);
        hd_condition_release(&bounded->changed);
    }
    return 0;
}

static int
get_one(void *arg)
{
    struct bounded *bounded = arg;
    HD_CHECK(hd_condition_acquire(&bounded->changed) == HD_OK);
    if (bounded->count == 0) {
        HD_CHECK(hd_condition_wait(&bounded->changed) == HD_OK);
    }
    HD_CHECK(bounded->count > 0);
    bounded->count--;
    hd_condition_release(&bounded->changed);
    return 0;
}

HD_TEST(bounded_buffer, .expect = "assertion")
{
    struct bounded bounded = {0};
    struct party party = {0};
    begin();
    hd_condition_init(&bounded.changed, NULL);
    start(&party, put_two, &bounded);
    start(&party, get_one, &bounded);
    start(&party, get_one, &bounded);
    join(&party);
}

/* ---- work_steal: the last item belongs to whom? ---- */

#define WORK 3

struct deque {
    struct hd_lock lock; /* of the thieves */
    int64_t head, tail, items[WORK], done[WORK];
};

static void
work_on(struct deque *deque, int64_t at)
{
    HD_READ(&deque->items[at]);
    const int64_t item = deque->items[at];
    HD_WRITE(&deque->done[item]);
    HD_CHECK(deque->done[item] == 0);
    deque->done[item] = 1;
}

/* Its own end needs no lock, it is thought. */
static int
own_work(void *arg)
{
    struct deque *deque = arg;
    for (int i = 0; i < WORK; i++) {
        HD_WRITE(&deque->items[i]);
        deque->items[i] = i;
        STORE(deque->tail, i + 1);
    }
    for (int i = 0; i < WORK; i++) {
        const int64_t tail = LOAD(deque->tail) - 1;
        if (LOAD(deque->head) <= tail) {
            STORE(deque->tail, tail);
            work_on(deque, tail);
        }
    }
    return 0;
}

static int
steal_work(void *arg)
{
    struct deque *deque = arg;
    for (int i = 0; i < 2; i++) {
        LOCK(&deque->lock);
        const int64_t head = LOAD(deque->head);
        STORE(deque->head, head + 1);
        if (head < LOAD(deque->tail)) {
            work_on(deque, head);
        } else {
            STORE(deque->head, head);
        }
        UNLOCK(&deque->lock);
    }
    return 0;
}

HD_TEST(work_steal, .expect = "assertion")
{
    struct deque deque = {0};
    struct party party = {0};
    begin();
    hd_lock_init(&deque.lock);
    start(&party, own_work, &deque);
    start(&party, steal_work, &deque);
    join(&party);
}
