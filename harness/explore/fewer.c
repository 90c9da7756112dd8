/*
 * Schedules of one deviation, then of two, and so on below what is known. Each
 * bound costs many times what the one before did, so most is said where little
 * is needed; where a bound costs too much nothing is said.
 *
 * And the same with a few actors only: the one in whose step it goes wrong, one
 * on whom that step depends, and who was taken last. Proves nothing, but among
 * a hundred tasks it finds what two of them have done.
 */
#include "explore/hunt.h"
#include "explore/poset.h"
#include "explore/shrink.h"
#include <inttypes.h>
#include <stdio.h>

/* For all bounds together: a few tenths of a second. */
#define SCHEDULES_MAX UINT64_C(20000)
#define STEPS_MAX UINT64_C(2000000)

#define BOUND_MAX 3u /* with a few actors */
#define TEXT_BYTES (16u + HD_FEW_ONLY_MAX * 17u)

static bool
is_worth_it(const struct hd_shrink *shrink)
{
    return shrink->signature != HD_SHOWS_NOTHING && shrink->best->count > 0 &&
           !hd_schedule_has_order(shrink->best) &&
           !hd_shared_is_dear(shrink->attempt->probe) &&
           hd_shrink_may_go_on(shrink);
}

/* One bound; true: it is found, and the best one now. */
static bool
hunt_below(struct hd_shrink *shrink, const struct hd_shared *outer,
           const char *few, struct hd_hunted *spent)
{
    const struct hd_hunt hunt = {
        .settings = shrink->attempt->settings,
        .test = shrink->attempt->test,
        .outer = outer,
        .goal = HD_GOAL_SIGNATURE,
        .signature = shrink->signature,
        .few = few,
        .schedules_max = SCHEDULES_MAX - spent->schedules,
        .steps_max = STEPS_MAX - spent->steps,
    };
    struct hd_hunted hunted = hd_hunt(&hunt);
    if (hunted.found) {
        hd_schedule_finish(shrink->best);
        *shrink->best = hunted.schedule;
    }
    spent->exhausted = hunted.exhausted;
    spent->schedules += hunted.schedules;
    spent->steps += hunted.steps;
    return hunted.found;
}

static bool
is_spent(const struct hd_hunted *spent)
{
    return !spent->exhausted || spent->schedules >= SCHEDULES_MAX ||
           spent->steps >= STEPS_MAX;
}

/* Plain fifo order is among those that the last search has executed. */
static struct hd_shrunk
search_all(struct hd_shrink *shrink, const struct hd_shared *outer)
{
    struct hd_shrunk shrunk = {.least = false};
    struct hd_hunted spent = {.schedules = 0};
    char few[TEXT_BYTES];
    for (uint32_t most = 0; most < shrink->best->count; most++) {
        const uint64_t before = spent.schedules;
        snprintf(few, sizeof(few), "%u", most);
        if (hunt_below(shrink, outer, few, &spent)) {
            shrunk.least = true;
            return shrunk;
        }
        if (is_spent(&spent)) {
            return shrunk;
        }
        shrunk.fewer = spent.schedules - before;
    }
    shrunk.least = true;
    return shrunk;
}

/* ---- a few actors ---- */

struct few_actors {
    uint64_t paths[HD_FEW_ONLY_MAX];
    uint32_t count;
};

static void
add_actor(struct few_actors *actors, uint64_t path)
{
    uint32_t i = 0;
    while (i < actors->count && actors->paths[i] != path) {
        i++;
    }
    if (i == actors->count && i < HD_FEW_ONLY_MAX) {
        actors->paths[actors->count++] = path;
    }
}

/* Whose step it goes wrong in, and the last of those before it. */
static void
add_those_that_matter(struct few_actors *actors, const struct hd_poset *poset,
                      uint32_t focus)
{
    const uint64_t *before = hd_poset_before(poset, focus);
    const uint32_t own = poset->steps[focus].actor;
    add_actor(actors, poset->actors[own].path);
    for (uint32_t i = focus; i-- > 0 && actors->count < 2;) {
        if (before[i / 64] >> (i % 64) & 1) {
            add_actor(actors, poset->actors[poset->steps[i].actor].path);
        }
    }
}

static struct few_actors
choose_actors(struct hd_shrink *shrink)
{
    struct few_actors actors = {.count = 0};
    struct hd_poset poset = {.step_count = 0};
    struct hd_recording *recording = hd_shrink_record(shrink, shrink->best);
    if (recording == NULL) {
        return actors;
    }
    const uint32_t focus = hd_shrink_focus(shrink);
    if (hd_poset_init(&poset, recording) && focus < poset.step_count) {
        add_those_that_matter(&actors, &poset, focus);
        for (size_t i = shrink->best->count; i-- > 0;) {
            add_actor(&actors, shrink->best->items[i].take);
        }
    }
    hd_poset_finish(&poset);
    hd_shrink_forget(recording);
    return actors;
}

static void
search_few_actors(struct hd_shrink *shrink, const struct hd_shared *outer)
{
    struct hd_hunted spent = {.schedules = 0};
    const struct few_actors actors = choose_actors(shrink);
    bool over = actors.count == 0;
    for (uint32_t most = 1;
         !over && most <= BOUND_MAX && most < shrink->best->count; most++) {
        char few[TEXT_BYTES];
        int at = snprintf(few, sizeof(few), "%u", most);
        for (uint32_t i = 0; i < actors.count; i++) {
            at += snprintf(few + at, sizeof(few) - (size_t)at, "%c%" PRIx64,
                           i == 0 ? ':' : ',', actors.paths[i]);
        }
        over = hunt_below(shrink, outer, few, &spent) || is_spent(&spent);
    }
}

static bool
has_values(const struct hd_schedule *schedule)
{
    size_t i = 0;
    while (i < schedule->count && !schedule->items[i].is_value) {
        i++;
    }
    return i < schedule->count;
}

void
hd_few_actors(struct hd_shrink *shrink, const struct hd_shared *outer)
{
    if (is_worth_it(shrink) && !has_values(shrink->best)) {
        search_few_actors(shrink, outer);
    }
}

struct hd_shrunk
hd_fewer(struct hd_shrink *shrink, const struct hd_shared *outer)
{
    struct hd_shrunk shrunk = {.least = false};
    if (is_worth_it(shrink)) {
        shrunk = search_all(shrink, outer);
    }
    return shrunk;
}
