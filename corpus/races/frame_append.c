/*
 * An outgoing frame with its bytes in a flexible array member. A writer notes
 * where to write, compresses, and copies to there.
 *
 * Shows: lost-update of the length and of the bytes. Fixed: compressed first
 * into a buffer of its own, then appended in one step.
 */
#include <heddle/test.h>

#include <stdlib.h>
#include <string.h>

#define FRAME_BYTES 64
#define PART_BYTES 12

struct frame {
    uint32_t stream, length;
    char bytes[];
};

struct part {
    struct frame *frame;
    char text[PART_BYTES];
};

static int
compress(const struct part *part, char *out_bytes)
{
    HD_TRY(hd_yield());
    memcpy(out_bytes, part->text, PART_BYTES);
    return 0;
}

static int
append(void *arg)
{
    const struct part *part = arg;
    struct frame *frame = part->frame;
    const uint32_t start = frame->length;

    HD_TRY(compress(part, frame->bytes + start));
    frame->length = start + PART_BYTES;
    return 0;
}

static int
append_compressed(void *arg)
{
    const struct part *part = arg;
    struct frame *frame = part->frame;
    char bytes[PART_BYTES];

    HD_TRY(compress(part, bytes));
    memcpy(frame->bytes + frame->length, bytes, PART_BYTES);
    frame->length += PART_BYTES;
    return 0;
}

static void
two_parts(hd_fn *how)
{
    struct frame *frame = calloc(1, sizeof(*frame) + FRAME_BYTES);

    HD_CHECK(frame != NULL);
    struct part head = {frame, "200 OK     "};
    struct part body = {frame, "hello world"};
    struct hd_task *a = hd_task_spawn(how, &head);
    struct hd_task *b = hd_task_spawn(how, &body);
    HD_CHECK(hd_gather(a, b) == 0);
    free(frame);
}

HD_TEST(frame_append_bad)
{
    two_parts(append);
}

HD_TEST(frame_append_fixed)
{
    two_parts(append_compressed);
}
