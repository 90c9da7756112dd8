/*
 * Deadlock: somebody waits for what nobody will do. If tasks wait for each
 * other in a ring, the finding is the ring, whatever the others do: whether
 * nobody can run, main has ended, the loop was dropped, or the rest spins. Who
 * merely waits for one of the ring is left out of its identity, lest one bug
 * be found in many sizes. Without a ring the finding is those waits in which
 * it is not for another waiting task: what they wait for is the cause.
 */
#include "detect/detect.h"

#include "detect/cause.h"
#include <heddle/scheduler.h>
#include <stdio.h>
#include <stdlib.h>

#define DRAWN_MAX 64u

/* ---- identity ---- */

/*
 * Where it waits, for what sort of thing. Which of them it is, and who waits,
 * may differ from schedule to schedule; so may where it was first used.
 */
static uint64_t
wait_key(const struct hd_wait *wait)
{
    return wait->place * 31 + wait->op;
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
    uint64_t *keys = calloc(count + 1, sizeof(*keys));
    if (keys == NULL) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        keys[i] = wait_key(hd_waits_of(&one->waits, actors[i]));
    }
    qsort(keys, count, sizeof(*keys), by_value);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || keys[i] != keys[i - 1]) {
            hd_finding_sign(finding, keys[i]);
        }
    }
    free(keys);
}

/* ---- a ring ---- */

static void
say_itself(const struct hd_case *one, uint32_t actor,
           struct hd_finding *finding)
{
    const struct hd_wait *wait = hd_waits_of(&one->waits, actor);
    char who[160];
    hd_case_actor(one, actor, who, sizeof(who));
    if (wait->op == HD_OP_LOCK || wait->op == HD_OP_SEMAPHORE) {
        hd_finding_say(finding, "%s waits for a %s that it holds itself", who,
                       wait->op == HD_OP_LOCK ? "lock" : "semaphore");
    } else {
        hd_finding_say(finding, "%s waits for itself", who);
    }
}

/* What the others did, if the ring was not the end of all. */
static const char *
meanwhile(uint8_t kind)
{
    switch (kind) {
    case HD_LOG_LEFT:
        return "; the test has ended without them";
    case HD_LOG_PENDING:
        return "; their loop was closed";
    case HD_LOG_LIVELOCK:
        return "; others go on without end";
    default:
        return "";
    }
}

static bool
judge_ring(const struct hd_case *one, uint32_t ring, uint8_t kind,
           struct hd_finding *finding)
{
    uint32_t drawn[DRAWN_MAX];
    const size_t length = hd_rings_draw(&one->rings, ring, drawn, DRAWN_MAX);
    uint32_t *members = calloc(one->rings.actor_count, sizeof(*members));
    size_t count = 0;
    if (members == NULL) {
        return false;
    }
    const struct hd_wait *last = &(struct hd_wait){.record = 0};
    for (uint32_t i = 1; i < one->rings.actor_count; i++) {
        if (one->rings.ring[i] == ring) {
            const struct hd_wait *wait = hd_waits_of(&one->waits, i);
            members[count++] = i;
            last = wait->record > last->record ? wait : last;
        }
    }
    sign_waits(finding, one, members, count);
    finding->actor = last->actor;
    finding->place = last->place;
    if (count == 1) {
        say_itself(one, members[0], finding);
    } else {
        hd_finding_say(finding, "%zu tasks wait for each other in a ring%s",
                       length > 0 ? length : count, meanwhile(kind));
    }
    free(members);
    return true;
}

/* ---- what is said of a cause ---- */

