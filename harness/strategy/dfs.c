/*
 * Depth-first search: every schedule once.
 *
 * The state is the list of choices of the last execution, as (candidates,
 * taken). The next execution repeats it up to the deepest choice that has an
 * alternative left, and takes that. Since nothing else is remembered, the
 * search goes on where it was even if the process that ran it has died.
 */
#include "base/random.h"
#include "strategy/strategy.h"

static bool
begin(void *self, const struct hd_run *run)
{
    struct hd_dfs *dfs = self;
    (void)run;
    if (dfs->begun) {
        /* An execution that died may have used less than was planned. */
        dfs->length = dfs->depth < dfs->length ? dfs->depth : dfs->length;
        while (dfs->length > 0 && dfs->choices[dfs->length - 1].index + 1 ==
                                      dfs->choices[dfs->length - 1].count) {
            dfs->length--;
        }
        if (dfs->length == 0) {
            return false;
        }
        dfs->choices[dfs->length - 1].index++;
    }
    dfs->begun = true;
    dfs->depth = 0;
    return true;
}

/* The index to take at the next choice. */
static bool
next_choice(struct hd_dfs *dfs, uint32_t count, uint64_t hash,
            uint32_t *out_index)
{
    if (dfs->depth == HD_DFS_DEPTH_MAX) {
        dfs->cut = true;
        *out_index = 0;
        return true;
    }
    struct hd_dfs_choice *choice = &dfs->choices[dfs->depth];
    if (dfs->depth < dfs->length) {
        if (choice->count != count || choice->hash != hash) {
            dfs->diverged = true;
            return false;
        }
    } else {
        *choice = (struct hd_dfs_choice){.count = count, .hash = hash};
        dfs->length++;
    }
    dfs->depth++;
    *out_index = choice->index;
    return true;
}

static struct hd_actor *
pick(void *self, const struct hd_view *view)
{
    uint32_t index;
    if (!next_choice(self, view->ready_count,
                     view->trace_hash ^ view->ready_hash, &index)) {
        return NULL;
    }
    return hd_view_candidate(view, index);
}

static uint64_t
choose(void *self, const struct hd_view *view, const struct hd_value *value)
{
    uint32_t index;
    if (value->bound > UINT32_MAX ||
        !next_choice(self, (uint32_t)value->bound,
                     view->trace_hash ^ value->actor->path, &index)) {
        return 0;
    }
    return index;
}

const struct hd_strategy hd_strategy_dfs = {
    .name = "dfs",
    .summary = "every schedule, depth first",
    .abi = HD_STRATEGY_ABI,
    .bytes = sizeof(struct hd_dfs),
    .begin = begin,
    .pick = pick,
    .choose = choose,
};
