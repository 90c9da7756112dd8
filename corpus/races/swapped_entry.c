/*
 * A table without gaps: who removes an entry moves the last one into its place.
 * A task that has found its entry waits, and writes to where it was.
 *
 * Shows: stale-read of an index: the value goes to another key. Fixed: the key
 * is looked for again.
 */
#include <heddle/test.h>

#include <stddef.h>

struct entry {
    int key, value;
};

struct table {
    size_t count;
    struct entry entries[3];
};

static struct table table = {.count = 3, .entries = {{1, 0}, {2, 0}, {3, 0}}};

static size_t
find(int key)
{
    size_t i = 0;

    while (i < table.count && table.entries[i].key != key) {
        i++;
    }
    return i;
}

static int
compute(int *out_value)
{
    HD_TRY(hd_yield());
    *out_value = 77;
    return 0;
}

static int
set_first(void *arg)
{
    (void)arg;
    const size_t place = find(1);
    int value = 0;

    if (place == table.count) {
        return 0;
    }
    HD_TRY(compute(&value));
    table.entries[place].value = value;
    return 0;
}

static int
set_first_found_again(void *arg)
{
    (void)arg;
    int value = 0;

    HD_TRY(compute(&value));
    const size_t place = find(1);
    if (place < table.count) {
        table.entries[place].value = value;
    }
    return 0;
}

static int
remove_first(void *arg)
{
    (void)arg;
    const size_t place = find(1);

    table.entries[place] = table.entries[--table.count];
    return 0;
}

static void
set_while_removing(hd_fn *how)
{
    struct hd_task *a = hd_task_spawn(how, NULL);
    struct hd_task *b = hd_task_spawn(remove_first, NULL);

    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(swapped_entry_bad)
{
    set_while_removing(set_first);
}

HD_TEST(swapped_entry_fixed)
{
    set_while_removing(set_first_found_again);
}
