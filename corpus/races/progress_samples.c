/*
 * A download writes how many bytes it has, and a graph takes a sample of that
 * now and then.
 *
 * Near miss: write, read, write. Each sample was true when it was taken.
 */
#include <heddle/test.h>

#define SAMPLES 2

static struct {
    unsigned bytes;
    unsigned samples[SAMPLES];
} download;

static int
receive(void *arg)
{
    (void)arg;
    for (int i = 0; i < 3; i++) {
        HD_TRY(hd_yield());
        download.bytes += 512;
    }
    return 0;
}

static int
draw(void *arg)
{
    (void)arg;
    for (int i = 0; i < SAMPLES; i++) {
        download.samples[i] = download.bytes;
        HD_TRY(hd_yield());
    }
    return 0;
}

HD_TEST(progress_samples_near)
{
    struct hd_task *a = hd_task_spawn(receive, NULL);
    struct hd_task *b = hd_task_spawn(draw, NULL);

    HD_CHECK(hd_gather(a, b) == 0);
}
