#include "explore/packed.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 64u

struct piece {
    uint64_t at, count;
};

static bool
is_zero(const unsigned char *memory, size_t count)
{
    static const unsigned char zeros[BLOCK];
    return memcmp(memory, zeros, count < BLOCK ? count : BLOCK) == 0;
}

/* The end of the run of blocks from `at` that are zero, or that are not. */
static size_t
run_end(const unsigned char *memory, size_t count, size_t at, bool zero)
{
    while (at < count && is_zero(memory + at, count - at) == zero) {
        at += BLOCK;
    }
    return at < count ? at : count;
}

void *
hd_packed_write(const void *memory, size_t count, size_t *out_count)
{
    char *packed = NULL;
    FILE *to = open_memstream(&packed, out_count);
    if (to == NULL) {
        return NULL;
    }
    size_t at = run_end(memory, count, 0, true);
    while (at < count) {
        const size_t end = run_end(memory, count, at, false);
        const struct piece piece = {.at = at, .count = end - at};
        fwrite(&piece, sizeof(piece), 1, to);
        fwrite((const unsigned char *)memory + at, 1, end - at, to);
        at = run_end(memory, count, end, true);
    }
    if (fclose(to) != 0) {
        free(packed);
        return NULL;
    }
    return packed;
}

bool
hd_packed_read(void *memory, size_t count, const void *packed,
               size_t packed_count)
{
    const unsigned char *from = packed;
    struct piece piece;
    while (packed_count >= sizeof(piece)) {
        memcpy(&piece, from, sizeof(piece));
        from += sizeof(piece);
        packed_count -= sizeof(piece);
        if (piece.count > packed_count || piece.at > count ||
            piece.count > count - piece.at) {
            return false;
        }
        memcpy((unsigned char *)memory + piece.at, from, piece.count);
        from += piece.count;
        packed_count -= piece.count;
    }
    return packed_count == 0;
}
