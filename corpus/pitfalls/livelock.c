/*
 * A job queue that is polled: "not yet? then let the others run and look
 * again". When the producer has failed there will never be a job, and it goes
 * round for ever.
 *
 * Shows: livelock. Fixed: an event, set also on failure. Near miss: polling
 * for something that does come; time passes for who only yields.
 */
#include <heddle/test.h>

struct feed {
    bool is_up, failed;
    struct hd_event changed;
};

static int
fail_to_start(void *arg)
{
    struct feed *feed = arg;

    HD_TRY(hd_sleep(HD_MS(5)));
    feed->failed = true;
    hd_event_set(&feed->changed);
    return 0;
}

static int
start(void *arg)
{
    struct feed *feed = arg;

    HD_TRY(hd_sleep(HD_MS(5)));
    feed->is_up = true;
    return 0;
}

static int
poll_feed(void *arg)
{
    struct feed *feed = arg;

    while (!feed->is_up) {
        HD_TRY(hd_yield());
    }
    return 0;
}

static int
await_feed(void *arg)
{
    struct feed *feed = arg;

    while (!feed->is_up && !feed->failed) {
        HD_TRY(hd_event_wait(&feed->changed));
    }
    return 0;
}

static void
consume(hd_fn *starting, hd_fn *waiting)
{
    struct feed feed = {0};
    struct hd_task *starter = hd_task_spawn(starting, &feed);
    struct hd_task *waiter = hd_task_spawn(waiting, &feed);

    HD_CHECK(hd_gather(starter, waiter) == 0);
}

HD_TEST(livelock_bad)
{
    consume(fail_to_start, poll_feed);
}

HD_TEST(livelock_fixed)
{
    consume(fail_to_start, await_feed);
}

HD_TEST(livelock_near)
{
    consume(start, poll_feed);
}
