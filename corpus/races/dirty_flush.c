/*
 * A document is saved some time after a change. The saver takes the flag down
 * before it writes, so that a change meanwhile puts it up again.
 *
 * Near miss: both sides write the flag, in no order. How often it is saved
 * differs; that the last change is saved does not.
 */
#include <heddle/test.h>

struct document {
    int text, saved_text;
    bool is_dirty, is_closed;
};

static int
edit(void *arg)
{
    struct document *document = arg;

    for (int i = 1; i <= 2; i++) {
        document->text = i;
        document->is_dirty = true;
        HD_TRY(hd_sleep(HD_MS(10)));
    }
    document->is_closed = true;
    return 0;
}

static int
write_file(struct document *document, int text)
{
    HD_TRY(hd_sleep(HD_MS(4)));
    document->saved_text = text;
    return 0;
}

static int
save(void *arg)
{
    struct document *document = arg;

    while (!document->is_closed || document->is_dirty) {
        if (document->is_dirty) {
            document->is_dirty = false;
            HD_TRY(write_file(document, document->text));
        } else {
            HD_TRY(hd_sleep(HD_MS(3)));
        }
    }
    return 0;
}

HD_TEST(dirty_flush_near)
{
    struct document document = {0};

    struct hd_task *a = hd_task_spawn(edit, &document);
    struct hd_task *b = hd_task_spawn(save, &document);
    HD_CHECK(hd_gather(a, b) == 0);
}
