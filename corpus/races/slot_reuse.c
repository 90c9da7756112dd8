/*
 * A table of sockets. A writer knows its socket by its slot's number; while
 * it waits, the slot is closed and given to somebody else, who gets the bytes.
 *
 * Shows: stale-read of a slot (ABA): it looks as it did, and is another one's.
 * Fixed: a generation in the slot and in the handle.
 */
#include <heddle/test.h>

#include <stddef.h>

struct slot {
    int generation, owner, bytes;
};

struct handle {
    size_t slot;
    int generation;
};

static struct slot slots[2];

static int
wait_until_writable(void)
{
    return hd_yield();
}

static int
write_to_slot(void *arg)
{
    const struct handle *handle = arg;
    struct slot *slot = &slots[handle->slot];

    if (slot->owner != 1) {
        return 0;
    }
    HD_TRY(wait_until_writable());
    slot->bytes += 100;
    return 0;
}

static int
write_to_same(void *arg)
{
    const struct handle *handle = arg;
    struct slot *slot = &slots[handle->slot];

    if (slot->owner != 1) {
        return 0;
    }
    HD_TRY(wait_until_writable());
    if (slot->generation == handle->generation) {
        slot->bytes += 100;
    }
    return 0;
}

static int
close_and_open(void *arg)
{
    const struct handle *handle = arg;
    struct slot *slot = &slots[handle->slot];

    slot->owner = 2;
    slot->generation++;
    slot->bytes = 0;
    return 0;
}

static void
write_while_closing(hd_fn *how)
{
    struct handle handle = {.slot = 1, .generation = 5};

    slots[1] = (struct slot){.generation = 5, .owner = 1, .bytes = 0};
    struct hd_task *writer = hd_task_spawn(how, &handle);
    struct hd_task *closer = hd_task_spawn(close_and_open, &handle);
    HD_CHECK(hd_gather(writer, closer) == 0);
}

HD_TEST(slot_reuse_bad)
{
    write_while_closing(write_to_slot);
}

HD_TEST(slot_reuse_fixed)
{
    write_while_closing(write_to_same);
}
