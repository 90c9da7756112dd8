/*
 * Sets are written in the order of their members, which are all different. What
 * is read is noted again, as often as it was seen, so the tables need not look
 * alike to mean the same. Places of pairs are distances from the program's code
 * (tracer.c), and the same in every process.
 */
#include "explore/covered.h"

#include <stdlib.h>
#include <string.h>

struct head {
    uint64_t trace_count, pair_count;
    uint64_t full, pairs_full;
    struct hd_coverage_arm arms[HD_COVERAGE_ARMS];
};

static int
compare_traces(const void *a, const void *b)
{
    const struct hd_trace_seen *one = a;
    const struct hd_trace_seen *two = b;
    return (one->hash > two->hash) - (one->hash < two->hash);
}

static int
compare_pairs(const void *a, const void *b)
{
    const struct hd_pair_seen *one = a;
    const struct hd_pair_seen *two = b;
    const int first = (one->first > two->first) - (one->first < two->first);
    const int second =
        (one->second > two->second) - (one->second < two->second);
    return first != 0 ? first : second;
}

/* The members of the table of traces, in order. */
static uint64_t
write_traces(const struct hd_coverage *coverage, struct hd_trace_seen *to)
{
    const uint64_t size = (uint64_t)1 << coverage->bits;
    const struct hd_trace_seen *table = &coverage->traces[size];
    uint64_t count = 0;
    for (uint64_t i = 0; i < size && count < coverage->distinct; i++) {
        if (table[i].hash != 0) {
            to[count++] = table[i];
        }
    }
    qsort(to, count, sizeof(*to), compare_traces);
    return count;
}

static uint64_t
write_pairs(const struct hd_coverage *coverage, struct hd_pair_seen *to)
{
    uint64_t count = 0;
    for (uint64_t i = 0; i < HD_PAIRS_MAX && count < coverage->pair_count;
         i++) {
        const struct hd_pair_seen *pair = &coverage->pairs[i];
        if (pair->second != 0) {
            to[count++] = *pair;
        }
    }
    qsort(to, count, sizeof(*to), compare_pairs);
    return count;
}

void *
hd_covered_write(const struct hd_coverage *coverage, size_t *out_count)
{
    const size_t pairs = coverage->pair_count * sizeof(struct hd_pair_seen);
    const size_t traces = coverage->distinct * sizeof(struct hd_trace_seen);
    struct head head = {.full = coverage->full,
                        .pairs_full = coverage->pairs_full};
    unsigned char *bytes = calloc(1, sizeof(head) + pairs + traces);
    if (bytes == NULL) {
        return NULL;
    }
    memcpy(head.arms, coverage->arms, sizeof(head.arms));
    head.pair_count = write_pairs(coverage, (void *)(bytes + sizeof(head)));
    const size_t at =
        sizeof(head) + head.pair_count * sizeof(struct hd_pair_seen);
    head.trace_count = write_traces(coverage, (void *)(bytes + at));
    memcpy(bytes, &head, sizeof(head));
    *out_count = at + head.trace_count * sizeof(struct hd_trace_seen);
    return bytes;
}

/* ---- adding ---- */

static void
add_trace(struct hd_coverage *coverage, const struct hd_trace_seen *trace)
{
    for (uint32_t arm = 0; arm < HD_COVERAGE_ARMS; arm++) {
        const uint32_t times = trace->seen >> 2 * arm & 3;
        for (uint32_t i = 0; i < times; i++) {
            hd_coverage_note_trace(coverage, arm, trace->hash);
        }
    }
}

static void
add_pair(struct hd_coverage *coverage, const struct hd_pair_seen *pair)
{
    if (pair->forward) {
        hd_coverage_note_pair(coverage, pair->first, pair->second,
                              pair->was_free);
    }
    if (pair->backward) {
        hd_coverage_note_pair(coverage, pair->second, pair->first,
                              pair->was_free);
    }
}

/* Executions are counted by the arms, not by how often traces were noted. */
static void
add(struct hd_coverage *coverage, const struct head *head,
    const struct hd_pair_seen *pairs, const struct hd_trace_seen *traces)
{
    uint64_t executions[HD_COVERAGE_ARMS];
    for (uint32_t i = 0; i < HD_COVERAGE_ARMS; i++) {
        executions[i] = coverage->arms[i].executions + head->arms[i].executions;
    }
    for (uint64_t i = 0; i < head->trace_count; i++) {
        add_trace(coverage, &traces[i]);
    }
    for (uint64_t i = 0; i < head->pair_count; i++) {
        add_pair(coverage, &pairs[i]);
    }
    for (uint32_t i = 0; i < HD_COVERAGE_ARMS; i++) {
        coverage->arms[i].executions = executions[i];
    }
    coverage->full |= head->full != 0;
    coverage->pairs_full |= head->pairs_full != 0;
}

bool
hd_covered_read(struct hd_coverage *coverage, const void *bytes, size_t count)
{
    struct head head;
    if (count < sizeof(head)) {
        return false;
    }
    memcpy(&head, bytes, sizeof(head));
    const size_t left = count - sizeof(head);
    const size_t pairs = head.pair_count * sizeof(struct hd_pair_seen);
    if (head.pair_count > HD_PAIRS_MAX || pairs > left ||
        head.trace_count != (left - pairs) / sizeof(struct hd_trace_seen) ||
        (left - pairs) % sizeof(struct hd_trace_seen) != 0) {
        return false;
    }
    const unsigned char *at = (const unsigned char *)bytes + sizeof(head);
    add(coverage, &head, (const void *)at, (const void *)(at + pairs));
    return true;
}

void
hd_covered_add(struct hd_coverage *coverage, const struct hd_coverage *other)
{
    size_t count;
    void *bytes = hd_covered_write(other, &count);
    if (bytes != NULL) {
        hd_covered_read(coverage, bytes, count);
    }
    free(bytes);
}
