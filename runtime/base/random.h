/*
 * A small seeded generator (wyrand) and a mixer (splitmix64). Determinism is
 * the product: nothing else in Heddle makes random numbers.
 */
#ifndef HD_BASE_RANDOM_H
#define HD_BASE_RANDOM_H

#include <stdint.h>

__extension__ typedef unsigned __int128 hd_uint128;

struct hd_random {
    uint64_t state;
};

/* A bijection that spreads every bit. */
static inline uint64_t
hd_mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static inline uint64_t
hd_random_next(struct hd_random *random)
{
    random->state += 0xa0761d6478bd642fu;
    const hd_uint128 product =
        (hd_uint128)random->state * (random->state ^ 0xe7037ed1a0b428dbu);
    return (uint64_t)(product >> 64) ^ (uint64_t)product;
}

/* Below bound, bound > 0; the bias is under 2^-32 for bounds below 2^32. */
static inline uint64_t
hd_random_below(struct hd_random *random, uint64_t bound)
{
    const hd_uint128 product = (hd_uint128)hd_random_next(random) * bound;
    return (uint64_t)(product >> 64);
}

#endif
