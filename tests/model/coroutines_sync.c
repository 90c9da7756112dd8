/*
 * Locks, semaphores and futures are Heddle's. A channel is written here, on
 * plain variables; with Heddle's own queue, which tells its ends apart, some
 * programs have fewer traces than the table says: those called _queue.
 */
#include "coroutines.h"

#define ITEMS_MAX 8

static int x;
static struct hd_lock lock, forks[2];
static struct hd_semaphore semaphore;
static struct hd_future *future;

static int
add_in_two_steps(void *arg)
{
    (void)arg;
    const int seen = x;
    BETWEEN;
    x = seen + 1;
    return 0;
}

/* ---- locks, semaphores, futures ---- */

static int
add_locked(void *arg)
{
    (void)arg;
    HD_TRY(hd_lock_acquire(&lock));
    BETWEEN;
    const int seen = x;
    BETWEEN;
    x = seen + 1;
    BETWEEN;
    hd_lock_release(&lock);
    return 0;
}

static int
lock_and_unlock(void *arg)
{
    (void)arg;
    HD_TRY(hd_lock_acquire(&lock));
    BETWEEN;
    hd_lock_release(&lock);
    return 0;
}

static int
dine(void *arg)
{
    struct hd_lock *left = &forks[number_of(arg) - 1];
    struct hd_lock *right = &forks[number_of(arg) % 2];
    HD_TRY(hd_lock_acquire(left));
    BETWEEN;
    HD_TRY(hd_lock_acquire(right));
    BETWEEN;
    hd_lock_release(right);
    BETWEEN;
    hd_lock_release(left);
    return 0;
}

static int
add_with_permit(void *arg)
{
    (void)arg;
    HD_TRY(hd_semaphore_acquire(&semaphore));
    BETWEEN;
    const int seen = x;
    BETWEEN;
    x = seen + 1;
    BETWEEN;
    hd_semaphore_release(&semaphore);
    return 0;
}

PROGRAM(fmutex_2, hd_lock_init(&lock); spawn_all(&cast, add_locked, 2);)
PROGRAM(fmutex_empty_2, hd_lock_init(&lock);
        spawn_all(&cast, lock_and_unlock, 2);)
PROGRAM(fmutex_empty_3, hd_lock_init(&lock);
        spawn_all(&cast, lock_and_unlock, 3);)
PROGRAM(fdining_2, hd_lock_init(&forks[0]); hd_lock_init(&forks[1]);
        spawn_all(&cast, dine, 2);)
PROGRAM(fsem_2, hd_semaphore_init(&semaphore, 1);
        spawn_all(&cast, add_with_permit, 2);)

static int
write_and_set(void *arg)
{
    (void)arg;
    x = 1;
    BETWEEN;
    return hd_future_set(future, NULL);
}

static int
set_and_write(void *arg)
{
    (void)arg;
    HD_TRY(hd_future_set(future, NULL));
    BETWEEN;
    x = 1;
    return 0;
}

static int
wait_and_read(void *arg)
{
    (void)arg;
    HD_TRY(hd_await(future));
    BETWEEN;
    see(x);
    return 0;
}

PROGRAM(future_wait_2, future = hd_future_create();
        spawn(&cast, write_and_set, 0); spawn_all(&cast, wait_and_read, 2);)
PROGRAM(future_race, future = hd_future_create();
        spawn(&cast, set_and_write, 0); spawn(&cast, wait_and_read, 0);)

/* ---- channels ---- */

/* FIFO, without an end; one receiver at a time. */
struct channel {
    int items[ITEMS_MAX];
    int count;
    struct hd_future *receiver; /* who waits, if anybody */
};

static struct channel jobs, answers;
static struct hd_queue job_queue, answer_queue;

static int
channel_send(struct channel *channel, int item)
{
    struct hd_future *receiver = channel->receiver;
    if (receiver != NULL) {
        channel->receiver = NULL;
        return hd_future_set(receiver, NULL);
    }
    channel->items[channel->count++] = item;
    return 0;
}

static int
channel_receive(struct channel *channel)
{
    if (channel->count > 0) {
        channel->count--;
        for (int i = 0; i < channel->count; i++) {
            channel->items[i] = channel->items[i + 1];
        }
        return 0;
    }
    struct hd_future *mine = hd_future_create();
    channel->receiver = mine;
    const int status = hd_await(mine);
    hd_future_release(mine);
    return status;
}

/* Of one of Heddle's, and of one of ours: what both do. */
static int
queue_send(struct hd_queue *queue)
{
    return hd_queue_put_now(queue, NULL);
}

static int
queue_receive(struct hd_queue *queue)
{
    void *item = NULL;
    return hd_queue_get(queue, &item);
}

