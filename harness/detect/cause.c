/*
 * One walk over the log for one wait: what was done to its object, by whom, and
 * who was woken by it. Each sort of object then has its own judgement.
 */
#include "detect/cause.h"

#include "trace/records.h"
#include "trace/users.h"
#include <heddle/scheduler.h>
#include <heddle/status.h>

#define CALLED_MAX 16u
#define ACTS (HD_ACT_DROP + 1)

/*
 * Somebody else who was notified while the wait was on, and what came of it.
 * Cancelled before its wait was over, it passes the notification on; after
 * that, holding the lock, it is for the program to do so.
 */
struct called {
    struct hd_deed by;
    uint32_t actor;
    bool took;   /* it has the condition's lock again */
    bool passes; /* it was cancelled before */
};

struct history {
    const struct hd_waits *waits;
    const struct hd_wait *wait;
    uint32_t object;
    uint32_t lock;             /* a condition's, 0 if unknown */
    uint32_t steps;            /* who steps */
    struct hd_deed last[ACTS]; /* of each sort */
    uint32_t counts[ACTS];
    uint32_t of;              /* parties of a barrier */
    struct hd_deed by;        /* who wakes those that are woken now */
    bool wakes;               /* the last record was such an act or wake */
    bool reached, reached_us; /* the last of them woke somebody; us */
    uint32_t looks;           /* how often we had the lock since then */
    uint32_t gives; /* one that was called gives the lock away just now */
    struct called called[CALLED_MAX];
    size_t called_count;
    struct called died, unused; /* the first that was, by.record 0: none */
};

/* ---- reading ---- */

static bool
is_waking(uint8_t act)
{
    return act == HD_ACT_SET || act == HD_ACT_NOTIFY;
}

static void
forget(struct history *history, uint32_t actor)
{
    size_t kept = 0;
    for (size_t i = 0; i < history->called_count; i++) {
        if (history->called[i].actor != actor) {
            history->called[kept++] = history->called[i];
        }
    }
    history->called_count = kept;
}

static struct called *
called_of(struct history *history, uint32_t actor)
{
    for (size_t i = 0; i < history->called_count; i++) {
        if (history->called[i].actor == actor) {
            return &history->called[i];
        }
    }
    return NULL;
}

static void
read_wake(struct history *history, uint32_t actor)
{
    history->reached = true;
    history->reached_us |= actor == history->wait->actor;
    if (history->by.record > history->wait->record &&
        history->called_count < CALLED_MAX) {
        history->called[history->called_count++] =
            (struct called){.by = history->by, .actor = actor};
    }
}

/* The condition's lock: who has it again has got its call. */
static void
read_lock(struct history *history, uint8_t act)
{
    struct called *called = called_of(history, history->steps);
    const bool is_taken = act == HD_ACT_ACQUIRE;
    history->looks += is_taken && history->steps == history->wait->actor;
    if (called == NULL) {
        return;
    }
    if (!is_taken) {
        history->gives = history->steps;
    } else if (called->passes) {
        history->by = called->by;
        history->wakes = true;
        forget(history, history->steps);
    } else {
        called->took = true;
    }
}

static void
read_act(struct history *history, const struct hd_record *record,
         uint64_t index)
{
    const uint32_t steps = history->steps;
    if (history->lock != 0 && record->subject == history->lock) {
        read_lock(history, record->op);
    }
    if (record->subject != history->object || record->op >= ACTS) {
        return;
    }
    history->last[record->op] = (struct hd_deed){.record = index,
                                                 .place = record->value,
                                                 .actor = steps,
                                                 .act = record->op};
    history->counts[record->op]++;
    history->of = record->aux != 0 ? record->aux : history->of;
    history->wakes = is_waking(record->op);
    if (history->wakes) {
        history->by = history->last[record->op];
        history->reached = history->reached_us = false;
        history->looks = 0;
        forget(history, steps); /* it has passed the call on */
    } else if (record->op == HD_ACT_PASS && steps == history->wait->actor) {
        history->reached_us = true; /* it found it set */
    }
}

