/*
 * A table that is built at its first use. Whether it is there is asked without
 * the lock, and once more with it.
 *
 * Near miss: the double check that is wrong among threads is right among tasks.
 */
#include <heddle/test.h>

#include <stddef.h>

struct table {
    struct hd_lock lock;
    const int *squares;
    int built, values[4];
};

static struct table table;

static int
build(void)
{
    for (int i = 0; i < 4; i++) {
        HD_TRY(hd_yield());
        table.values[i] = i * i;
    }
    table.built++;
    table.squares = table.values;
    return 0;
}

static int
use(void *arg)
{
    int *out_square = arg;

    if (table.squares == NULL) {
        int status = hd_lock_acquire(&table.lock);
        HD_TRY(status);
        if (table.squares == NULL) {
            status = build();
        }
        hd_lock_release(&table.lock);
        HD_TRY(status);
    }
    *out_square = table.squares[3];
    return 0;
}

HD_TEST(checked_lock_near)
{
    int squares[2] = {0, 0};

    struct hd_task *a = hd_task_spawn(use, &squares[0]);
    struct hd_task *b = hd_task_spawn(use, &squares[1]);
    HD_CHECK(hd_gather(a, b) == 0);
}
