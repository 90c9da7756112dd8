/*
 * A token bucket: a request costs a token, and a timer fills the bucket. The
 * request computes what will be left, is sent, and stores that.
 *
 * Shows: lost-update against a timer: the refill is gone. Fixed: the token is
 * taken before the request is sent, in a loop that looks again.
 */
#include <heddle/test.h>

struct bucket {
    unsigned tokens;
    unsigned sent;
};

static struct bucket bucket;

static void
refill(void *arg)
{
    (void)arg;
    bucket.tokens += 10;
}

static int
send_request(void)
{
    HD_TRY(hd_sleep(HD_MS(5)));
    bucket.sent++;
    return 0;
}

static int
request(void *arg)
{
    (void)arg;
    const unsigned tokens = bucket.tokens;

    if (tokens == 0) {
        return 0;
    }
    HD_TRY(send_request());
    bucket.tokens = tokens - 1;
    return 0;
}

static int
request_paid(void *arg)
{
    (void)arg;
    while (bucket.tokens == 0) {
        HD_TRY(hd_sleep(HD_MS(1)));
    }
    bucket.tokens--;
    return send_request();
}

static void
one_request(hd_fn *how)
{
    bucket.tokens = 1;
    hd_loop_call_later(hd_loop_running(), HD_MS(3), refill, NULL);
    HD_CHECK(hd_await(hd_task_spawn(how, NULL)) == 0);
}

HD_TEST(rate_limit_bad)
{
    one_request(request);
}

HD_TEST(rate_limit_fixed)
{
    one_request(request_paid);
}
