/*
 * A ring of audio blocks. The encoder writes into the slot at the head, and
 * moves the head when the block is encoded; a second encoder takes the slot
 * that the first one still fills.
 *
 * Shows: lost-update of the head. Fixed: the head moves first, and a block that
 * is encoded is marked as such.
 */
#include <heddle/test.h>

#define SLOTS 4

struct block {
    int sample;
    bool is_ready;
};

struct ring {
    unsigned head;
    struct block blocks[SLOTS];
};

struct encoder {
    struct ring *ring;
    int sample;
};

static int
encode(int sample, struct block *block)
{
    HD_TRY(hd_sleep(HD_MS(2)));
    block->sample = sample * 2;
    block->is_ready = true;
    return 0;
}

static int
record(void *arg)
{
    const struct encoder *encoder = arg;
    struct ring *ring = encoder->ring;
    const unsigned slot = ring->head;

    HD_TRY(encode(encoder->sample, &ring->blocks[slot]));
    ring->head = (slot + 1) % SLOTS;
    return 0;
}

static int
record_claimed(void *arg)
{
    const struct encoder *encoder = arg;
    struct ring *ring = encoder->ring;
    const unsigned slot = ring->head;

    ring->head = (slot + 1) % SLOTS;
    return encode(encoder->sample, &ring->blocks[slot]);
}

static void
two_encoders(hd_fn *how)
{
    struct ring ring = {.head = 3};
    struct encoder left = {&ring, 7};
    struct encoder right = {&ring, 9};

    struct hd_task *a = hd_task_spawn(how, &left);
    struct hd_task *b = hd_task_spawn(how, &right);
    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(ring_slots_bad)
{
    two_encoders(record);
}

HD_TEST(ring_slots_fixed)
{
    two_encoders(record_claimed);
}
