/*
 * A finding is confirmed by replaying its schedule, each time in a process of
 * its own; so is its shrunk schedule, which is the one that is printed. If the
 * finding does not show every time, or what happens is not the same every
 * time, the program is `uncontrolled`, and that is a finding of its own.
 *
 * What goes wrong after an injected cancellation may go wrong without it, too:
 * the same schedule without its faults is tried first, and what shows there is
 * told as what it is.
 */
#include "explore/discover.h"

#include "base/assert.h"
#include "detect/detect.h"
#include "explore/confirm.h"
#include "explore/label.h"
#include "explore/order.h"
#include "explore/shrink.h"
#include "trace/records.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A longer run is told without who called what: that would take a while. */
#define CALLERS_RECORDS_MAX ((uint64_t)200000)

struct hd_token
hd_discover_token(const struct hd_explorer *explorer)
{
    const struct hd_rules *rules = &explorer->as_found.rules;
    return (struct hd_token){
        .order = (uint8_t)rules->order,
        .clock = (uint8_t)rules->clock,
        .points = (uint8_t)rules->points,
        .faults = {rules->cancels_max, rules->allocs_max},
        .print = hd_token_print_of(explorer->settings->program,
                                   explorer->test->name),
    };
}

/* Where the execution in shared belongs. */
static const struct hd_arm *
arm_of(const struct hd_explorer *explorer)
{
    return &explorer->plan->arms[explorer->shared->arm];
}

void
hd_discover_note(struct hd_verdict *verdict, const char *kind)
{
    verdict->finding_count++;
    for (uint32_t i = 0; i < verdict->kind_count; i++) {
        if (strcmp(verdict->kinds[i], kind) == 0) {
            return;
        }
    }
    if (verdict->kind_count < HD_KINDS_MAX) {
        verdict->kinds[verdict->kind_count++] = kind;
    }
}

/* ---- telling ---- */

/* Tell it as the log shows it. */
static void
tell(struct hd_explorer *explorer, struct hd_discovery *discovery,
     const struct hd_finding *finding, const struct hd_log *log,
     struct hd_token *token)
{
    struct hd_names names;
    if (!hd_names_init(&names, log)) {
        return;
    }
    hd_schedule_finish(&token->schedule);
    hd_schedule_read(&token->schedule, log, &names);
    hd_discover_note(explorer->verdict, finding->kind);
    discovery->finding = finding;
    discovery->log = log;
    discovery->names = &names;
    discovery->token = token;
    discovery->digest = hd_log_digest(log);
    discovery->deviations_left = token->schedule.count;
    explorer->tell(discovery, explorer->context);
    hd_names_finish(&names);
}

/* The record of the step with this number, and who took it. */
static void
point_at_step(const struct hd_log *log, uint64_t step,
              struct hd_finding *finding)
{
    uint64_t seen = 0;
    for (uint64_t i = hd_record_first(log); i < log->count && seen < step;
         i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        if (record->kind == HD_LOG_STEP) {
            seen++;
            finding->record = i;
            finding->actor = record->subject;
        }
    }
}

/* The found execution cannot be had again: tell that, too. */
static void
tell_unsteady(struct hd_explorer *explorer,
              const struct hd_discovery *discovery,
              const struct hd_finding *found,
              const struct hd_confirmation *done)
{
    struct hd_shared *shared = explorer->shared;
    struct hd_token token = hd_discover_token(explorer);
    struct hd_discovery second = *discovery;
    struct hd_finding finding = {.kind = "uncontrolled",
                                 .signature = UINT64_MAX};
    if (hd_shared_is_known(shared, finding.signature)) {
        return;
    }
    hd_shared_learn(shared, finding.signature);
    shared->diverged = true;
    if (done->shown < done->replays) {
        snprintf(finding.message, sizeof(finding.message),
                 "%s shows in %u of %u replays of its schedule%s%s",
                 found->kind, done->shown, done->replays,
                 done->divergence.message[0] != '\0' ? ": " : "",
                 done->divergence.message);
    } else {
        snprintf(finding.message, sizeof(finding.message),
                 "%s shows again, but not in the same way: %s", found->kind,
                 done->divergence.message);
    }
    finding.record = shared->log.count > 0 ? shared->log.count - 1 : 0;
    if (done->divergence.message[0] != '\0') {
        point_at_step(&shared->log, done->divergence.step, &finding);
    }
    tell(explorer, &second, &finding, &shared->log, &token);
    hd_token_finish(&token);
}

