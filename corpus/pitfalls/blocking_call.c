/*
 * A client that retries and waits longer each time. sleep() stops the whole
 * loop, so nobody answers the others meanwhile.
 *
 * Shows: blocking-call. Fixed: hd_sleep(). Near miss: sleep() where no loop
 * runs yet, to let a database start.
 */
#include <heddle/test.h>

#include <unistd.h>

struct client {
    int failures_left;
    bool connected;
};

static int
try_to_connect(struct client *client)
{
    HD_TRY(hd_sleep(HD_MS(10)));
    client->connected = client->failures_left-- == 0;
    return 0;
}

static int
retry_blocking(void *arg)
{
    struct client *client = arg;

    for (unsigned seconds = 1; !client->connected; seconds *= 2) {
        HD_TRY(try_to_connect(client));
        if (!client->connected) {
            sleep(seconds);
        }
    }
    return 0;
}

static int
retry(void *arg)
{
    struct client *client = arg;

    for (unsigned seconds = 1; !client->connected; seconds *= 2) {
        HD_TRY(try_to_connect(client));
        if (!client->connected) {
            HD_TRY(hd_sleep(HD_S(seconds)));
        }
    }
    return 0;
}

static int
answer_pings(void *arg)
{
    (void)arg;
    for (int i = 0; i < 3; i++) {
        HD_TRY(hd_sleep(HD_MS(500)));
    }
    return 0;
}

static int
serve(void *arg)
{
    struct client client = {.failures_left = 2};
    struct hd_task *retrying = hd_task_spawn(*(hd_fn **)arg, &client);
    struct hd_task *answering = hd_task_spawn(answer_pings, NULL);

    return hd_gather(retrying, answering);
}

HD_TEST(blocking_call_bad)
{
    hd_fn *how = retry_blocking;
    HD_CHECK(serve(&how) == 0);
}

HD_TEST(blocking_call_fixed)
{
    hd_fn *how = retry;
    HD_CHECK(serve(&how) == 0);
}

HD_TEST(blocking_call_near, .loop = HD_LOOP_NONE)
{
    hd_fn *how = retry;
    sleep(2);
    HD_CHECK(hd_run(serve, &how) == 0);
}
