/*
 * The cheapest guess first: the schedule that is known, as far as it fits the
 * stricter settings. Then a hunt, whose first execution is plain fifo.
 */
#include "explore/label.h"

#include "explore/hunt.h"
#include "explore/shrink.h"

/* As much as ten replays and their shrinking cost: some 30 ms. */
#define SCHEDULES_MAX 1000u
#define STEPS_MAX 1000000u

struct search {
    struct hd_attempt *attempt; /* under the stricter settings */
    const struct hd_shared *outer;
    const struct hd_token *token;
    uint64_t signature;
    uint32_t replays;
};

/* Make one setting stricter. False: it is that strict already. */
static bool
tighten(enum hd_label_kind kind, struct hd_settings *settings)
{
    struct hd_rules *rules = &settings->rules;
    switch (kind) {
    case HD_LABEL_ORDER:
        if (rules->order == HD_ORDER_LOOP) {
            return false;
        }
        rules->order = HD_ORDER_LOOP;
        return true;
    case HD_LABEL_POINTS:
        if (rules->points == HD_POINTS_SUSPEND) {
            return false;
        }
        rules->points = HD_POINTS_SUSPEND;
        return true;
    default:
        if (rules->clock == HD_CLOCK_EXACT) {
            return false;
        }
        rules->clock = HD_CLOCK_EXACT;
        return true;
    }
}

/* It shows with this schedule, which is ours: shrink and confirm. */
static void
settle(const struct search *search, struct hd_schedule *schedule,
       struct hd_label *label)
{
    const struct hd_rules *rules = &search->attempt->settings->rules;
    struct hd_token *token = &label->token;
    hd_shrink(search->attempt, schedule, search->signature);
    const struct hd_confirmation done = hd_confirm(
        search->attempt, schedule, search->signature, NULL, search->replays);
    if (!hd_confirm_is_steady(&done)) {
        hd_schedule_finish(schedule);
        return;
    }
    label->verdict = HD_LABEL_HAPPENS;
    *token = *search->token;
    token->order = (uint8_t)rules->order;
    token->clock = (uint8_t)rules->clock;
    token->points = (uint8_t)rules->points;
    token->schedule = *schedule;
}

static void
find(const struct search *search, struct hd_label *label)
{
    struct hd_schedule schedule = {0};
    if (hd_attempt(search->attempt, &search->token->schedule,
                   search->signature)) {
        if (hd_attempt_schedule(search->attempt, &schedule)) {
            settle(search, &schedule, label);
        }
        return;
    }
    const struct hd_hunt hunt = {
        .settings = search->attempt->settings,
        .test = search->attempt->test,
        .outer = search->outer,
        .goal = HD_GOAL_SIGNATURE,
        .signature = search->signature,
        .schedules_max = SCHEDULES_MAX,
        .steps_max = STEPS_MAX,
    };
    struct hd_hunted hunted = hd_hunt(&hunt);
    if (hd_supervise_interrupted() != 0) {
        hd_schedule_finish(&hunted.schedule);
        return;
    }
    if (hunted.found) {
        settle(search, &hunted.schedule, label);
        return;
    }
    label->verdict =
        hunted.exhausted ? HD_LABEL_IMPOSSIBLE : HD_LABEL_NOT_REACHED;
    label->schedules = hunted.schedules;
}

void
hd_labels_find(struct hd_labels *labels, struct hd_attempt *attempt,
               const struct hd_shared *outer, const struct hd_token *token,
               uint64_t signature, uint32_t replays)
{
    const struct hd_settings *as_found = attempt->settings;
    const struct search search = {
        .attempt = attempt,
        .outer = outer,
        .token = token,
        .signature = signature,
        .replays = replays,
    };
    for (uint32_t kind = 0; kind < HD_LABEL_KINDS; kind++) {
        struct hd_settings stricter = *as_found;
        stricter.strict = false;
        labels->items[kind] = (struct hd_label){.verdict = HD_LABEL_NONE};
        if (hd_supervise_interrupted() == 0 &&
            tighten((enum hd_label_kind)kind, &stricter)) {
            attempt->settings = &stricter;
            find(&search, &labels->items[kind]);
            attempt->settings = as_found;
        }
    }
}

void
hd_labels_finish(struct hd_labels *labels)
{
    for (uint32_t kind = 0; kind < HD_LABEL_KINDS; kind++) {
        hd_token_finish(&labels->items[kind].token);
    }
}
