/*
 * Depth-first search: every schedule once.
 *
 * The state is the list of choices of the last execution, as (candidates,
 * taken). The next execution repeats it up to the deepest choice that has an
 * alternative left, and takes that. Since nothing else is remembered, the
 * search goes on where it was even if the process that ran it has died.
 *
 * Shards share the tree in regions. A path's first choices, until the product
 * of their numbers of candidates reaches HD_REGIONS_EACH for each shard, lead
 * to one region; so there are at least that many if the tree is deep enough
 * (the regions' shares, one over that product, add up to one). They are dealt
 * in the order of the search, which all shards see alike. An execution that is
 * over before, all shards run, and all but the first count it as pruned.
 */
#include "base/random.h"
#include "strategy/strategy.h"
#include <stddef.h>

static bool
has_shards(const struct hd_dfs *dfs)
{
    return dfs->shards > 1;
}

static bool
is_ours(const struct hd_dfs *dfs, uint32_t index)
{
    return (dfs->region + index) % dfs->shards == dfs->shard;
}

/* The next alternative of the deepest choice; false if there is none. */
static bool
advance(struct hd_dfs *dfs)
{
    const bool deals = has_shards(dfs) && dfs->boundary == dfs->length;
    struct hd_dfs_choice *choice = &dfs->choices[dfs->length - 1];
    do {
        choice->index++;
    } while (deals && choice->index < choice->count &&
             !is_ours(dfs, choice->index));
    if (choice->index < choice->count) {
        return true;
    }
    if (deals) {
        dfs->region += choice->count;
        dfs->boundary = 0;
    }
    dfs->length--;
    return false;
}

/* Go back to the deepest choice that has an alternative; false: none has. */
static bool
go_back(struct hd_dfs *dfs)
{
    /* An execution that died may have used less than was planned. */
    dfs->length = dfs->depth < dfs->length ? dfs->depth : dfs->length;
    if (dfs->boundary > dfs->length) {
        dfs->boundary = 0;
    }
    dfs->pruned += dfs->passes ||
                   (has_shards(dfs) && dfs->boundary == 0 && dfs->shard > 0);
    while (dfs->length > 0) {
        if (advance(dfs)) {
            return true;
        }
    }
    return false;
}

static bool
begin(void *self, const struct hd_run *run)
{
    struct hd_dfs *dfs = self;
    if (dfs->done || (dfs->begun && !go_back(dfs))) {
        dfs->done = true;
        return false;
    }
    dfs->begun = true;
    dfs->shard = run->shard;
    dfs->shards = run->shards;
    dfs->depth = 0;
    dfs->paths = 1;
    dfs->passes = false;
    return true;
}

/*
 * A new choice of a shard: does it lead to regions? Then take the first of
 * ours, if there is one.
 */
static bool
deal(struct hd_dfs *dfs, struct hd_dfs_choice *choice)
{
    if (dfs->boundary != 0) {
        return true;
    }
    dfs->paths *= choice->count;
    if (dfs->paths < (uint64_t)HD_REGIONS_EACH * dfs->shards) {
        return true;
    }
    dfs->boundary = dfs->length;
    while (choice->index + 1 < choice->count && !is_ours(dfs, choice->index)) {
        choice->index++;
    }
    return is_ours(dfs, choice->index);
}

/* The choice is one of the last execution's. */
static bool
repeat(struct hd_dfs *dfs, const struct hd_dfs_choice *choice, uint32_t count,
       uint64_t hash)
{
    if (choice->count != count || choice->hash != hash) {
        dfs->diverged = true;
        return false;
    }
    if (dfs->boundary == 0) {
        dfs->paths *= count;
    }
    return true;
}

/* The index to take at the next choice; false: this execution is not ours. */
static bool
next_choice(struct hd_dfs *dfs, uint32_t count, uint64_t hash,
            uint32_t *out_index)
{
    bool goes_on = true;
    if (dfs->depth == HD_DFS_DEPTH_MAX) {
        dfs->cut = true;
        *out_index = 0;
        return true;
    }
    struct hd_dfs_choice *choice = &dfs->choices[dfs->depth];
    if (dfs->depth < dfs->length) {
        if (!repeat(dfs, choice, count, hash)) {
            return false;
        }
    } else {
        *choice = (struct hd_dfs_choice){.count = count, .hash = hash};
        dfs->length++;
        goes_on = !has_shards(dfs) || deal(dfs, choice);
    }
    dfs->depth++;
    *out_index = choice->index;
    return goes_on;
}

static struct hd_actor *
pick(void *self, const struct hd_view *view)
{
    struct hd_dfs *dfs = self;
    uint32_t index;
    if (dfs->passes ||
        !next_choice(dfs, view->ready_count,
                     view->trace_hash ^ view->ready_hash, &index)) {
        dfs->passes = true;
        return NULL;
    }
    return hd_view_candidate(view, index);
}

/* Only pick can prune: what is not ours ends there. */
static uint64_t
choose(void *self, const struct hd_view *view, const struct hd_value *value)
{
    struct hd_dfs *dfs = self;
    uint32_t index;
    if (value->bound > UINT32_MAX) {
        dfs->cut = true;
        return 0;
    }
    if (dfs->passes ||
        !next_choice(dfs, (uint32_t)value->bound,
                     view->trace_hash ^ value->actor->path, &index)) {
        dfs->passes = true;
        return 0;
    }
    return index;
}

static void
end(void *self, const struct hd_view *view, enum hd_outcome outcome)
{
    struct hd_dfs *dfs = self;
    (void)view;
    (void)outcome;
    dfs->diverged |= dfs->depth < dfs->length;
}

static bool
diverged(void *self)
{
    struct hd_dfs *dfs = self;
    const bool did = dfs->diverged;
    dfs->diverged = false;
    return did;
}

/* Each choice of n candidates gives a candidate the n-th part of the tree. */
static void
progress(void *self, struct hd_progress *out_progress)
{
    const struct hd_dfs *dfs = self;
    double share = 1;
    out_progress->pruned = dfs->pruned;
    out_progress->cut = dfs->cut;
    out_progress->explored = dfs->done;
    for (uint64_t i = 0; i < dfs->length && share > 1e-18; i++) {
        share /= dfs->choices[i].count;
        out_progress->explored += dfs->choices[i].index * share;
    }
}

static size_t
used(const void *self)
{
    const struct hd_dfs *dfs = self;
    const uint64_t choices =
        dfs->depth > dfs->length ? dfs->depth : dfs->length;
    return offsetof(struct hd_dfs, choices) + choices * sizeof(dfs->choices[0]);
}

const struct hd_strategy hd_strategy_dfs = {
    .name = "dfs",
    .summary = "every schedule, depth first",
    .abi = HD_STRATEGY_ABI,
    .bytes = sizeof(struct hd_dfs),
    .begin = begin,
    .pick = pick,
    .choose = choose,
    .end = end,
    .diverged = diverged,
    .progress = progress,
    .used = used,
};
