/*
 * A progress display sums up downloads. The sizes come in callbacks of futures,
 * while the task that draws holds the sum across an await.
 *
 * Shows: lost-update against a future's callback. Fixed: what the task adds is
 * added to the sum as it is after the await.
 */
#include <heddle/test.h>

struct display {
    int bytes, redraws;
};

static void
add_size(struct hd_future *future, void *arg)
{
    struct display *display = arg;
    void *size = NULL;

    if (hd_future_result(future, &size) == 0) {
        display->bytes += *(const int *)size;
    }
}

static int
draw(struct display *display)
{
    HD_TRY(hd_yield());
    display->redraws++;
    return 0;
}

static int
count_header(void *arg)
{
    struct display *display = arg;
    const int bytes = display->bytes;

    HD_TRY(draw(display));
    display->bytes = bytes + 16;
    return 0;
}

static int
count_header_after(void *arg)
{
    struct display *display = arg;

    HD_TRY(draw(display));
    display->bytes += 16;
    return 0;
}

static void
download_one(hd_fn *how)
{
    struct display display = {0};
    int size = 4096;

    struct hd_future *done = hd_future_create();
    HD_CHECK(hd_future_on_done(done, add_size, &display) == 0);
    struct hd_task *drawing = hd_task_spawn(how, &display);
    HD_CHECK(hd_yield() == 0);
    HD_CHECK(hd_future_set(done, &size) == 0);
    HD_CHECK(hd_gather(drawing, done) == 0);
    HD_CHECK(hd_sleep(HD_MS(1)) == 0);
    hd_future_release(done);
}

HD_TEST(download_total_bad)
{
    download_one(count_header);
}

HD_TEST(download_total_fixed)
{
    download_one(count_header_after);
}