/* "waits for an event", "sleeps"; many: "wait for an event". */
static const char *
waiting(const struct hd_case *one, const struct hd_cause *cause, bool many)
{
    static const char *const of_op[HD_OP_KINDS] = {
        [HD_OP_SLEEP] = "sleeps",
        [HD_OP_GATHER] = "waits in hd_gather",
        [HD_OP_WAIT] = "waits for the first of several",
        [HD_OP_WAIT_FOR] = "waits in hd_wait_for",
        [HD_OP_GROUP] = "waits for its group",
        [HD_OP_LOCK] = "waits for a lock",
        [HD_OP_EVENT] = "waits for an event",
        [HD_OP_CONDITION] = "waits for a condition",
        [HD_OP_SEMAPHORE] = "waits for a semaphore",
        [HD_OP_BARRIER] = "waits at a barrier",
        [HD_OP_GET] = "waits for an item in a queue",
        [HD_OP_PUT] = "waits for room in a queue",
        [HD_OP_JOIN] = "waits in hd_queue_join",
    };
    static const char *const of_many[HD_OP_KINDS] = {
        [HD_OP_SLEEP] = "sleep",
        [HD_OP_GATHER] = "wait in hd_gather",
        [HD_OP_WAIT] = "wait for the first of several",
        [HD_OP_WAIT_FOR] = "wait in hd_wait_for",
        [HD_OP_GROUP] = "wait for their groups",
        [HD_OP_LOCK] = "wait for a lock",
        [HD_OP_EVENT] = "wait for an event",
        [HD_OP_CONDITION] = "wait for a condition",
        [HD_OP_SEMAPHORE] = "wait for a semaphore",
        [HD_OP_BARRIER] = "wait at a barrier",
        [HD_OP_GET] = "wait for an item in a queue",
        [HD_OP_PUT] = "wait for room in a queue",
        [HD_OP_JOIN] = "wait in hd_queue_join",
    };
    const uint8_t op = cause->wait->op;
    const uint8_t kind = hd_waits_kind(&one->waits, cause->object);
    if (kind == HD_OBJECT_FUTURE) {
        return many ? "wait for a future" : "waits for a future";
    }
    const char *words = op < HD_OP_KINDS ? (many ? of_many : of_op)[op] : NULL;
    return words != NULL ? words : many ? "wait" : "waits";
}

/* "nobody has ever set it" */
static const char *
never(uint8_t act)
{
    static const char *const of_act[] = {
        [HD_ACT_RELEASE] = "nobody has ever released it",
        [HD_ACT_SET] = "nobody has ever set it",
        [HD_ACT_NOTIFY] = "nobody has ever notified it",
        [HD_ACT_PUT] = "nobody has ever put anything into it",
        [HD_ACT_GET] = "nobody has ever got anything out of it",
    };
    const bool known =
        act < sizeof(of_act) / sizeof(*of_act) && of_act[act] != NULL;
    return known ? of_act[act] : "nobody has ever done that";
}

/* "released it", of the last who did. */
static const char *
did(uint8_t act)
{
    static const char *const of_act[] = {
        [HD_ACT_RELEASE] = "released it", [HD_ACT_SET] = "set it",
        [HD_ACT_NOTIFY] = "notified it",  [HD_ACT_PUT] = "put into it",
        [HD_ACT_GET] = "got from it",     [HD_ACT_ACQUIRE] = "took it",
    };
    const bool known =
        act < sizeof(of_act) / sizeof(*of_act) && of_act[act] != NULL;
    return known ? of_act[act] : "used it";
}

static void
say_keeper(const struct hd_cause *cause, const char *who, char *text,
           size_t bytes)
{
    snprintf(text, bytes, "%s took it and %s", who,
             cause->cancelled ? "was cancelled without releasing it"
             : cause->ended   ? "ended without releasing it"
                              : "sleeps for ever");
}

/* The cause in short, "" if there is none to tell. */
static void
say_cause(const struct hd_case *one, const struct hd_cause *cause, char *text,
          size_t bytes)
{
    char actor[160], other[160];
    const uint32_t count = cause->count;
    hd_case_actor(one, cause->act.actor, actor, sizeof(actor));
    hd_case_actor(one, cause->who, other, sizeof(other));
    text[0] = '\0';
    switch (cause->kind) {
    case HD_CAUSE_LAST:
        if (cause->ended) {
            snprintf(text, bytes, "%s, which %s last, has ended", actor,
                     did(cause->act.act));
        }
        break;
    case HD_CAUSE_NEVER:
        snprintf(text, bytes, "%s", never(cause->act.act));
        break;
    case HD_CAUSE_SHORT:
        snprintf(text, bytes, "%u of %u have come", count, cause->of);
        break;
    case HD_CAUSE_USED_UP:
        snprintf(text, bytes,
                 count == 1 ? "the one item that was put has been taken"
                            : "all %u items that were put have been taken",
                 count);
        break;
    case HD_CAUSE_UNTAKEN:
        snprintf(text, bytes, "nobody takes the %u item%s in it any more",
                 count, count == 1 ? "" : "s");
        break;
    case HD_CAUSE_UNDONE:
        snprintf(text, bytes,
                 "%u item%s taken and never called done "
                 "(hd_queue_task_done)",
                 count, count == 1 ? " was" : "s were");
        break;
    case HD_CAUSE_DROPPED:
        snprintf(text, bytes, "%s released its last handle without setting it",
                 actor);
        break;
    case HD_CAUSE_KEPT:
        say_keeper(cause, actor, text, bytes);
        break;
    case HD_CAUSE_UNUSED:
        snprintf(text, bytes, "the last notify woke %s, which waits again",
                 other);
        break;
    case HD_CAUSE_CLEARED:
        snprintf(text, bytes, "it was set, and cleared again, before the wait");
        break;
    case HD_CAUSE_EARLY:
        snprintf(text, bytes,
                 "the notify came before the wait, and woke nobody");
        break;
    case HD_CAUSE_DIED_WITH:
        snprintf(text, bytes, "its notify woke %s, which was cancelled", other);
        break;
    default:
        break;
    }
}

