#include "story.h"

#include "detect/detect.h"
#include "explore/passing.h"
#include "trace/records.h"
#include "trace/token.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- a schedule that deviates where it is told to ---- */

struct order {
    unsigned long at; /* which choice; 0: none */
    unsigned long choices;
    uint32_t deviations;
};

static struct hd_actor *
pick(void *self, const struct hd_view *view)
{
    struct order *order = self;
    if (++order->choices != order->at) {
        return view->first;
    }
    struct hd_actor *last = view->ready[0];
    for (uint32_t i = 1; i < view->ready_count; i++) {
        last = view->ready[i]->id > last->id ? view->ready[i] : last;
    }
    order->deviations += last != view->first;
    return last;
}

static const struct hd_strategy strategy = {
    .name = "order",
    .abi = HD_STRATEGY_ABI,
    .pick = pick,
};

/* ---- the story ---- */

/* The last record of a kind; the log's end if there is none. */
static uint64_t
last_of(const struct hd_log *log, enum hd_record_kind kind)
{
    uint64_t last = log->count;
    for (uint64_t i = hd_record_first(log); i < log->count;
         i = hd_record_next(log, i)) {
        last = hd_record_at(log, i)->kind == kind ? i : last;
    }
    return last;
}

/* The number of an actor with this name, or 0. */
static uint32_t
find_actor(const struct hd_names *names, const char *name)
{
    uint64_t path = 0;
    if (name == NULL || !hd_path_parse(name, strlen(name), &path)) {
        return 0;
    }
    uint32_t actor = names->actor_count - 1;
    while (actor > 0 && names->actors[actor].path != path) {
        actor--;
    }
    return actor;
}

/* What a record says of a place. */
static uint64_t
place_of(const struct hd_log *log, const struct hd_names *names,
         const struct telling *telling, uint32_t actor, uint64_t index)
{
    if (telling->shows_in == HD_LOG_UNRETRIEVED) {
        return names->actors[actor].place;
    }
    const bool has_place = telling->shows_in == HD_LOG_NEVER_AWAITED ||
                           telling->shows_in == HD_LOG_LEFT ||
                           telling->shows_in == HD_LOG_CRASH;
    return has_place && index < log->count ? hd_record_at(log, index)->value
                                           : 0;
}

/* What the detectors make of it. */
static struct hd_finding
detected(const struct hd_log *log, const struct hd_names *names,
         const char *kind)
{
    static struct hd_findings findings;
    const uint32_t count = hd_detect(log, names, 0, &findings);
    for (uint32_t i = 0; i < count; i++) {
        if (strcmp(findings.items[i].kind, kind) == 0) {
            return findings.items[i];
        }
    }
    fail_msg("there is no %s", kind);
    return findings.items[0];
}

/* What is told: as the test says, or as it is detected. */
static struct hd_finding
finding_of(const struct hd_log *log, const struct hd_names *names,
           const struct telling *telling)
{
    if (telling->message == NULL) {
        return detected(log, names, telling->kind);
    }
    const uint32_t actor = find_actor(names, telling->actor);
    struct hd_finding finding = {.kind = telling->kind, .actor = actor};
    finding.record = last_of(log, telling->shows_in);
    finding.place = place_of(log, names, telling, actor, finding.record);
    snprintf(finding.message, sizeof(finding.message), "%s", telling->message);
    return finding;
}

static void
print_story(const struct hd_story *story, char *text)
{
    memset(text, 0, TOLD_BYTES);
    FILE *out = fmemopen(text, TOLD_BYTES - 1, "w");
    assert_non_null(out);
    hd_report_text(story, out);
    fclose(out);
}

/* A run that passes, beside the log that is told; NULL: none. */
static const struct hd_passing *beside;

static void
tell_with(const struct hd_log *log, const struct telling *telling,
          uint32_t deviations, char *text)
{
    struct hd_names names;
    assert_true(hd_names_init(&names, log));
    const struct hd_finding finding = finding_of(log, &names, telling);
    struct hd_token order = {0};
    char error[HD_TOKEN_ERROR_BYTES];
    if (telling->before != NULL) {
        assert_true(hd_token_read(telling->before, &order, error));
    }
    const struct hd_story story = {
        .program = "./programs",
        .test = telling->test,
        .finding = &finding,
        .log = log,
        .names = &names,
        .settings = "any, exact, suspend",
        .token = "hd1:any,exact,suspend:0",
        .executions = 17,
        .reproduced = 10,
        .replays = 10,
        .deviations_found = deviations * 4,
        .deviations_left = deviations,
        .color = telling->color,
        .passing = beside,
        .order = telling->before != NULL ? &order : NULL,
    };
    print_story(&story, text);
    hd_token_finish(&order);
    hd_names_finish(&names);
}

void
tell_log(const struct hd_log *log, const struct telling *telling, char *text)
{
    tell_with(log, telling, 0, text);
}

/* Run it; returns how often the order deviates from fifo. */
static uint32_t
run(const struct telling *telling, const char *at)
{
    struct hd_rules rules = HD_RULES_DEFAULT;
    struct order order = {.at = strtoul(at, NULL, 10)};
    rules.idle_turns_max = 1000;
    sim_explore(telling->main, NULL, &rules, &strategy, &order);
    return order.deviations;
}

/* The log of a run that passes; its records are the caller's to free. */
static void
run_well(const struct telling *telling, struct hd_passing *passing)
{
    run(telling, telling->passing);
    const struct hd_log *log = sim_world()->log;
    const size_t bytes = (log->mask + 1) * sizeof(*log->records);
    passing->found = true;
    passing->log = *log;
    passing->log.records = malloc(bytes);
    assert_non_null(passing->log.records);
    memcpy(passing->log.records, log->records, bytes);
}

void
tell(const struct telling *telling, char *text)
{
    struct hd_passing passing = {.found = false};
    if (telling->passing != NULL) {
        run_well(telling, &passing);
        beside = &passing;
    }
    const uint32_t deviations = run(telling, telling->order);
    tell_with(sim_world()->log, telling, deviations, text);
    beside = NULL;
    free(passing.log.records);
}
