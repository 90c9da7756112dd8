/*
 * Pixels of a line, one byte each, painted by two tasks; each has every second
 * pixel for itself and mixes it with what was there.
 *
 * Near miss: both read, wait and write in the same word, but never the same
 * byte.
 */
#include <heddle/test.h>

#define PIXELS 4

struct painter {
    uint8_t *line;
    size_t first;
    uint8_t colour;
};

static int
paint(void *arg)
{
    const struct painter *painter = arg;

    for (size_t i = painter->first; i < PIXELS; i += 2) {
        const uint8_t old = painter->line[i];
        HD_TRY(hd_yield());
        painter->line[i] = (uint8_t)((old + painter->colour) / 2);
    }
    return 0;
}

HD_TEST(neighbour_bytes_near)
{
    uint8_t line[PIXELS] = {200, 200, 200, 200};
    struct painter even = {line, 0, 40};
    struct painter odd = {line, 1, 80};

    struct hd_task *a = hd_task_spawn(paint, &even);
    struct hd_task *b = hd_task_spawn(paint, &odd);
    HD_CHECK(hd_gather(a, b) == 0);
}