static void
read_suspend(struct history *history, const struct hd_record *record)
{
    const struct called *called = called_of(history, history->steps);
    const bool gives = called != NULL && history->gives == called->actor;
    if (gives && called->took && record->subject == history->object &&
        history->unused.by.record == 0) {
        history->unused = *called;
    }
    if (gives) {
        forget(history, history->steps);
    }
    history->gives = 0;
}

static void
read_cancel(struct history *history, uint32_t actor)
{
    struct called *called = called_of(history, actor);
    if (called == NULL) {
        return;
    }
    called->passes |= !called->took;
    if (called->took && history->died.by.record == 0) {
        history->died = *called;
    }
}

static void
read(struct history *history, const struct hd_record *record, uint64_t index)
{
    if (record->kind == HD_LOG_WAKE && history->wakes) {
        read_wake(history, record->subject);
        return;
    }
    history->wakes = false;
    if (history->gives != 0 && record->kind != HD_LOG_WAKE &&
        record->kind != HD_LOG_SUSPEND) {
        /* It could do what it was called for. */
        forget(history, history->gives);
        history->gives = 0;
    }
    switch (record->kind) {
    case HD_LOG_STEP:
        history->steps = record->subject;
        break;
    case HD_LOG_OUTSIDE:
        history->steps = 0;
        break;
    case HD_LOG_ACT:
        read_act(history, record, index);
        break;
    case HD_LOG_SUSPEND:
        read_suspend(history, record);
        break;
    case HD_LOG_CANCEL:
        read_cancel(history, record->subject);
        break;
    case HD_LOG_DONE:
        forget(history, record->subject);
        break;
    default:
        break;
    }
}

/* A condition gives its lock away just before it waits. */
static uint32_t
find_lock(const struct hd_log *log, const struct hd_wait *wait)
{
    const uint64_t first = hd_record_first(log);
    for (uint64_t i = wait->record; i-- > first;) {
        const struct hd_record *record = hd_record_at(log, i);
        if (record->kind == HD_LOG_ACT && record->op == HD_ACT_RELEASE) {
            return record->subject;
        }
        if (record->kind != HD_LOG_WAKE) {
            break;
        }
    }
    return 0;
}

static void
read_history(struct history *history, const struct hd_log *log)
{
    for (uint64_t i = hd_record_first(log); i < history->waits->read;
         i = hd_record_next(log, i)) {
        read(history, hd_record_at(log, i), i);
    }
}

/* ---- judging ---- */

static void
blame(struct hd_cause *cause, enum hd_cause_kind kind, struct hd_deed act)
{
    cause->kind = kind;
    cause->act = act;
}

/* The last act of a sort is all that is known; or there has been none. */
static void
judge_last(struct hd_cause *cause, const struct history *history, uint8_t act)
{
    blame(cause, history->counts[act] > 0 ? HD_CAUSE_LAST : HD_CAUSE_NEVER,
          history->last[act]);
    cause->act.act = act;
}

static void
judge_condition(struct hd_cause *cause, const struct history *history)
{
    const struct hd_deed last = history->last[HD_ACT_NOTIFY];
    judge_last(cause, history, HD_ACT_NOTIFY);
    if (history->died.by.record != 0) {
        blame(cause, HD_CAUSE_DIED_WITH, history->died.by);
        cause->who = history->died.actor;
    } else if (history->unused.by.record != 0 &&
               history->unused.by.record == last.record) {
        blame(cause, HD_CAUSE_UNUSED, last);
        cause->who = history->unused.actor;
    } else if (last.record != 0 && last.record < history->wait->record &&
               !history->reached && history->looks <= 1) {
        blame(cause, HD_CAUSE_EARLY, last);
    }
}

static void
judge_event(struct hd_cause *cause, const struct history *history)
{
    const struct hd_deed set = history->last[HD_ACT_SET];
    const struct hd_deed clear = history->last[HD_ACT_CLEAR];
    judge_last(cause, history, HD_ACT_SET);
    if (set.record != 0 && clear.record > set.record && !history->reached_us) {
        blame(cause, HD_CAUSE_CLEARED, set);
        cause->other = clear;
    }
}

