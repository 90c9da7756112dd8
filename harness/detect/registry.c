#include "detect/detect.h"

#include "base/assert.h"
#include "base/random.h"
#include "trace/place.h"
#include "trace/records.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define BIT(kind) (UINT64_C(1) << (kind))

static const struct hd_detector detectors[] = {
    {"always", "a step broke an invariant",
     "Whoever steps next meets the invariant broken.",
     "Make changes that belong together in one step, with no wait in between; "
     "let no wait come between looking and acting, or hold a lock around both.",
     BIT(HD_LOG_ALWAYS), hd_judge_always},
    {"assertion", "a condition that must hold does not",
     "The program does what it says it never does.",
     "Mostly a wait lies between looking and acting, and what was seen is old "
     "by then: let none come between, or hold a lock around both.",
     BIT(HD_LOG_CHECK) | BIT(HD_LOG_POSITIVE), hd_judge_check},
    {"blocking-call", "the loop is held by a call that sleeps",
     "Until it returns no other task makes a step: timers are late, clients "
     "wait.",
     "hd_sleep in the place of sleep; cut a long computation with hd_yield, or "
     "give it to a thread.",
     BIT(HD_LOG_BLOCKING), hd_judge_blocking},
    {"cancel-unsafe", "something goes wrong once a task has been cancelled",
     "Every wait may end in a cancel: who was cancelled leaves the others a "
     "half-done job.",
     "Give back, release and undo on every way out, also when a wait returns "
     "HD_E_CANCELLED; then return that status.",
     BIT(HD_LOG_FAULT), NULL},
    {"crash", "a signal, an exit or a fork ended the program",
     "The program dies, in this order of its tasks if not in all.",
     "Mostly something that was checked before a wait is gone after it: check "
     "it after the wait.",
     BIT(HD_LOG_CRASH) | BIT(HD_LOG_QUIT), hd_judge_crash},
    {"deadlock", "tasks wait for what nobody will do",
     "These tasks never end, nor does whoever waits for them.",
     "If they wait in a ring: take locks in the same order everywhere. If "
     "nobody is left to wake them: release, set or put on every way out, also "
     "where a call fails.",
     BIT(HD_LOG_DEADLOCK) | BIT(HD_LOG_LEFT) | BIT(HD_LOG_PENDING) |
         BIT(HD_LOG_LIVELOCK),
     hd_judge_deadlock},
    {"dirty-read", "a task reads what another is in the middle of changing",
     "What it goes on with has never been: half of it is old.",
     "Work it out aside and publish it in one step, or hold a lock around the "
     "change and around the reading.",
     BIT(HD_LOG_RACE), hd_judge_race},
    {"dirty-write", "a task goes on with what another wrote over its own",
     "What a task puts somewhere for itself is another's when it comes back.",
     "Give each task a variable of its own (hd_local, a local variable, an "
     "argument), or hold a lock until the value is used.",
     BIT(HD_LOG_RACE), hd_judge_race},
    {"foreign-loop", "an object meets another loop than its own",
     "To wake the task would mean to reach into a loop that does not run.",
     "Make futures and tasks on the loop that uses them; what two loops share "
     "is data.",
     BIT(HD_LOG_FOREIGN), hd_judge_foreign},
    {"invalid-call", "a call that its contract forbids",
     "The call does not do what it is there for; the contract forbids it.",
     "Release only what was acquired, set a future once, look at the status of "
     "each acquire: the status above names the rule.",
     BIT(HD_LOG_MISUSE), hd_judge_misuse},
    {"left-early", "the test ended and cancelled tasks that still ran",
     "What they had left to do is not done.",
     "Wait for them before the test ends: hd_await for one, hd_gather or a "
     "group for many.",
     BIT(HD_LOG_LEFT), hd_judge_left},
    {"livelock", "steps without progress, or one that never ends",
     "The program is busy and gets nowhere.",
     "Wait for what is needed (a lock, an event, a queue) in the place of "
     "polling for it.",
     BIT(HD_LOG_LIVELOCK) | BIT(HD_LOG_HANG), hd_judge_livelock},
    {"loop-closed", "a loop is used after it was closed",
     "It works or not, depending on who ran before.",
     "Who creates a loop closes it, at the end; hd_run does both.",
     BIT(HD_LOG_CLOSED), hd_judge_closed},
    {"loop-never-closed", "advice: a loop was made and never closed",
     "Nothing breaks, but its timers, its descriptors and what is left on it "
     "stay with the process.",
     "hd_loop_destroy on every way out, or hd_run, which makes a loop and "
     "closes it.",
     BIT(HD_LOG_UNCLOSED), hd_judge_unclosed},
    {"loop-reused", "a loop or its stop flag is shared between tests",
     "What the second test finds on the loop depends on the first (callbacks, "
     "a stop flag), so the order of the suite decides whether it passes.",
     "A fresh loop for each test: call hd_run, which makes and closes one, or "
     "hd_loop_create and hd_loop_destroy in the test or its fixture.",
     BIT(HD_LOG_REUSED), hd_judge_reused},
    {"lost-update", "a task overwrites what another has just written",
     "What the other wrote is gone, as if it had never run.",
     "Let no wait come between reading and writing, hold a lock around both, "
     "or "
     "look again after the wait.",
     BIT(HD_LOG_RACE), hd_judge_race},
    {"never-awaited", "a coroutine object was dropped without being run",
     "To make a coroutine object runs nothing: its function was never called.",
     "Await it, or start it with hd_task_from_coro and await the task.",
     BIT(HD_LOG_NEVER_AWAITED) | BIT(HD_LOG_LIVELOCK) | BIT(HD_LOG_HANG),
     hd_judge_never},
    {"no-loop", "a call needs a running loop and there is none",
     "The call does nothing but return an error.",
     "Make it in a coroutine that a loop runs; hd_loop_spawn gives a task to a "
     "loop that does not run yet.",
     BIT(HD_LOG_NO_LOOP), hd_judge_no_loop},
    {"nondeterministic-result", "the result depends on the schedule",
     "The same program comes to this or that, depending on who runs when: in "
     "production now and then.",
     "Let no wait come between reading and writing what tasks share, or hold a "
     "lock around both; join results in an order that does not depend on who "
     "was first.",
     BIT(HD_LOG_DIFFERENT), hd_judge_result},
    {"pending-at-close", "a loop was dropped with tasks still pending",
     "The task will never run again, and gives back nothing that it holds.",
     "Run the loop until its last task has ended; cancel and await those that "
     "would not end.",
     BIT(HD_LOG_PENDING), hd_judge_pending},
    {"sequential-await", "advice: coroutines wait in turn, not together",
     "The result is right; it takes the sum of all waits, not the longest of "
     "them.",
     "Start them as tasks (hd_task_spawn, hd_task_from_coro) before the first "
     "await, or hand all of them to hd_gather.",
     BIT(HD_LOG_SEQUENTIAL), hd_judge_sequential},
    {"sometimes", "a condition was true in no schedule",
     "A test that no longer gets where it should looks green.",
     "Change the test so that it gets there; if it cannot, the condition says "
     "something that is not so.",
     BIT(HD_LOG_SOMETIMES), hd_judge_sometimes},
    {"stack-overflow", "a task needed more stack than it has",
     "A task has 256 KiB of stack, and it does not grow.",
     "A loop in the place of the recursion; large buffers on the heap, or "
     "static.",
     BIT(HD_LOG_CRASH), hd_judge_overflow},
    {"stale-handle", "a handle is used whose object is gone",
     "The call does nothing but return an error.",
     "A handle is good until the task that spawned ends: who keeps it longer "
     "calls hd_task_retain, and hd_task_release at the end.",
     BIT(HD_LOG_STALE), hd_judge_stale},
    {"stale-read", "a task acts on what it has read before another wrote it",
     "It goes on from a state that is no longer so.",
     "Look again after the wait, or hold a lock around looking and acting.",
     BIT(HD_LOG_RACE), hd_judge_race},
    {"starvation", "a task is kept from what it waits for",
     "As long as the others go on, the task gets nothing; nothing in the "
     "program ends that.",
     "Let who waits say so (a counter, a flag), and let nobody come before "
     "him; or give each his own queue.",
     BIT(HD_LOG_STARVED), hd_judge_starvation},
    {"swallowed-cancel", "a task was cancelled and dropped that status",
     "Whoever cancelled takes the task for done; a time-out or a group is led "
     "astray.",
     "Clean up, then return HD_E_CANCELLED; neither drop it with (void) nor "
     "return 0 in its place.",
     BIT(HD_LOG_SWALLOWED), hd_judge_swallowed},
    {"timeout", "a step is blocked and does not compute",
     "No other task can run meanwhile, also not the one that would end the "
     "wait.",
     "Wait for something that belongs to the loop: a future, an event, a "
     "queue.",
     BIT(HD_LOG_HANG), hd_judge_timeout},
    {"uncontrolled", "the program itself is nondeterministic",
     "A token may not bring its finding back, and nothing is proved.",
     "Take randomness from hd_random, time from the loop's or C's clock, order "
     "from numbers, not addresses; leave nothing behind for the next "
     "execution.",
     BIT(HD_LOG_UNCONTROLLED), hd_judge_uncontrolled},
    {"unretrieved-error", "a task or future failed and nobody looked",
     "The error is lost: nobody has handled it, nobody has logged it.",
     "Await the task (hd_await, hd_gather), or ask for hd_task_result or "
     "hd_task_error.",
     BIT(HD_LOG_UNRETRIEVED), hd_judge_unretrieved},
    {"use-after-free", "a task uses memory that was given back",
     "What it reads is anybody's, what it writes breaks something else.",
     "Mostly a pointer was taken before a wait and used after it: look it up "
     "again, or count who uses the block and free it with the last.",
     BIT(HD_LOG_RACE), hd_judge_race},
};