/* ---- telling what was found ---- */

/*
 * Shrink the schedule and replay what is left. False if it is not steady: then
 * the schedule as it was found has to do.
 */
static bool
shrink(struct hd_explorer *explorer, struct hd_schedule *schedule,
       uint64_t signature, struct hd_confirmation *done,
       struct hd_shrunk *out_shrunk)
{
    const struct hd_shrunk shrunk = hd_shrink_fully(
        &explorer->attempt, explorer->shared, schedule, signature);
    if (shrunk.changed) {
        const struct hd_confirmation again = hd_confirm(
            &explorer->attempt, schedule, signature, NULL, done->replays);
        if (!hd_confirm_is_steady(&again)) {
            return false;
        }
        *done = again;
    }
    *out_shrunk = shrunk;
    return true;
}

/*
 * What is told beside a finding. Not if nobody reads it, nor where executions
 * are dear.
 */
struct company {
    struct hd_labels labels;
    struct hd_passing passing;
    struct hd_token order;
    bool has_order;
};

static void
find_company(struct hd_explorer *explorer, const struct hd_token *token,
             uint64_t signature, uint32_t replays, struct company *company)
{
    struct hd_attempt *attempt = &explorer->attempt;
    *company = (struct company){.has_order = false};
    if (explorer->settings->no_shrink || explorer->settings->verbosity < 0 ||
        hd_shared_is_dear(explorer->shared)) {
        return;
    }
    hd_labels_find(&company->labels, attempt, explorer->shared, token,
                   signature, replays);
    hd_passing_find(&company->passing, attempt, explorer->shared, token);
    company->has_order =
        hd_order_find(attempt, token, signature, &company->order);
}

static void
finish_company(struct company *company)
{
    hd_labels_finish(&company->labels);
    hd_passing_finish(&company->passing);
    hd_token_finish(&company->order);
}

/* It shows every time: shrink it and tell it as the last attempt shows it. */
static void
tell_steady(struct hd_explorer *explorer, const struct hd_discovery *discovery,
            const struct hd_finding *found, const struct hd_schedule *schedule,
            struct hd_confirmation *done)
{
    struct hd_token token = hd_discover_token(explorer);
    struct hd_finding finding = *found;
    struct hd_discovery told = *discovery;
    struct hd_shrunk shrunk = {.least = false};
    struct company company;
    const struct hd_log *log = &explorer->attempt.probe->log;
    hd_schedule_copy(&token.schedule, schedule);
    if (!explorer->settings->no_shrink &&
        !shrink(explorer, &token.schedule, found->signature, done, &shrunk)) {
        hd_schedule_finish(&token.schedule);
        hd_schedule_copy(&token.schedule, schedule);
    }
    explorer->as_found.callers = log->count < CALLERS_RECORDS_MAX;
    find_company(explorer, &token, found->signature, done->replays, &company);
    /* The last attempt may have shown something else, or told too little. */
    if (explorer->attempt.count != done->attempts ||
        explorer->as_found.callers) {
        hd_attempt(&explorer->attempt, &token.schedule, found->signature);
    }
    explorer->as_found.callers = false;
    if (!hd_attempt_finding(&explorer->attempt, found->signature, &finding)) {
        log = &explorer->shared->log;
        finding = *found;
    }
    told.reproduced = done->shown;
    told.replays = done->replays;
    told.fewer = shrunk.least ? shrunk.fewer : 0;
    told.labels = &company.labels;
    told.passing = &company.passing;
    told.order = company.has_order ? &company.order : NULL;
    tell(explorer, &told, &finding, log, &token);
    finish_company(&company);
    hd_token_finish(&token);
}

