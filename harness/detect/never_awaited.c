/*
 * Never awaited: a coroutine object that was made and dropped; its function
 * never ran. The runtime says so when the loop is closed.
 *
 * Where an execution has no end, no loop is closed. There it shows in objects
 * that are made again and again at one place, up to the end of the log, and
 * never used; an object or two, or a list of them, may wait for their time.
 */
#include "detect/detect.h"

#include "trace/records.h"
#include <stdlib.h>

#define TIMES_MIN 100u

/* ---- without end ---- */

/* One object: where it was made, 0 once it is used. */
struct made {
    uint64_t place, index;
};

static uint32_t
newest(const struct hd_log *log)
{
    for (uint64_t i = log->count; i-- > hd_record_first(log);) {
        const struct hd_record *record = hd_record_at(log, i);
        if (record->kind == HD_LOG_CORO && record->op == HD_CORO_MADE) {
            return record->subject;
        }
    }
    return 0;
}

static void
read_objects(const struct hd_log *log, struct made *made, uint32_t last)
{
    for (uint64_t i = hd_record_first(log); i < log->count;
         i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        if (record->kind != HD_LOG_CORO || record->subject > last) {
            continue;
        }
        made[record->subject] = (struct made){
            .place = record->op == HD_CORO_MADE ? record->value : 0,
            .index = i,
        };
    }
}

static int
by_place_and_age(const void *a, const void *b)
{
    const struct made *left = a, *right = b;
    if (left->place != right->place) {
        return (left->place > right->place) - (left->place < right->place);
    }
    return (left->index > right->index) - (left->index < right->index);
}

/* Are these, of one place, so many, and made until the end? */
static bool
is_endless(const struct made *first, size_t times, uint64_t late)
{
    return first->place != 0 && times >= TIMES_MIN &&
           first[times - 1].index >= late;
}

/*
 * The first object of the place that makes them without end, NULL if there is
 * none; of several places the one that began first. objects are sorted.
 */
static const struct made *
find_endless(const struct made *objects, size_t count, uint64_t late)
{
    const struct made *found = NULL;
    size_t start = 0;
    for (size_t i = 1; i <= count; i++) {
        if (i < count && objects[i].place == objects[start].place) {
            continue;
        }
        const struct made *first = &objects[start];
        if (is_endless(first, i - start, late) &&
            (found == NULL || first->index < found->index)) {
            found = first;
        }
        start = i;
    }
    return found;
}

static bool
judge_endless(const struct hd_case *one, uint64_t index,
              struct hd_finding *finding)
{
    char name[96];
    const struct hd_log *log = one->log;
    const uint64_t first = hd_record_first(log);
    const uint32_t last = newest(log);
    struct made *objects = calloc((size_t)last + 1, sizeof(*objects));
    if (objects == NULL) {
        return false;
    }
    read_objects(log, objects, last);
    qsort(objects, (size_t)last + 1, sizeof(*objects), by_place_and_age);
    const struct made *object = find_endless(
        objects, (size_t)last + 1, log->count - (log->count - first) / 10);
    if (object != NULL) {
        finding->actor = hd_case_stepping(one, index);
        finding->place = object->place;
        hd_finding_sign(finding, object->place);
        hd_finding_say(
            finding, "coroutines are made by %s without end and never awaited",
            hd_names_actor(one->names, finding->actor, name, sizeof(name)));
    }
    free(objects);
    return object != NULL;
}

bool
hd_judge_never(const struct hd_case *one, const struct hd_record *record,
               uint64_t index, struct hd_finding *finding)
{
    char name[96];
    if (record->kind == HD_LOG_HANG && record->op != 0) {
        return false; /* it is blocked, and makes nothing */
    }
    if (record->kind != HD_LOG_NEVER_AWAITED) {
        return judge_endless(one, index, finding);
    }
    finding->actor = record->subject;
    finding->place = record->value;
    hd_finding_sign(finding, record->value);
    hd_finding_say(
        finding, "a coroutine made by %s was never awaited",
        hd_names_actor(one->names, record->subject, name, sizeof(name)));
    return true;
}
