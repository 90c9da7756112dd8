/*
 * A copy counts the blocks that it has done, and a bar reads that number again
 * and again until all are done.
 *
 * Near miss: one task writes the counter, another one reads it in between. What
 * it reads is old, and that is what a progress bar is for.
 */
#include <heddle/test.h>

#include <stdio.h>

#define BLOCKS 3

static unsigned done;

static int
copy(void *arg)
{
    (void)arg;
    for (int i = 0; i < BLOCKS; i++) {
        HD_TRY(hd_sleep(HD_MS(7)));
        done++;
    }
    return 0;
}

static int
show(void *arg)
{
    (void)arg;
    unsigned shown = 0;

    while (shown < BLOCKS) {
        HD_TRY(hd_sleep(HD_MS(10)));
        shown = done;
        printf("%u of %d\n", shown, BLOCKS);
    }
    return 0;
}

HD_TEST(progress_bar_near)
{
    struct hd_task *a = hd_task_spawn(copy, NULL);
    struct hd_task *b = hd_task_spawn(show, NULL);

    HD_CHECK(hd_gather(a, b) == 0);
}