static void
judge_future(struct hd_cause *cause, const struct history *history)
{
    judge_last(cause, history, HD_ACT_SET);
    if (history->counts[HD_ACT_DROP] > 0) {
        blame(cause, HD_CAUSE_DROPPED, history->last[HD_ACT_DROP]);
    }
}

static void
judge_barrier(struct hd_cause *cause, const struct history *history)
{
    blame(cause, HD_CAUSE_SHORT, history->last[HD_ACT_RELEASE]);
    cause->count =
        history->counts[HD_ACT_RELEASE] - history->counts[HD_ACT_ACQUIRE];
    cause->of = history->of;
}

static void
judge_get(struct hd_cause *cause, const struct history *history)
{
    const uint32_t put = history->counts[HD_ACT_PUT];
    const uint32_t got = history->counts[HD_ACT_GET];
    judge_last(cause, history, HD_ACT_PUT);
    if (put > 0 || got > 0) {
        cause->kind = HD_CAUSE_USED_UP;
        cause->count = put > got ? put : got; /* before a loop ran: no record */
        cause->other = history->last[HD_ACT_GET];
    }
}

static void
judge_put(struct hd_cause *cause, const struct history *history)
{
    judge_last(cause, history, HD_ACT_GET);
    cause->count = history->counts[HD_ACT_PUT] - history->counts[HD_ACT_GET];
    if (cause->kind == HD_CAUSE_LAST) {
        cause->kind = HD_CAUSE_UNTAKEN;
    }
}

static void
judge_join(struct hd_cause *cause, const struct history *history)
{
    const uint32_t got = history->counts[HD_ACT_GET];
    const uint32_t finished = history->counts[HD_ACT_FINISH];
    const uint32_t put = history->counts[HD_ACT_PUT];
    judge_last(cause, history, HD_ACT_GET);
    if (got > finished) {
        cause->kind = HD_CAUSE_UNDONE;
        cause->count = got - finished;
    } else if (put > got) {
        cause->kind = HD_CAUSE_UNTAKEN;
        cause->count = put - got;
    }
}

/* ---- who keeps it ---- */

static bool
sleeps_for_ever(const struct hd_waits *waits, uint32_t actor)
{
    const struct hd_wait *wait = hd_waits_of(waits, actor);
    return wait != NULL && wait->op == HD_OP_SLEEP &&
           waits->actors[actor].events == 0;
}

/* Did it end because it was cancelled? */
static bool
ended_cancelled(const struct hd_log *log, uint64_t end, uint32_t actor)
{
    const uint64_t first = hd_record_first(log);
    while (end-- > first) {
        const struct hd_record *record = hd_record_at(log, end);
        if (record->kind == HD_LOG_DONE && record->subject == actor) {
            return (int64_t)record->value == HD_E_CANCELLED;
        }
    }
    return false;
}

/* One of the users who have taken it and not given back; the first of them. */
static void
judge_keeper(struct hd_cause *cause, const struct hd_waits *waits,
             const struct hd_log *log, const struct hd_user *user)
{
    const bool ended = hd_waits_has_ended(waits, user->actor);
    if (!ended && !sleeps_for_ever(waits, user->actor)) {
        if (cause->kind < HD_CAUSE_LAST) {
            cause->kind = HD_CAUSE_LAST;
            cause->act = (struct hd_deed){.actor = user->actor,
                                          .place = user->taken_at,
                                          .act = HD_ACT_ACQUIRE};
        }
        return;
    }
    cause->kind = HD_CAUSE_KEPT;
    cause->act = (struct hd_deed){
        .actor = user->actor, .place = user->taken_at, .act = HD_ACT_ACQUIRE};
    cause->count += user->taken > 0 ? (uint32_t)user->taken : 0;
    cause->ended = ended;
    cause->cancelled = ended && ended_cancelled(log, waits->read, user->actor);
}