#define DETECTORS (sizeof(detectors) / sizeof(detectors[0]))

static_assert(DETECTORS <= HD_DETECTORS_MAX, "a bit each");

const struct hd_detector *
hd_detectors(size_t *out_count)
{
    *out_count = DETECTORS;
    return detectors;
}

const struct hd_detector *
hd_detector_find(const char *kind)
{
    for (size_t i = 0; i < DETECTORS; i++) {
        if (strcmp(detectors[i].kind, kind) == 0) {
            return &detectors[i];
        }
    }
    return NULL;
}

bool
hd_is_ignored(const char *kind, uint64_t ignored)
{
    const struct hd_detector *detector = hd_detector_find(kind);
    return detector != NULL && (ignored >> (detector - detectors) & 1);
}

uint64_t
hd_detect_mask(uint64_t ignored)
{
    uint64_t mask = 0;
    for (size_t i = 0; i < DETECTORS; i++) {
        if (!(ignored & BIT(i))) {
            mask |= detectors[i].judge != NULL ? detectors[i].mask : 0;
        }
    }
    return mask;
}

void
hd_finding_sign(struct hd_finding *finding, uint64_t value)
{
    finding->signature = hd_mix(finding->signature ^ hd_place_of(value));
}

void
hd_finding_sign_actor(struct hd_finding *finding, const struct hd_case *one,
                      uint32_t actor)
{
    if (actor < one->names->actor_count) {
        const uint64_t path = one->names->actors[actor].path;
        finding->signature = hd_mix(finding->signature ^ path);
    }
}