/* Tell it as it was found. */
static void
tell_as_found(struct hd_explorer *explorer, struct hd_discovery *discovery,
              const struct hd_finding *found)
{
    struct hd_token token = hd_discover_token(explorer);
    struct hd_finding finding = *found;
    const struct hd_log *log = &explorer->shared->log;
    if (hd_record_at(log, found->record)->kind == HD_LOG_UNCONTROLLED) {
        point_at_step(log, hd_record_at(log, found->record)->subject, &finding);
    }
    tell(explorer, discovery, &finding, log, &token);
    hd_token_finish(&token);
}

/* Measured in real time: it may show or not, whatever the schedule. */
static bool
is_timed(const struct hd_shared *shared, const struct hd_finding *finding)
{
    const struct hd_record *record =
        hd_record_at(&shared->log, finding->record);
    return record->kind == HD_LOG_BLOCKING && record->op != 0;
}

static struct hd_discovery
discovery_of(const struct hd_explorer *explorer,
             const struct hd_schedule *schedule)
{
    const struct hd_shared *shared = explorer->shared;
    const struct hd_arm *arm = arm_of(explorer);
    return (struct hd_discovery){
        .settings = &explorer->as_found,
        .test = explorer->test,
        .strategy = arm->strategy,
        .strategy_text = arm->text,
        .run = shared->run,
        .executions = shared->executions,
        .deviations_found = schedule->count,
    };
}

/* The pilot's log will be overwritten. */
static void
forget_pilot(const struct hd_explorer *explorer)
{
    for (uint32_t i = 0; i < explorer->job_count; i++) {
        explorer->jobs[i].shared->pilot = NULL;
    }
}

/* ---- without faults ---- */

static bool
without_faults(struct hd_schedule *to, const struct hd_schedule *from)
{
    bool *keep = calloc(from->count + 1, sizeof(*keep));
    if (keep == NULL) {
        return false;
    }
    for (size_t i = 0; i < from->count; i++) {
        keep[i] = !from->items[i].is_fault;
    }
    const bool made = hd_schedule_select(to, from, keep);
    free(keep);
    return made;
}

/* The finding comes from no fault: tell it as what it is. */
static void
tell_plain(struct hd_explorer *explorer, const struct hd_finding *plain,
           const struct hd_schedule *schedule, struct hd_confirmation *done)
{
    struct hd_discovery discovery = discovery_of(explorer, schedule);
    hd_shared_learn(explorer->shared, plain->signature);
    tell_steady(explorer, &discovery, plain, schedule, done);
}

/*
 * Does the base of a finding show in the schedule without its faults, too?
 * Then it is told, unless it was before.
 */
static bool
shows_without_faults(struct hd_explorer *explorer,
                     const struct hd_finding *finding,
                     const struct hd_schedule *schedule)
{
    struct hd_schedule plain_schedule;
    struct hd_finding plain;
    if (finding->base == NULL || !without_faults(&plain_schedule, schedule)) {
        return false;
    }
    const uint64_t signature = finding->base_signature;
    forget_pilot(explorer);
    struct hd_confirmation done =
        hd_confirm(&explorer->attempt, &plain_schedule, signature, NULL,
                   hd_confirm_replays(&explorer->shared->log));
    const bool shows =
        done.replays > 0 && hd_confirm_is_steady(&done) &&
        hd_attempt_finding(&explorer->attempt, signature, &plain);
    if (shows) {
        tell_plain(explorer, &plain, &plain_schedule, &done);
    }
    hd_schedule_finish(&plain_schedule);
    return shows;
}

