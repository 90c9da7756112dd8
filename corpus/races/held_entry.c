/*
 * A cache entry that is thrown out while somebody still uses it: it is taken
 * out of the cache, and freed by its last user.
 *
 * Near miss: one task writes the slot that another one has read, and each
 * counts the same references up and down.
 */
#include <heddle/test.h>

#include <stdlib.h>

struct entry {
    int refs, value, reads;
};

static struct entry *slot;

static void
entry_release(struct entry *entry)
{
    if (--entry->refs == 0) {
        free(entry);
    }
}

static int
use(void *arg)
{
    (void)arg;
    struct entry *entry = slot;

    if (entry == NULL) {
        return 0;
    }
    entry->refs++;
    const int status = hd_yield();
    entry->reads += entry->value;
    entry_release(entry);
    return status;
}

static int
throw_out(void *arg)
{
    (void)arg;
    struct entry *entry = slot;

    slot = NULL;
    entry_release(entry);
    return 0;
}

HD_TEST(held_entry_near)
{
    slot = calloc(1, sizeof(*slot));
    HD_CHECK(slot != NULL);
    *slot = (struct entry){.refs = 1, .value = 5};
    struct hd_task *a = hd_task_spawn(use, NULL);
    struct hd_task *b = hd_task_spawn(throw_out, NULL);
    struct hd_task *c = hd_task_spawn(use, NULL);
    HD_CHECK(hd_gather(a, b, c) == 0);
}