void
hd_finding_sign_text(struct hd_finding *finding, const char *text)
{
    for (; *text != '\0'; text++) {
        hd_finding_sign(finding, (uint8_t)*text);
    }
}

const char *
hd_finding_file(const char *file)
{
    while (strncmp(file, "../", 3) == 0) {
        file += 3;
    }
    return file;
}

uint32_t
hd_case_stepping(const struct hd_case *one, uint64_t index)
{
    return hd_record_stepping(one->log, index);
}

bool
hd_case_is_stuck(const struct hd_case *one, uint32_t actor)
{
    return one->tells_deadlocks && one->rings.count > 0 &&
           actor < one->rings.actor_count && one->rings.stuck[actor];
}

const char *
hd_case_actor(const struct hd_case *one, uint32_t actor, char *text,
              size_t bytes)
{
    const struct hd_names *names = one->names;
    char name[HD_NAME_BYTES];
    hd_names_actor(names, actor, name, sizeof(name));
    const char *given =
        actor < names->actor_count ? names->actors[actor].given : NULL;
    const bool is_main = actor != 0 && strcmp(name, "0") == 0;
    snprintf(text, bytes, "%s%s%s%s", is_main ? "the test" : name,
             given != NULL ? " '" : "", given != NULL ? given : "",
             given != NULL ? "'" : "");
    return text;
}

