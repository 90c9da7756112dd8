/*
 * Deadlock: nobody can run and somebody waits. If tasks wait for each other in
 * a ring, the finding is the ring; who merely waits for one of them is left
 * out of its identity, lest one bug be found in many sizes.
 */
#include "detect/detect.h"

#include <stdlib.h>

#define CYCLE_MAX 64u

static uint64_t
wait_key(const struct hd_case *one, const struct hd_wait *wait)
{
    uint64_t key = wait->place * 31 + wait->op;
    if (wait->object & HD_OBJECT_IS_TASK) {
        return key; /* which task it is may differ from run to run */
    }
    if (wait->object > 0 && wait->object < one->names->object_count) {
        key = key * 31 + one->names->objects[wait->object].place;
    }
    return key;
}

static int
by_value(const void *a, const void *b)
{
    const uint64_t left = *(const uint64_t *)a;
    const uint64_t right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

/* The set of waits, whoever stands in them. */
static void
sign_waits(struct hd_finding *finding, const struct hd_case *one,
           const uint32_t *actors, size_t count)
{
    uint64_t *keys = calloc(count, sizeof(*keys));
    if (keys == NULL) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        keys[i] = wait_key(one, hd_waits_of(&one->waits, actors[i]));
    }
    qsort(keys, count, sizeof(*keys), by_value);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || keys[i] != keys[i - 1]) {
            hd_finding_sign(finding, keys[i]);
        }
    }
    free(keys);
}

static bool
judge_ring(const struct hd_case *one, const uint32_t *ring, size_t length,
           struct hd_finding *finding)
{
    char name[96];
    hd_names_actor(one->names, ring[0], name, sizeof(name));
    if (length == 1) {
        hd_finding_say(finding, "%s waits for itself", name);
    } else {
        hd_finding_say(finding, "%zu tasks wait for each other in a ring",
                       length);
    }
    const struct hd_wait *last = NULL;
    for (size_t i = 0; i < length; i++) {
        const struct hd_wait *wait = hd_waits_of(&one->waits, ring[i]);
        if (last == NULL || wait->record > last->record) {
            last = wait;
        }
    }
    finding->actor = last->actor;
    finding->place = last->place;
    sign_waits(finding, one, ring, length);
    return true;
}

bool
hd_judge_deadlock(const struct hd_case *one, const struct hd_record *record,
                  uint64_t index, struct hd_finding *finding)
{
    uint32_t ring[CYCLE_MAX];
    (void)index;
    const size_t length = hd_waits_cycle(&one->waits, ring, CYCLE_MAX);
    if (length > 0) {
        return judge_ring(one, ring, length, finding);
    }
    const size_t count = one->waits.count;
    uint32_t *actors = calloc(count + 1, sizeof(*actors));
    if (actors == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        actors[i] = one->waits.items[i].actor;
    }
    if (count == 0) {
        hd_finding_say(finding, "the loop waits for ever: nothing is ready, "
                                "nothing is due");
    } else if (count == 1) {
        hd_finding_say(finding,
                       "a task waits for something that nobody will do");
    } else {
        hd_finding_say(finding,
                       "%u tasks wait for something that nobody will do",
                       record->subject);
    }
    if (count > 0) {
        finding->actor = one->waits.items[count - 1].actor;
        finding->place = one->waits.items[count - 1].place;
    }
    sign_waits(finding, one, actors, count);
    free(actors);
    return true;
}