/* The message: `alike` tasks stand in such waits. */
static void
say_wait(const struct hd_case *one, const struct hd_cause *cause, size_t alike,
         struct hd_finding *finding)
{
    char who[160], why[320];
    say_cause(one, cause, why, sizeof(why));
    hd_case_actor(one, cause->wait->actor, who, sizeof(who));
    const char *what = waiting(one, cause, alike > 1);
    const char *colon = why[0] != '\0' ? ": " : "";
    if (alike > 1) {
        hd_finding_say(finding, "%zu tasks %s for ever%s%s", alike, what, colon,
                       why);
    } else {
        hd_finding_say(finding, "%s %s for ever%s%s", who, what, colon, why);
    }
}

/* ---- no ring ---- */

/* Those who wait, but not for another who waits. Returns how many. */
static size_t
find_roots(const struct hd_case *one, uint32_t *roots)
{
    size_t count = 0;
    for (uint32_t i = 1; i < one->waits.actor_count; i++) {
        if (hd_waits_of(&one->waits, i) != NULL && !one->rings.follows[i]) {
            roots[count++] = i;
        }
    }
    return count;
}

/* The root about which most is known; the first of these. */
static struct hd_cause
choose_cause(const struct hd_case *one, const uint32_t *roots, size_t count)
{
    struct hd_cause best = {.kind = HD_CAUSE_UNKNOWN};
    for (size_t i = 0; i < count; i++) {
        const struct hd_wait *wait = hd_waits_of(&one->waits, roots[i]);
        struct hd_cause cause;
        hd_cause_find(&cause, &one->waits, one->log, wait);
        if (i == 0 || cause.kind > best.kind) {
            best = cause;
        }
    }
    return best;
}

static bool
judge_roots(const struct hd_case *one, const uint32_t *roots, size_t count,
            struct hd_finding *finding)
{
    const struct hd_cause cause = choose_cause(one, roots, count);
    size_t alike = 0;
    for (size_t i = 0; i < count; i++) {
        const struct hd_wait *wait = hd_waits_of(&one->waits, roots[i]);
        alike += wait->object == cause.wait->object &&
                 wait_key(wait) == wait_key(cause.wait);
    }
    finding->actor = cause.wait->actor;
    finding->place = cause.wait->place;
    sign_waits(finding, one, roots, count);
    say_wait(one, &cause, alike, finding);
    return true;
}

static bool
judge_rest(const struct hd_case *one, struct hd_finding *finding)
{
    uint32_t *roots = calloc(one->waits.actor_count, sizeof(*roots));
    if (roots == NULL) {
        return false;
    }
    const size_t count = find_roots(one, roots);
    if (count == 0) {
        hd_finding_say(finding, "the loop waits for ever: nothing is ready, "
                                "nothing is due");
    } else {
        judge_roots(one, roots, count, finding);
    }
    free(roots);
    return true;
}

/* ---- both ---- */

bool
hd_judge_deadlock(const struct hd_case *one, const struct hd_record *record,
                  uint64_t index, struct hd_finding *finding)
{
    const struct hd_rings *rings = &one->rings;
    const bool of_one =
        record->kind == HD_LOG_LEFT || record->kind == HD_LOG_PENDING;
    (void)index;
    if (of_one) {
        const uint32_t ring = record->subject < rings->actor_count
                                  ? rings->ring[record->subject]
                                  : 0;
        return ring != 0 && judge_ring(one, ring, record->kind, finding);
    }
    if (rings->count > 0) {
        finding->more = one->part + 1 < rings->count;
        return judge_ring(one, one->part + 1, record->kind, finding);
    }
    return record->kind == HD_LOG_DEADLOCK && judge_rest(one, finding);
}
