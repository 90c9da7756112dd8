/*
 * Readers and a writer, without a lock: readers count themselves, and the
 * writer waits until there are none, and says that it writes.
 *
 * Near miss: read, await, read by some, written by another; the two numbers
 * keep them apart.
 */
#include <heddle/test.h>

#include <stdlib.h>

struct text {
    int readers;
    bool is_written;
    int left, right;
    int seen[2];
};

static int
read_text(void *arg)
{
    struct text *text = arg;

    while (text->is_written) {
        HD_TRY(hd_sleep(HD_MS(1)));
    }
    text->readers++;
    const int left = text->left;
    const int status = hd_yield();
    text->seen[0] = left;
    text->seen[1] = text->right;
    text->readers--;
    return status;
}

static int
write_text(void *arg)
{
    struct text *text = arg;

    while (text->readers > 0) {
        HD_TRY(hd_sleep(HD_MS(1)));
    }
    text->is_written = true;
    text->left = 7;
    const int status = hd_yield();
    text->right = 7;
    text->is_written = false;
    return status;
}

HD_TEST(readers_count_near)
{
    struct text *text = calloc(1, sizeof(*text));

    HD_CHECK(text != NULL);
    struct hd_task *a = hd_task_spawn(read_text, text);
    struct hd_task *b = hd_task_spawn(write_text, text);
    HD_CHECK(hd_gather(a, b) == 0);
    free(text);
}