/* Somebody releases what others take: then nobody holds it, it is a signal. */
static bool
has_givers(const struct hd_users *users, uint32_t object)
{
    const struct hd_user *user = hd_users_of(users, object);
    while (user != NULL && user->taken >= 0) {
        user = hd_users_next(users, user);
    }
    return user != NULL;
}

static void
judge_keepers(struct hd_cause *cause, const struct hd_waits *waits,
              const struct hd_log *log)
{
    struct hd_users users;
    if (!hd_users_init(&users, waits->object_count)) {
        return;
    }
    hd_users_ask(&users, cause->object);
    hd_users_read(&users, log, waits->read);
    const bool is_lock = hd_waits_kind(waits, cause->object) == HD_OBJECT_LOCK;
    const bool is_signal = !is_lock && has_givers(&users, cause->object);
    for (const struct hd_user *user = hd_users_of(&users, cause->object);
         user != NULL && !is_signal; user = hd_users_next(&users, user)) {
        if (is_lock ? user->actor == waits->holders[cause->object]
                    : user->taken > 0) {
            judge_keeper(cause, waits, log, user);
        }
    }
    hd_users_finish(&users);
}

/* Nobody has a unit: it is there to be released by others, as a signal. */
static void
judge_semaphore(struct hd_cause *cause, const struct history *history,
                const struct hd_log *log)
{
    judge_keepers(cause, history->waits, log);
    if (cause->kind == HD_CAUSE_UNKNOWN) {
        judge_last(cause, history, HD_ACT_RELEASE);
    }
}

/* ---- both ---- */

/* A gather that waits for a future: it is the future that matters. */
static uint32_t
what_matters(const struct hd_waits *waits, uint32_t object)
{
    uint32_t at = !(object & HD_OBJECT_IS_TASK) && object < waits->object_count
                      ? waits->families[object]
                      : 0;
    uint32_t found = object;
    for (; at != 0; at = waits->children[at].next) {
        const uint32_t child = waits->children[at].child;
        if (hd_waits_kind(waits, child) == HD_OBJECT_FUTURE) {
            found = child;
        }
    }
    return found;
}

static void
judge(struct hd_cause *cause, const struct history *history,
      const struct hd_log *log)
{
    switch (hd_waits_kind(history->waits, cause->object)) {
    case HD_OBJECT_CONDITION:
        judge_condition(cause, history);
        break;
    case HD_OBJECT_EVENT:
        judge_event(cause, history);
        break;
    case HD_OBJECT_FUTURE:
        judge_future(cause, history);
        break;
    case HD_OBJECT_BARRIER:
        judge_barrier(cause, history);
        break;
    case HD_OBJECT_LOCK:
        judge_keepers(cause, history->waits, log);
        break;
    case HD_OBJECT_SEMAPHORE:
        judge_semaphore(cause, history, log);
        break;
    default:
        break;
    }
}

void
hd_cause_find(struct hd_cause *cause, const struct hd_waits *waits,
              const struct hd_log *log, const struct hd_wait *wait)
{
    struct history history = {.waits = waits, .wait = wait};
    *cause = (struct hd_cause){.wait = wait};
    cause->object = what_matters(waits, wait->object);
    if (wait->op == HD_OP_SLEEP) {
        cause->kind = HD_CAUSE_SLEEPS;
        return;
    }
    if (cause->object == 0 || cause->object & HD_OBJECT_IS_TASK) {
        return;
    }
    history.object = cause->object;
    history.lock = wait->op == HD_OP_CONDITION ? find_lock(log, wait) : 0;
    read_history(&history, log);
    if (wait->op == HD_OP_GET) {
        judge_get(cause, &history);
    } else if (wait->op == HD_OP_PUT) {
        judge_put(cause, &history);
    } else if (wait->op == HD_OP_JOIN) {
        judge_join(cause, &history);
    } else {
        judge(cause, &history, log);
    }
    if (cause->act.actor != 0 && !cause->ended) {
        cause->ended = hd_waits_has_ended(waits, cause->act.actor);
    }
}