/* ---- one finding ---- */

static void
handle_finding(struct hd_explorer *explorer, const struct hd_finding *finding,
               const struct hd_schedule *schedule)
{
    const struct hd_shared *shared = explorer->shared;
    struct hd_discovery discovery = discovery_of(explorer, schedule);
    if (shows_without_faults(explorer, finding, schedule)) {
        hd_shared_learn(explorer->shared, finding->signature);
        return;
    }
    struct hd_confirmation done = {0};
    if (strcmp(finding->kind, "uncontrolled") != 0 &&
        hd_supervise_interrupted() == 0) {
        forget_pilot(explorer);
        done = hd_confirm(&explorer->attempt, schedule, finding->signature,
                          &shared->log, hd_confirm_replays(&shared->log));
    }
    if (done.replays > 0 && done.shown == 0 && shared->globals_leaked) {
        return; /* other executions' globals; from now on they are restored */
    }
    hd_shared_learn(explorer->shared, finding->signature);
    const bool timed = is_timed(shared, finding) && !done.diverged;
    if (timed && done.replays > 0 && done.shown == 0) {
        return; /* the machine's hiccup */
    }
    if (hd_confirm_is_steady(&done) || (timed && done.shown > 0)) {
        tell_steady(explorer, &discovery, finding, schedule, &done);
        return;
    }
    discovery.reproduced = done.shown;
    discovery.replays = done.replays;
    tell_as_found(explorer, &discovery, finding);
    if (done.replays > 0) {
        tell_unsteady(explorer, &discovery, finding, &done);
    }
}

void
hd_discover(struct hd_explorer *explorer)
{
    static HD_GLOBAL struct hd_findings findings;
    struct hd_shared *shared = explorer->shared;
    struct hd_names names;
    struct hd_schedule schedule;
    if (!hd_names_init(&names, &shared->log)) {
        return;
    }
    hd_detect(&shared->log, &names, explorer->settings->ignored, &findings);
    hd_schedule_read(&schedule, &shared->log, &names);
    explorer->as_found.rules.clock = arm_of(explorer)->clock;
    /* Where it is known to block there is no need to wait as long again. */
    explorer->as_found.watchdog.blocked_ms_max =
        explorer->settings->watchdog.blocked_ms_max / 5;
    hd_shared_copy_reference(explorer->attempt.probe, shared);
    for (uint32_t i = 0; i < findings.count; i++) {
        if (!hd_shared_knows(shared, &findings.items[i])) {
            handle_finding(explorer, &findings.items[i], &schedule);
        }
    }
    hd_schedule_finish(&schedule);
    hd_names_finish(&names);
}

/* How many steps have begun before a record. */
static uint64_t
steps_before(const struct hd_log *log, uint64_t record)
{
    uint64_t count = 0;
    for (uint64_t i = hd_record_first(log); i <= record && i < log->count;
         i = hd_record_next(log, i)) {
        count += hd_record_at(log, i)->kind == HD_LOG_STEP;
    }
    return count;
}

void
hd_discover_replay(struct hd_explorer *explorer)
{
    static HD_GLOBAL struct hd_findings findings;
    const struct hd_shared *probe = explorer->attempt.probe;
    hd_runner_judge(probe, explorer->settings->ignored, &findings);
    for (uint32_t i = 0; i < findings.count; i++) {
        struct hd_token token = hd_discover_token(explorer);
        struct hd_discovery discovery = {
            .settings = explorer->settings,
            .test = explorer->test,
            .strategy = &hd_strategy_replay,
            .strategy_text = "",
            .executions = 1,
            .deviations_found = explorer->settings->replay->schedule.count,
        };
        tell(explorer, &discovery, &findings.items[i], &probe->log, &token);
        hd_token_finish(&token);
    }
    if (findings.count > 0) {
        explorer->verdict->step =
            steps_before(&probe->log, findings.items[0].record);
    }
}
