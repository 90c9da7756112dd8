/*
 * A writer takes what has been collected since the last time, writes it at
 * once, and keeps a list of how much that was.
 *
 * Near miss: how much it is depends on who is faster; all of it is written.
 */
#include <heddle/test.h>

#define ITEMS 3

static struct {
    int collected, total;
    int sizes[ITEMS];
    int batches;
} writer;

static int
collect(void *arg)
{
    (void)arg;
    for (int i = 0; i < ITEMS; i++) {
        writer.collected++;
        HD_TRY(hd_yield());
    }
    return 0;
}

static int
write_all(void *arg)
{
    (void)arg;
    while (writer.total < ITEMS) {
        const int size = writer.collected;
        if (size == 0) {
            HD_TRY(hd_sleep(HD_MS(1)));
            continue;
        }
        writer.collected = 0;
        HD_TRY(hd_yield());
        writer.sizes[writer.batches++] = size;
        writer.total += size;
    }
    return 0;
}

HD_TEST(batch_sizes_near)
{
    struct hd_task *a = hd_task_spawn(collect, NULL);
    struct hd_task *b = hd_task_spawn(write_all, NULL);

    HD_CHECK(hd_gather(a, b) == 0);
}
