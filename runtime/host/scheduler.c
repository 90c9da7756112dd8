#include "host/scheduler.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#define PATH_BYTES 128u

static _Thread_local uint64_t loops_made;

/* ---- the strategies ---- */

void
hd_scheduler_stepped(struct hd_scheduler *scheduler)
{
    if (scheduler->actor == 0) {
        return;
    }
    const uint64_t took_ns = uv_hrtime() - scheduler->began_ns;
    if (took_ns >= scheduler->loop->slow_ns) {
        char path[PATH_BYTES];
        if (!hd_log_path(scheduler->loop->home->log, scheduler->actor, path,
                         sizeof(path))) {
            snprintf(path, sizeof(path), "actor %u", scheduler->actor);
        }
        fprintf(stderr, "heddle: %s held the loop for %.3f ms\n", path,
                (double)took_ns / (double)HD_MS(1));
    }
    scheduler->actor = 0;
}

static struct hd_actor *
pick(void *self, const struct hd_view *view)
{
    struct hd_scheduler *scheduler = self;
    struct hd_actor *actor = view->first;
    if (scheduler->shuffles) {
        actor =
            view->ready[hd_random_below(&scheduler->random, view->ready_count)];
    }
    if (scheduler->times) {
        hd_scheduler_stepped(scheduler);
        scheduler->actor = actor->id;
        scheduler->began_ns = uv_hrtime();
    }
    return actor;
}

static const struct hd_strategy shuffled = {
    .name = "random", .abi = HD_STRATEGY_ABI, .pick = pick};

static const struct hd_strategy timed = {.name = "timed",
                                         .abi = HD_STRATEGY_ABI,
                                         .wants = HD_WANT_SINGLES,
                                         .pick = pick};

static void
install(struct hd_scheduler *scheduler)
{
    struct hd_ready *ready = scheduler->loop->home;
    const struct hd_strategy *picks = scheduler->shuffles ? &shuffled : NULL;
    hd_ready_use(ready, scheduler->times ? &timed : picks, scheduler, true);
}

void
hd_scheduler_time(struct hd_scheduler *scheduler, bool times)
{
    scheduler->times = times;
    scheduler->actor = 0;
    install(scheduler);
}

/* ---- what the environment says ---- */

/* The seed behind "random:"; false if the text is something else. */
static bool
parse(const char *text, uint64_t *out_seed)
{
    static const char word[] = "random:";
    const size_t length = sizeof(word) - 1;
    if (strncmp(text, word, length) != 0) {
        return false;
    }
    char *end;
    const uint64_t seed = strtoull(text + length, &end, 0);
    if (end == text + length || *end != '\0') {
        return false;
    }
    *out_seed = seed;
    return true;
}

void
hd_scheduler_init(struct hd_scheduler *scheduler, struct hd_loop *loop,
                  const char *text)
{
    uint64_t seed;
    memset(scheduler, 0, sizeof(*scheduler));
    scheduler->loop = loop;
    if (text == NULL || strcmp(text, "fifo") == 0) {
        return;
    }
    if (!parse(text, &seed)) {
        fprintf(stderr,
                "heddle: HEDDLE_SCHEDULER=%s: expected fifo or random:SEED\n",
                text);
        return;
    }
    scheduler->shuffles = true;
    scheduler->random.state = hd_mix(seed + loops_made++);
    install(scheduler);
}