void
hd_finding_say(struct hd_finding *finding, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(finding->message, sizeof(finding->message), format, args);
    va_end(args);
}

void
hd_finding_add_place(struct hd_finding *finding, const char *what,
                     uint64_t place)
{
    for (size_t i = 0; i < HD_FINDING_PLACES && place != 0; i++) {
        if (finding->also[i].what == NULL) {
            finding->also[i] = (struct hd_finding_place){what, place};
            return;
        }
    }
}

static bool
is_known(const struct hd_findings *findings, uint64_t signature)
{
    for (uint32_t i = 0; i < findings->count; i++) {
        if (findings->items[i].signature == signature) {
            return true;
        }
    }
    return false;
}

static void
note_fault(struct hd_case *one, const struct hd_record *record, uint64_t index)
{
    if (record->op == HD_FAULT_ALLOC) {
        one->refusal = index + 1;
    } else {
        one->cancel = index + 1;
    }
}

/* One detector judges one record, as often as it has more to say. */
static void
judge_with(struct hd_case *one, const struct hd_detector *detector,
           uint64_t index, struct hd_findings *findings)
{
    const struct hd_record *record = hd_record_at(one->log, index);
    bool more = true;
    for (one->part = 0; more && findings->count < HD_FINDINGS_MAX;
         one->part++) {
        struct hd_finding *finding = &findings->items[findings->count];
        *finding = (struct hd_finding){
            .kind = detector->kind,
            .record = index,
        };
        hd_finding_sign_text(finding, detector->kind);
        const bool found = detector->judge(one, record, index, finding);
        more = found && finding->more;
        if (found && hd_finding_blame(finding, one, record) &&
            !hd_is_ignored(finding->kind, one->ignored) &&
            !is_known(findings, finding->signature)) {
            findings->count++;
        }
    }
}

/* Everybody who cares judges one record. */
static void
judge_record(struct hd_case *one, uint64_t index, uint64_t ignored,
             struct hd_findings *findings)
{
    const uint8_t kind = hd_record_at(one->log, index)->kind;
    for (size_t i = 0; i < DETECTORS; i++) {
        if (detectors[i].mask & BIT(kind) && !(ignored & BIT(i))) {
            judge_with(one, &detectors[i], index, findings);
        }
    }
}

/* Who is stuck, where an execution ends. False when out of memory. */
static bool
find_rings(struct hd_case *one, const struct hd_record *record)
{
    const uint64_t ends = BIT(HD_LOG_DEADLOCK) | BIT(HD_LOG_LEFT) |
                          BIT(HD_LOG_PENDING) | BIT(HD_LOG_LIVELOCK);
    const bool found =
        one->rings.ring != NULL && one->rings_at == one->waits.changed_at;
    if (!(ends & BIT(record->kind)) || found) {
        return true;
    }
    hd_rings_finish(&one->rings);
    one->rings_at = one->waits.changed_at;
    return hd_rings_init(&one->rings, &one->waits, one->log,
                         record->kind == HD_LOG_DEADLOCK);
}

uint32_t
hd_detect(const struct hd_log *log, const struct hd_names *names,
          uint64_t ignored, struct hd_findings *findings)
{
    const uint64_t mask = hd_detect_mask(ignored);
    const size_t deadlock = (size_t)(hd_detector_find("deadlock") - detectors);
    struct hd_case one = {.log = log,
                          .names = names,
                          .ignored = ignored,
                          .tells_deadlocks = !(ignored & BIT(deadlock))};
    findings->count = 0;
    bool able = hd_waits_init(&one.waits, names);
    for (uint64_t i = hd_record_first(log); able && i < log->count;
         i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        hd_waits_read(&one.waits, log, i);
        if (record->kind == HD_LOG_FAULT) {
            note_fault(&one, record, i);
        } else if (mask & BIT(record->kind)) {
            able = find_rings(&one, record);
            judge_record(&one, i, ignored, findings);
        }
    }
    hd_rings_finish(&one.rings);
    hd_waits_finish(&one.waits);
    return findings->count;
}
