/*
 * The step that breaks an invariant is the last in the log: the invariant is
 * written behind it, and the execution ends as after a failed HD_CHECK.
 */
#include "explore/invariant.h"

#include "base/assert.h"
#include "sim/world.h"
#include "task/here.h"
#include <heddle/test.h>

#define LOCAL_MAX 32u

static HD_GLOBAL struct {
    struct hd_invariant *first, *last; /* of the program */
    struct hd_invariant local[LOCAL_MAX];
    uint32_t local_count;
    bool off;
    hd_watch_fn *also;
} invariants;

void
hd_invariant_register(struct hd_invariant *invariant)
{
    invariant->next = NULL;
    if (invariants.last != NULL) {
        invariants.last->next = invariant;
    } else {
        invariants.first = invariant;
    }
    invariants.last = invariant;
}

HD_NORETURN static void
end_as_broken(const struct hd_invariant *invariant, uint64_t step)
{
    struct hd_log *log = hd_here_log();
    hd_log_text(log,
                (struct hd_record){.kind = HD_LOG_ALWAYS,
                                   .subject = (uint32_t)invariant->line,
                                   .value = step},
                invariant->name);
    hd_log_text(log,
                (struct hd_record){.kind = HD_LOG_ORIGIN,
                                   .value = (uint64_t)invariant->line},
                invariant->file);
    hd_world_abandon(hd_world_here(), HD_OUTCOME_FAILED);
}

static void
look(struct hd_ready *ready)
{
    const uint64_t step = ready->view.step;
    if (invariants.also != NULL) {
        invariants.also(ready);
    }
    for (const struct hd_invariant *item = invariants.first; item != NULL;
         item = item->next) {
        if (!item->holds(item->arg)) {
            end_as_broken(item, step);
        }
    }
    for (uint32_t i = 0; i < invariants.local_count; i++) {
        const struct hd_invariant *item = &invariants.local[i];
        if (!item->holds(item->arg)) {
            end_as_broken(item, step);
        }
    }
}

hd_watch_fn *
hd_invariants_begin(bool off, hd_watch_fn *also)
{
    invariants.local_count = 0;
    invariants.off = off;
    invariants.also = also;
    return invariants.first != NULL && !off ? look : also;
}

bool
hd_invariants_are_on(void)
{
    return invariants.first != NULL && !invariants.off;
}

void
hd_invariants_end_body(void)
{
    invariants.local_count = 0;
}

void
hd_always_at(bool (*holds)(void *arg), void *arg, const char *name,
             const char *file, int line)
{
    struct hd_world *world = hd_world_here();
    if (world == NULL || invariants.off) {
        return;
    }
    HD_ASSERT(invariants.local_count < LOCAL_MAX);
    invariants.local[invariants.local_count++] = (struct hd_invariant){
        .holds = holds, .arg = arg, .name = name, .file = file, .line = line};
    hd_ready_watch(&world->ready, look);
    world->ready.all_conflict = true; /* it sees what each step does */
}
