/*
 * A file is closed by whoever is first: the reader at the end, or the user.
 * Both see that it is open, flush it, and free it.
 *
 * Shows: use-after-free: freed twice. Fixed: taken out of the shared place
 * before the await.
 */
#include <heddle/test.h>

#include <stdlib.h>

struct file {
    int dirty_pages;
};

static struct file *the_file;

static int
flush(struct file *file)
{
    HD_TRY(hd_yield());
    file->dirty_pages = 0;
    return 0;
}

static int
close_file(void *arg)
{
    (void)arg;
    struct file *file = the_file;

    if (file != NULL) {
        HD_TRY(flush(file));
        free(file);
        the_file = NULL;
    }
    return 0;
}

static int
close_own_file(void *arg)
{
    (void)arg;
    struct file *file = the_file;

    the_file = NULL;
    if (file != NULL) {
        HD_TRY(flush(file));
        free(file);
    }
    return 0;
}

static void
two_closers(hd_fn *how)
{
    the_file = calloc(1, sizeof(*the_file));
    HD_CHECK(the_file != NULL);
    struct hd_task *a = hd_task_spawn(how, NULL);
    struct hd_task *b = hd_task_spawn(how, NULL);
    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(close_twice_bad)
{
    two_closers(close_file);
}

HD_TEST(close_twice_fixed)
{
    two_closers(close_own_file);
}
