/*
 * The number of requests and the time that they took belong together. A request
 * is counted when it begins and its time added when it ends; the mean is wrong
 * for whoever looks in between.
 *
 * Shows: dirty-read of two variables. Fixed: both are changed at the end.
 */
#include <heddle/test.h>

#include <stdio.h>

struct latency {
    uint64_t requests;
    uint64_t microseconds;
    uint64_t mean;
};

static struct latency latency = {.requests = 1, .microseconds = 100};

static int
serve(void)
{
    return hd_yield();
}

static int
request(void *arg)
{
    (void)arg;
    latency.requests++;
    HD_TRY(serve());
    latency.microseconds += 100;
    return 0;
}

static int
request_counted_at_end(void *arg)
{
    (void)arg;
    HD_TRY(serve());
    latency.requests++;
    latency.microseconds += 100;
    return 0;
}

static int
report(void *arg)
{
    (void)arg;
    latency.mean = latency.microseconds / latency.requests;
    return 0;
}

static void
report_during(hd_fn *how)
{
    struct hd_task *a = hd_task_spawn(how, NULL);
    struct hd_task *b = hd_task_spawn(report, NULL);

    HD_CHECK(hd_gather(a, b) == 0);
    printf("%u us\n", (unsigned)latency.mean);
}

HD_TEST(mean_latency_bad)
{
    report_during(request);
}

HD_TEST(mean_latency_fixed)
{
    report_during(request_counted_at_end);
}
