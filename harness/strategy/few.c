/*
 * Every schedule that differs from the default in a few choices at most, each
 * once: depth first, where a choice has alternatives only as long as fewer than
 * so many were taken before it.
 *
 * Not the same as delays: a deviation to whoever comes last in line is one, as
 * it is in a token. What a schedule can be shrunk to is what this finds first.
 *
 * Its text is how many; with a colon and paths behind it, only these actors are
 * ever taken instead of the default.
 *
 * The state is the list of choices of the last execution, as in dfs.c; nothing
 * is lost if the process that ran it has died.
 */
#include "strategy/strategy.h"
#include <stddef.h>
#include <stdlib.h>

/* "2" or "2:5f3c,81d0": paths in hexadecimal. */
static bool
init(void *self, const char *text, uint64_t seed)
{
    struct hd_few *few = self;
    char *end;
    (void)seed;
    few->deviations_max = (uint32_t)strtoul(text, &end, 10);
    bool is_good = end != text;
    few->only_count = 0;
    while (is_good && *end != '\0') {
        text = end + 1;
        is_good = few->only_count < HD_FEW_ONLY_MAX &&
                  *end == (few->only_count == 0 ? ':' : ',');
        if (is_good) {
            few->only[few->only_count++] = strtoull(text, &end, 16);
            is_good = end != text;
        }
    }
    return is_good;
}

/* The last choice is taken back. */
static void
forget_last(struct hd_few *few)
{
    few->length--;
    few->used -= few->choices[few->length].index > 0;
}

/* Go back to the deepest choice with an alternative; false: none has. */
static bool
go_back(struct hd_few *few)
{
    /* An execution that died may have used less than was planned. */
    while (few->length > few->depth) {
        forget_last(few);
    }
    while (few->length > 0) {
        struct hd_few_choice *choice = &few->choices[few->length - 1];
        const uint32_t before = few->used - (choice->index > 0);
        if (choice->index + 1 < choice->count && before < few->deviations_max) {
            choice->index++;
            few->used = before + 1;
            return true;
        }
        forget_last(few);
    }
    return false;
}

static bool
begin(void *self, const struct hd_run *run)
{
    struct hd_few *few = self;
    (void)run;
    if (few->done || (few->begun && !go_back(few))) {
        few->done = true;
        return false;
    }
    few->begun = true;
    few->depth = 0;
    return true;
}

/* The index to take at the next choice; false: it is not that choice. */
static bool
next_choice(struct hd_few *few, uint32_t count, uint64_t hash,
            uint32_t *out_index)
{
    struct hd_few_choice *choice = &few->choices[few->depth];
    *out_index = 0;
    if (few->depth == HD_FEW_DEPTH_MAX) {
        few->cut = true;
        return true;
    }
    if (few->depth == few->length) {
        *choice = (struct hd_few_choice){.count = count, .hash = hash};
        few->length++;
    } else if (choice->count != count || choice->hash != hash) {
        few->diverged = true;
        return false;
    }
    few->depth++;
    *out_index = choice->index;
    return true;
}

/* ---- who may be taken ---- */

static bool
may_be_taken(const struct hd_few *few, const struct hd_actor *actor)
{
    uint32_t i = 0;
    while (i < few->only_count && few->only[i] != actor->path) {
        i++;
    }
    return few->only_count == 0 || i < few->only_count;
}

/* The candidate with this index of those that may be taken; 0: the default. */
static struct hd_actor *
candidate(const struct hd_few *few, const struct hd_view *view, uint32_t index)
{
    if (index == 0 || few->only_count == 0) {
        return hd_view_candidate(view, index);
    }
    uint32_t at = 0;
    while (view->ready[at] == view->first ||
           !may_be_taken(few, view->ready[at]) || --index > 0) {
        at++;
    }
    return view->ready[at];
}

static uint32_t
count_candidates(const struct hd_few *few, const struct hd_view *view)
{
    if (few->only_count == 0) {
        return view->ready_count;
    }
    uint32_t count = 1;
    for (uint32_t i = 0; i < view->ready_count; i++) {
        count +=
            view->ready[i] != view->first && may_be_taken(few, view->ready[i]);
    }
    return count;
}

static struct hd_actor *
pick(void *self, const struct hd_view *view)
{
    struct hd_few *few = self;
    uint32_t index;
    if (few->diverged ||
        !next_choice(few, count_candidates(few, view),
                     view->trace_hash ^ view->ready_hash, &index)) {
        return NULL;
    }
    return candidate(few, view, index);
}

static uint64_t
choose(void *self, const struct hd_view *view, const struct hd_value *value)
{
    struct hd_few *few = self;
    uint32_t index;
    if (few->only_count > 0) {
        return 0;
    }
    if (value->bound > UINT32_MAX) {
        few->cut = true;
        return 0;
    }
    if (!few->diverged) {
        next_choice(few, (uint32_t)value->bound,
                    view->trace_hash ^ value->actor->path, &index);
        return index;
    }
    return 0;
}

static void
end(void *self, const struct hd_view *view, enum hd_outcome outcome)
{
    struct hd_few *few = self;
    (void)view;
    (void)outcome;
    few->diverged |= few->depth < few->length;
}

static bool
diverged(void *self)
{
    struct hd_few *few = self;
    const bool did = few->diverged;
    few->cut |= did;
    few->diverged = false;
    return did;
}

static void
progress(void *self, struct hd_progress *out_progress)
{
    const struct hd_few *few = self;
    out_progress->cut = few->cut;
    out_progress->explored = few->done;
}

static size_t
used(const void *self)
{
    const struct hd_few *few = self;
    const uint64_t choices =
        few->depth > few->length ? few->depth : few->length;
    return offsetof(struct hd_few, choices) + choices * sizeof(few->choices[0]);
}

const struct hd_strategy hd_strategy_few = {
    .name = "few",
    .summary = "every schedule of at most so many deviations",
    .abi = HD_STRATEGY_ABI,
    .bytes = sizeof(struct hd_few),
    .init = init,
    .begin = begin,
    .pick = pick,
    .choose = choose,
    .end = end,
    .diverged = diverged,
    .progress = progress,
    .used = used,
};
