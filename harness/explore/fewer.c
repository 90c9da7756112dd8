/*
 * Schedules of one deviation, then of two, and so on below what is known. Each
 * bound costs many times what the one before did, so most is said where little
 * is needed; where a bound costs too much nothing is said.
 */
#include "explore/hunt.h"
#include "explore/shrink.h"

/* For all bounds together: a few tenths of a second. */
#define SCHEDULES_MAX UINT64_C(20000)
#define STEPS_MAX UINT64_C(2000000)

static bool
is_worth_it(const struct hd_shrink *shrink)
{
    return shrink->signature != HD_SHOWS_NOTHING && shrink->best->count > 0 &&
           !hd_schedule_has_order(shrink->best) &&
           !hd_shared_is_dear(shrink->attempt->probe) &&
           hd_shrink_may_go_on(shrink);
}

static struct hd_hunted
hunt_below(const struct hd_shrink *shrink, const struct hd_shared *outer,
           uint32_t deviations_max, const struct hd_hunted *spent)
{
    const struct hd_hunt hunt = {
        .settings = shrink->attempt->settings,
        .test = shrink->attempt->test,
        .outer = outer,
        .goal = HD_GOAL_SIGNATURE,
        .signature = shrink->signature,
        .is_bounded = true,
        .deviations_max = deviations_max,
        .schedules_max = SCHEDULES_MAX - spent->schedules,
        .steps_max = STEPS_MAX - spent->steps,
    };
    return hd_hunt(&hunt);
}

/* Plain fifo order is among those that the last search has executed. */
struct hd_shrunk
hd_fewer(struct hd_shrink *shrink, const struct hd_shared *outer)
{
    struct hd_shrunk shrunk = {.least = false};
    struct hd_hunted spent = {.schedules = 0};
    if (!is_worth_it(shrink)) {
        return shrunk;
    }
    for (uint32_t most = 0; most < shrink->best->count; most++) {
        struct hd_hunted hunted = hunt_below(shrink, outer, most, &spent);
        spent.schedules += hunted.schedules;
        spent.steps += hunted.steps;
        if (hunted.found) {
            hd_schedule_finish(shrink->best);
            *shrink->best = hunted.schedule;
            shrunk.least = true;
            return shrunk;
        }
        if (!hunted.exhausted || spent.schedules >= SCHEDULES_MAX ||
            spent.steps >= STEPS_MAX) {
            return shrunk;
        }
        shrunk.fewer = hunted.schedules;
    }
    shrunk.least = true;
    return shrunk;
}
