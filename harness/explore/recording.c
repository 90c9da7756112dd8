#include "explore/recording.h"

void
hd_recording_begin(struct hd_recording *recording, struct hd_replay *replay,
                   const struct hd_schedule *schedule)
{
    recording->replay = replay;
    recording->strategy = hd_replay_strategy(schedule);
    recording->overfull = false;
    recording->event_count = recording->access_count = 0;
    recording->step_count = recording->stepping = 0;
}

static void
add(struct hd_recording *recording, const struct hd_recorded *event)
{
    if (recording->event_count == HD_RECORDING_EVENTS_MAX) {
        recording->overfull = true;
        return;
    }
    recording->events[recording->event_count++] = *event;
}

/* Where only one can run, the replay is not asked. */
static struct hd_actor *
pick(void *self, const struct hd_view *view)
{
    struct hd_recording *recording = self;
    struct hd_actor *actor = view->first;
    if (view->ready_count > 1 || recording->strategy->wants & HD_WANT_SINGLES) {
        actor = recording->strategy->pick(recording->replay, view);
    }
    if (actor == NULL) {
        return NULL;
    }
    recording->overfull |= recording->step_count++ == HD_RECORDING_STEPS_MAX;
    add(recording, &(struct hd_recorded){.kind = HD_EVENT_STEP,
                                         .actor = actor->id,
                                         .path = actor->path,
                                         .from = recording->access_count});
    recording->stepping = recording->event_count;
    return actor;
}

static uint64_t
choose(void *self, const struct hd_view *view, const struct hd_value *value)
{
    struct hd_recording *recording = self;
    return recording->strategy->choose(recording->replay, view, value);
}

static void
ready(void *self, const struct hd_actor *actor, const struct hd_actor *by)
{
    struct hd_recorded event = {.kind = HD_EVENT_READY_LAST,
                                .actor = actor->id,
                                .by = by != NULL ? by->id : 0,
                                .path = actor->path};
    if (actor->kind == HD_ACTOR_CLOCK) {
        event.kind = HD_EVENT_READY_ASIDE;
    } else if (actor == by && actor->flags & HD_ACTOR_CONTINUES) {
        event.kind = HD_EVENT_READY_FIRST;
    }
    add(self, &event);
}

static void
unready(void *self, const struct hd_actor *actor, const struct hd_actor *by)
{
    add(self, &(struct hd_recorded){.kind = HD_EVENT_UNREADY,
                                    .actor = actor->id,
                                    .by = by != NULL ? by->id : 0,
                                    .path = actor->path});
}

static void
stepped(void *self, const struct hd_actor *actor,
        const struct hd_access *accesses, uint32_t count)
{
    struct hd_recording *recording = self;
    (void)actor;
    if (count > HD_RECORDING_ACCESSES_MAX - recording->access_count ||
        recording->stepping == 0) {
        recording->overfull |= recording->stepping != 0;
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        recording->accesses[recording->access_count++] = accesses[i];
    }
    recording->events[recording->stepping - 1].count = count;
    recording->stepping = 0;
}

const struct hd_strategy hd_strategy_recorded = {
    .name = "recorded",
    .summary = "a replay, with what its steps touch",
    .abi = HD_STRATEGY_ABI,
    .wants = HD_WANT_READY | HD_WANT_STEPS | HD_WANT_SINGLES,
    .bytes = sizeof(struct hd_recording),
    .pick = pick,
    .choose = choose,
    .ready = ready,
    .unready = unready,
    .stepped = stepped,
};
