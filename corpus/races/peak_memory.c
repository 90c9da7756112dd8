/*
 * Requests count the bytes that they need, give them back at the end, and the
 * highest number is remembered.
 *
 * Near miss: the peak is higher where requests overlap, as it should be.
 */
#include <heddle/test.h>

struct meter {
    unsigned in_use, peak;
};

struct request {
    struct meter *meter;
    unsigned bytes;
};

static int
serve(void *arg)
{
    const struct request *request = arg;
    struct meter *meter = request->meter;

    meter->in_use += request->bytes;
    if (meter->in_use > meter->peak) {
        meter->peak = meter->in_use;
    }
    const int status = hd_yield();
    meter->in_use -= request->bytes;
    return status;
}

HD_TEST(peak_memory_near)
{
    struct meter meter = {0, 0};
    struct request page = {&meter, 300};
    struct request image = {&meter, 4000};

    struct hd_task *a = hd_task_spawn(serve, &page);
    struct hd_task *b = hd_task_spawn(serve, &image);
    HD_CHECK(hd_gather(a, b) == 0);
}
