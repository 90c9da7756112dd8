/*
 * The table of traces is open, at most three quarters full, and doubles: each
 * size has a place of its own in the mapping, and counts as soon as it is whole
 * (bits), so a worker that dies in between harms nothing. A small search
 * touches a few pages.
 */
#include "explore/coverage.h"

#include "explore/shared.h"
#include <stddef.h>

struct hd_coverage *
hd_coverage_create(void)
{
    struct hd_coverage *coverage = hd_shared_map(sizeof(*coverage));
    if (coverage != NULL) {
        coverage->bits = HD_TRACE_BITS_MIN;
    }
    return coverage;
}

void
hd_coverage_destroy(struct hd_coverage *coverage)
{
    hd_shared_unmap(coverage, sizeof(*coverage));
}

/* ---- traces ---- */

static struct hd_trace_seen *
find(struct hd_coverage *coverage, uint32_t bits, uint64_t hash)
{
    struct hd_trace_seen *table = &coverage->traces[(uint64_t)1 << bits];
    const uint64_t mask = ((uint64_t)1 << bits) - 1;
    uint64_t at = hash & mask;
    while (table[at].hash != hash && table[at].hash != 0) {
        at = (at + 1) & mask;
    }
    return &table[at];
}

static void
grow(struct hd_coverage *coverage)
{
    const uint64_t size = (uint64_t)1 << coverage->bits;
    const struct hd_trace_seen *old = &coverage->traces[size];
    for (uint64_t i = 0; i < size; i++) {
        if (old[i].hash != 0) {
            *find(coverage, coverage->bits + 1, old[i].hash) = old[i];
        }
    }
    coverage->bits++;
}

/* Room for one more; false: there is none. */
static bool
make_room(struct hd_coverage *coverage)
{
    if (coverage->distinct < (uint64_t)3 << (coverage->bits - 2)) {
        return true;
    }
    if (coverage->bits == HD_TRACE_BITS_MAX) {
        coverage->full = true;
        return false;
    }
    grow(coverage);
    return true;
}

static void
count(struct hd_coverage_arm *arm, uint32_t times_before)
{
    switch (times_before) {
    case 0:
        arm->distinct++;
        arm->once++;
        break;
    case 1:
        arm->once--;
        arm->twice++;
        break;
    case 2:
        arm->twice--;
        break;
    default:
        break;
    }
}

bool
hd_coverage_note_trace(struct hd_coverage *coverage, uint32_t arm,
                       uint64_t hash)
{
    const uint32_t shift = arm % HD_COVERAGE_ARMS * 2;
    hash += hash == 0; /* which means that there is none */
    struct hd_coverage_arm *mine = &coverage->arms[arm % HD_COVERAGE_ARMS];
    mine->executions++;
    struct hd_trace_seen *trace = find(coverage, coverage->bits, hash);
    const bool is_new = trace->hash == 0;
    if (is_new) {
        if (!make_room(coverage)) {
            return false;
        }
        trace = find(coverage, coverage->bits, hash);
        trace->hash = hash;
        coverage->distinct++;
    }
    const uint32_t times = trace->seen >> shift & 3;
    count(mine, times);
    if (times < 3) {
        trace->seen += (uint32_t)1 << shift;
    }
    return is_new;
}

double
hd_coverage_chance(const struct hd_coverage *coverage, uint32_t arm)
{
    const struct hd_coverage_arm *mine =
        &coverage->arms[arm % HD_COVERAGE_ARMS];
    if (mine->executions == 0 || coverage->full) {
        return -1;
    }
    return (double)mine->once / (double)mine->executions;
}

/* ---- pairs ---- */

static struct hd_pair_seen *
find_pair(struct hd_coverage *coverage, uint64_t first, uint64_t second)
{
    uint64_t at = (first * 31 + second) * UINT64_C(0x9e3779b97f4a7c15) >> 51;
    for (uint32_t probes = 0; probes < 64; probes++, at++) {
        struct hd_pair_seen *pair = &coverage->pairs[at % HD_PAIRS_MAX];
        if (pair->first == first && pair->second == second) {
            return pair;
        }
        if (pair->second == 0) {
            coverage->pair_count++;
            pair->first = first;
            pair->second = second;
            return pair;
        }
    }
    coverage->pairs_full = true;
    return NULL;
}

void
hd_coverage_note_pair(struct hd_coverage *coverage, uint64_t from, uint64_t to,
                      bool was_free)
{
    const bool forward = from <= to;
    struct hd_pair_seen *pair =
        forward ? find_pair(coverage, from, to) : find_pair(coverage, to, from);
    if (pair != NULL) {
        pair->forward |= forward;
        pair->backward |= !forward;
        pair->was_free |= was_free;
    }
}

struct hd_pair_count
hd_coverage_count_pairs(const struct hd_coverage *coverage)
{
    struct hd_pair_count all = {0};
    for (uint32_t i = 0; i < HD_PAIRS_MAX; i++) {
        const struct hd_pair_seen *pair = &coverage->pairs[i];
        if (pair->second == 0) {
            continue;
        }
        if (pair->first == pair->second) {
            all.one_place++;
            continue;
        }
        all.seen += (uint64_t)pair->forward + pair->backward;
        all.never += pair->was_free && pair->forward != pair->backward;
    }
    return all;
}
