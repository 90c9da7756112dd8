#include "base/random.h"
#include "base/assert.h"
#include "task/touch.h"

/* The program's data stream: every execution starts it anew. */
static _Thread_local struct hd_random stream;

void
hd_random_seed(uint64_t seed)
{
    stream.state = hd_mix(seed);
}

uint64_t
hd_random(uint64_t bound)
{
    HD_ASSERT(bound > 0);
    hd_touch_world(hd_here.loop, HD_WORLD_RANDOM, HD_WRITES);
    return hd_random_below(&stream, bound);
}
