/*
 * Rules of a firewall. A change makes a new list and swaps the pointer; readers
 * go on with the list that they began with, and the last to leave it frees it.
 *
 * Near miss: the pointer is replaced and memory freed while another task is
 * reading; it reads what it holds a reference to.
 */
#include <heddle/test.h>

#include <stdlib.h>

struct rules {
    int refs, allowed_port;
};

static struct rules *rules;

static struct rules *
rules_create(int allowed_port)
{
    struct rules *fresh = calloc(1, sizeof(*fresh));

    HD_CHECK(fresh != NULL);
    fresh->refs = 1;
    fresh->allowed_port = allowed_port;
    return fresh;
}

static void
rules_release(struct rules *old)
{
    if (--old->refs == 0) {
        free(old);
    }
}

static int
filter(void *arg)
{
    bool *out_passes = arg;
    struct rules *mine = rules;

    mine->refs++;
    const int status = hd_yield();
    *out_passes = mine->allowed_port > 0;
    rules_release(mine);
    return status;
}

static int
change(void *arg)
{
    (void)arg;
    struct rules *fresh = rules_create(443);

    HD_TRY(hd_yield());
    struct rules *old = rules;
    rules = fresh;
    rules_release(old);
    return 0;
}

HD_TEST(snapshot_swap_near)
{
    bool passes[2] = {false, false};

    rules = rules_create(80);
    struct hd_task *a = hd_task_spawn(filter, &passes[0]);
    struct hd_task *b = hd_task_spawn(change, NULL);
    struct hd_task *c = hd_task_spawn(filter, &passes[1]);
    HD_CHECK(hd_gather(a, b, c) == 0);
    rules_release(rules);
}