#define SEND(to)                                                               \
    _Generic((to), struct channel *                                            \
             : channel_send((void *)(to), 1), struct hd_queue *                \
             : queue_send((void *)(to)))
#define RECEIVE(from)                                                          \
    _Generic((from), struct channel *                                          \
             : channel_receive((void *)(from)), struct hd_queue *              \
             : queue_receive((void *)(from)))

/* The programs, over one kind or the other. */
#define CHANNEL_PROGRAMS(kind, job, answer)                                    \
    static int produce_##kind(void *arg)                                       \
    {                                                                          \
        (void)arg;                                                             \
        return SEND(job);                                                      \
    }                                                                          \
                                                                               \
    static int consume_##kind(void *arg)                                       \
    {                                                                          \
        for (int k = 0; k < number_of(arg); k++) {                             \
            if (k > 0) {                                                       \
                BETWEEN;                                                       \
            }                                                                  \
            HD_TRY(RECEIVE(job));                                              \
        }                                                                      \
        return 0;                                                              \
    }                                                                          \
                                                                               \
    static int ping_##kind(void *arg)                                          \
    {                                                                          \
        for (int k = 0; k < number_of(arg); k++) {                             \
            if (k > 0) {                                                       \
                BETWEEN;                                                       \
            }                                                                  \
            HD_TRY(SEND(job));                                                 \
            BETWEEN;                                                           \
            HD_TRY(RECEIVE(answer));                                           \
        }                                                                      \
        return 0;                                                              \
    }                                                                          \
                                                                               \
    static int pong_##kind(void *arg)                                          \
    {                                                                          \
        for (int k = 0; k < number_of(arg); k++) {                             \
            if (k > 0) {                                                       \
                BETWEEN;                                                       \
            }                                                                  \
            HD_TRY(RECEIVE(job));                                              \
            BETWEEN;                                                           \
            HD_TRY(SEND(answer));                                              \
        }                                                                      \
        return 0;                                                              \
    }                                                                          \
                                                                               \
    static int post_##kind(void *arg)                                          \
    {                                                                          \
        for (int k = 0; k < number_of(arg); k++) {                             \
            HD_TRY(SEND(job));                                                 \
            BETWEEN;                                                           \
        }                                                                      \
        HD_TRY(add_in_two_steps(NULL));                                        \
        for (int k = 0; k < number_of(arg); k++) {                             \
            BETWEEN;                                                           \
            HD_TRY(RECEIVE(answer));                                           \
        }                                                                      \
        return 0;                                                              \
    }                                                                          \
                                                                               \
    static int work_##kind(void *arg)                                          \
    {                                                                          \
        for (int k = 0; k < number_of(arg); k++) {                             \
            if (k > 0) {                                                       \
                BETWEEN;                                                       \
            }                                                                  \
            HD_TRY(RECEIVE(job));                                              \
            BETWEEN;                                                           \
            HD_TRY(add_in_two_steps(NULL));                                    \
            BETWEEN;                                                           \
            HD_TRY(SEND(answer));                                              \
        }                                                                      \
        return 0;                                                              \
    }

CHANNEL_PROGRAMS(channel, &jobs, &answers)
CHANNEL_PROGRAMS(queue, &job_queue, &answer_queue)

static void
open_queues(void)
{
    hd_queue_init(&job_queue, 0);
    hd_queue_init(&answer_queue, 0);
}

PROGRAM(fchan_mpsc_2, spawn_all(&cast, produce_channel, 2);
        spawn(&cast, consume_channel, 2);)
PROGRAM(fchan_pingpong_1, spawn(&cast, ping_channel, 1);
        spawn(&cast, pong_channel, 1);)
PROGRAM(fchan_pingpong_2, spawn(&cast, ping_channel, 2);
        spawn(&cast, pong_channel, 2);)
PROGRAM(fpool_job_1, spawn(&cast, post_channel, 1);
        spawn(&cast, work_channel, 1);)
PROGRAM(fpool_job_2, spawn(&cast, post_channel, 2);
        spawn(&cast, work_channel, 2);)

PROGRAM(fchan_mpsc_2_queue, open_queues(); spawn_all(&cast, produce_queue, 2);
        spawn(&cast, consume_queue, 2);)
PROGRAM(fchan_pingpong_1_queue, open_queues(); spawn(&cast, ping_queue, 1);
        spawn(&cast, pong_queue, 1);)
PROGRAM(fchan_pingpong_2_queue, open_queues(); spawn(&cast, ping_queue, 2);
        spawn(&cast, pong_queue, 2);)
PROGRAM(fpool_job_1_queue, open_queues(); spawn(&cast, post_queue, 1);
        spawn(&cast, work_queue, 1);)
PROGRAM(fpool_job_2_queue, open_queues(); spawn(&cast, post_queue, 2);
        spawn(&cast, work_queue, 2);)
