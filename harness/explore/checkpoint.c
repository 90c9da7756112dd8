/*
 * What is kept of a test is the flat part of each job's shared memory, as it
 * is, and its strategies' states, of which each says how much is in use. Since
 * these are bytes of one build of Heddle, its version, byte order, word size
 * and the size of that part must be the same.
 *
 * Only what is between two executions is kept. Whatever was cut short, by a
 * second signal or in the middle of judging a finding, is left out: the search
 * then goes on from an earlier state, and comes to the same.
 */
#include "explore/checkpoint.h"

#include "base/random.h"
#include "detect/detect.h"
#include "explore/covered.h"
#include "explore/expect.h"
#include "explore/packed.h"
#include "explore/sometimes.h"
#include "explore/supervise.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAVE_MS ((uint64_t)30000)
#define SAVE_TIMES 50u /* of what it costs to save, at least */

const char *
hd_kept_name(char name[HD_KEPT_NAME_BYTES], const char *test,
             const char *format, ...)
{
    va_list args;
    const int length = snprintf(name, HD_KEPT_NAME_BYTES, "%.255s/", test);
    va_start(args, format);
    vsnprintf(name + length, HD_KEPT_NAME_BYTES - (size_t)length, format, args);
    va_end(args);
    return name;
}

/* ---- what it is of ---- */

const char *
hd_checkpoint_maker(void)
{
    static char text[80];
    const union {
        uint16_t number;
        unsigned char first;
    } probe = {.number = 1};
    snprintf(text, sizeof(text), "heddle %s, %s-endian, %zu-bit, %zu",
             HD_VERSION, probe.first == 1 ? "little" : "big",
             8 * sizeof(void *), (size_t)HD_REMEMBERED_BYTES);
    return text;
}

/* A hash of the executable, "unknown" if it cannot be read. */
static void
describe_build(struct hd_container *to)
{
    FILE *file = fopen("/proc/self/exe", "r");
    uint64_t words[512];
    uint64_t hash = 0;
    size_t count;
    if (file == NULL) {
        hd_container_set(to, "build", "unknown");
        return;
    }
    memset(words, 0, sizeof(words));
    while ((count = fread(words, 1, sizeof(words), file)) > 0) {
        for (size_t i = 0; i < (count + 7) / 8; i++) {
            hash = hd_mix(hash ^ words[i]);
        }
        memset(words, 0, sizeof(words));
    }
    fclose(file);
    hd_container_set(to, "build", "%016llx", (unsigned long long)hash);
}

/* The kinds that are not looked for, with commas. */
static void
describe_ignored(struct hd_container *to, uint64_t ignored)
{
    char text[1024] = "";
    size_t count;
    size_t at = 0;
    const struct hd_detector *rows = hd_detectors(&count);
    for (size_t i = 0; i < count && at < sizeof(text); i++) {
        if (ignored >> i & 1) {
            at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s",
                                   at > 0 ? "," : "", rows[i].kind);
        }
    }
    if (at > 0) {
        hd_container_set(to, "--ignore", "%s", text);
    }
}

static void
describe_faults(struct hd_container *to, const struct hd_rules *rules)
{
    const uint32_t cancels = rules->cancels_max;
    const uint32_t allocs = rules->allocs_max;
    if (cancels > 0 && allocs > 0) {
        hd_container_set(to, "--faults", "cancel:%u,alloc:%u", cancels, allocs);
    } else if (cancels > 0) {
        hd_container_set(to, "--faults", "cancel:%u", cancels);
    } else if (allocs > 0) {
        hd_container_set(to, "--faults", "alloc:%u", allocs);
    }
}

/* As on the command line, so that they can be read as such. */
static void
describe_settings(struct hd_container *to, const struct hd_settings *settings)
{
    static const char *const clocks[] = {"exact", "jump"};
    const struct hd_rules *rules = &settings->rules;
    hd_container_set(to, "--strategy", "%s", settings->strategy);
    hd_container_set(to, "--seed", "%llu", (unsigned long long)settings->seed);
    hd_container_set(to, "--schedules", "%llu",
                     (unsigned long long)settings->schedules);
    hd_container_set(to, "--points", "%s",
                     rules->points == HD_POINTS_AWAIT ? "await" : "suspend");
    hd_container_set(to, "--order", "%s",
                     rules->order == HD_ORDER_LOOP ? "loop" : "any");
    hd_container_set(to, "--clock", "%s",
                     settings->both_clocks ? "auto" : clocks[rules->clock]);
    if (rules->jumps_max != UINT32_MAX) {
        hd_container_set(to, "--jumps", "%u", rules->jumps_max);
    }
    if (rules->memory == HD_MEMORY_ALL) {
        hd_container_set(to, "--memory", "all");
    } else if (rules->memory == HD_MEMORY_SEEN) {
        hd_container_set(to, "--memory", "seen");
    }
    describe_faults(to, rules);
    describe_ignored(to, settings->ignored);
}

static void
describe(struct hd_container *to, const struct hd_settings *settings,
         const char *tests)
{
    const char *slash = strrchr(settings->program, '/');
    const bool is_shard = settings->shards > 1;
    hd_container_set(to, "made-by", "%s", hd_checkpoint_maker());
    hd_container_set(to, "program", "%s",
                     slash != NULL ? slash + 1 : settings->program);
    describe_build(to);
    hd_container_set(to, "tests", "%s", tests);
    hd_container_set(to, "shard", "%u/%u", is_shard ? settings->shard + 1 : 1,
                     is_shard ? settings->shards : 1);
    hd_container_set(to, "jobs", "%u", settings->jobs > 1 ? settings->jobs : 1);
    describe_settings(to, settings);
}

/* ---- opening ---- */

static bool
refuse(const struct hd_checkpoint *checkpoint, const char *what,
       const char *there, const char *here, char *error)
{
    snprintf(error, HD_CONTAINER_ERROR_BYTES,
             "%.200s is of another search: %s is '%.80s' there and '%.80s' "
             "here",
             checkpoint->path, what, there != NULL ? there : "not set",
             here != NULL ? here : "not set");
    return false;
}

/* It is a setting, or says what the file is of: not how far a test has come. */
static bool
is_header(const char *name)
{
    return strchr(name, '/') == NULL;
}

/* More executions may be asked for; all else must be what it was. */
static bool
check(const struct hd_checkpoint *checkpoint, const struct hd_container *here,
      char *error)
{
    const struct hd_container *there = &checkpoint->kept;
    for (size_t i = 0; i < here->field_count; i++) {
        const struct hd_field *field = &here->fields[i];
        const char *other = hd_container_get(there, field->name);
        if (strcmp(field->name, "--schedules") != 0 &&
            (other == NULL || strcmp(other, field->value) != 0)) {
            return refuse(checkpoint, field->name, other, field->value, error);
        }
    }
    for (size_t i = 0; i < there->field_count; i++) {
        const struct hd_field *field = &there->fields[i];
        if (is_header(field->name) &&
            hd_container_get(here, field->name) == NULL) {
            return refuse(checkpoint, field->name, field->value, NULL, error);
        }
    }
    return true;
}

bool
hd_checkpoint_open(struct hd_checkpoint *checkpoint, const char *path,
                   const struct hd_settings *settings, const char *tests,
                   char error[HD_CONTAINER_ERROR_BYTES])
{
    struct hd_container here = {0};
    *checkpoint = (struct hd_checkpoint){.path = path};
    const enum hd_container_end end =
        hd_container_read(&checkpoint->kept, path, error);
    if (end == HD_CONTAINER_REFUSED) {
        return false;
    }
    checkpoint->saved_ms = hd_supervise_now_ms();
    describe(&here, settings, tests);
    if (end == HD_CONTAINER_ABSENT) {
        checkpoint->kept = here;
        return hd_container_write(&checkpoint->kept, path, error);
    }
    const bool fits = check(checkpoint, &here, error);
    const char *limit = hd_container_get(&checkpoint->kept, "--schedules");
    checkpoint->more =
        limit == NULL || strtoull(limit, NULL, 10) != settings->schedules;
    hd_container_set(&checkpoint->kept, "--schedules", "%llu",
                     (unsigned long long)settings->schedules);
    hd_container_finish(&here);
    return fits;
}

void
hd_checkpoint_close(struct hd_checkpoint *checkpoint)
{
    hd_container_finish(&checkpoint->kept);
}

/* ---- how far a test has come: writing ---- */

static void
put_arm(struct hd_container *to, const char *name, const struct hd_arm *arm)
{
    const struct hd_strategy *strategy = arm->strategy;
    const size_t used = strategy->bytes > 0 && strategy->used != NULL
                            ? strategy->used(arm->self)
                            : strategy->bytes;
    size_t count = 0;
    void *packed = hd_packed_write(arm->self, used, &count);
    if (packed != NULL) {
        hd_container_add(to, name, packed, count);
    }
    to->failed |= packed == NULL;
    free(packed);
}

/* Jobs are numbered through all shards. */
static uint32_t
number_of(const struct hd_explorer *explorer, uint32_t job)
{
    return explorer->settings->shard * explorer->job_count + job;
}

static void
put_coverage(struct hd_container *to, const char *test, uint32_t number,
             const struct hd_coverage *coverage)
{
    char name[HD_KEPT_NAME_BYTES];
    size_t count = 0;
    void *bytes = coverage != NULL ? hd_covered_write(coverage, &count) : NULL;
    if (bytes != NULL) {
        hd_container_add(to,
                         hd_kept_name(name, test, "job/%u/coverage", number),
                         bytes, count);
    }
    to->failed |= coverage != NULL && bytes == NULL;
    free(bytes);
}

/* number: of the job among those of all shards. */
static void
put_job(struct hd_container *to, const char *test, uint32_t number,
        const struct hd_job *job)
{
    char name[HD_KEPT_NAME_BYTES];
    hd_container_add(to, hd_kept_name(name, test, "job/%u/search", number),
                     (const char *)job->shared + HD_REMEMBERED_AT,
                     HD_REMEMBERED_BYTES);
    for (uint32_t i = 0; i < job->plan.arm_count; i++) {
        put_arm(to, hd_kept_name(name, test, "job/%u/arm/%u", number, i),
                &job->plan.arms[i]);
    }
    put_coverage(to, test, number, job->shared->coverage);
}

/* "dfs exact exhaustive", "dpor exact exhaustive assumed". */
static void
name_arm(const struct hd_arm *arm, char *text, size_t bytes)
{
    snprintf(text, bytes, "%s%s%s %s %s%s", arm->strategy->name,
             arm->text[0] != '\0' ? ":" : "", arm->text,
             arm->clock == HD_CLOCK_JUMP ? "jump" : "exact",
             arm->is_exhaustive ? "exhaustive" : "sampler",
             arm->is_assumed ? " assumed" : "");
}

static void
put_state(struct hd_container *to, const struct hd_explorer *explorer)
{
    char name[HD_KEPT_NAME_BYTES];
    char text[128];
    const char *test = explorer->test->name;
    const struct hd_plan *plan = explorer->plan;
    const struct hd_verdict *verdict = explorer->verdict;
    const uint64_t elapsed_ms =
        explorer->earlier_ms + hd_supervise_now_ms() - explorer->start_ms;
    hd_container_set(to, hd_kept_name(name, test, "elapsed-ms"), "%llu",
                     (unsigned long long)elapsed_ms);
    hd_container_set(to, hd_kept_name(name, test, "expect"), "%s",
                     hd_expected(explorer->settings, explorer->test));
    hd_container_set(to, hd_kept_name(name, test, "complete"), "%s",
                     verdict->complete && !verdict->out_of_time ? "yes" : "no");
    for (uint32_t i = 0; i < plan->arm_count; i++) {
        name_arm(&plan->arms[i], text, sizeof(text));
        hd_container_set(to, hd_kept_name(name, test, "arm/%u", i), "%s", text);
    }
    char *sites = hd_sometimes_write();
    if (sites != NULL) {
        hd_container_add(to, hd_kept_name(name, test, "sites"), sites,
                         strlen(sites));
    }
    free(sites);
}

void
hd_checkpoint_save(struct hd_explorer *explorer)
{
    struct hd_checkpoint *checkpoint = explorer->settings->checkpoint;
    char name[HD_KEPT_NAME_BYTES];
    char error[HD_CONTAINER_ERROR_BYTES];
    if (checkpoint == NULL || explorer->verdict->unable) {
        return;
    }
    if (explorer->stopped) {
        fprintf(
            stderr,
            "heddle: note: %s holds the search as it was %llu s ago; it "
            "will go on from there\n",
            checkpoint->path,
            (unsigned long long)(hd_supervise_now_ms() - checkpoint->saved_ms) /
                1000);
        return;
    }
    struct hd_container *kept = &checkpoint->kept;
    const uint64_t start_ms = hd_supervise_now_ms();
    hd_container_drop(kept, hd_kept_name(name, explorer->test->name, "job/"));
    hd_container_drop(kept, hd_kept_name(name, explorer->test->name, "sites"));
    put_state(kept, explorer);
    for (uint32_t i = 0; i < explorer->job_count; i++) {
        put_job(kept, explorer->test->name, number_of(explorer, i),
                &explorer->jobs[i]);
    }
    if (!hd_container_write(kept, checkpoint->path, error)) {
        if (!checkpoint->failed) {
            fprintf(stderr, "heddle: %s\n", error);
        }
        checkpoint->failed = true;
    }
    checkpoint->due = false;
    checkpoint->saved_ms = hd_supervise_now_ms();
    checkpoint->took_ms = checkpoint->saved_ms - start_ms;
}

uint64_t
hd_checkpoint_due_ms(const struct hd_explorer *explorer)
{
    const struct hd_checkpoint *checkpoint = explorer->settings->checkpoint;
    if (checkpoint == NULL) {
        return 0;
    }
    const uint64_t costs = SAVE_TIMES * checkpoint->took_ms;
    return checkpoint->saved_ms + (costs > SAVE_MS ? costs : SAVE_MS);
}

void
hd_checkpoint_keep(struct hd_explorer *explorer)
{
    const struct hd_checkpoint *checkpoint = explorer->settings->checkpoint;
    if (checkpoint != NULL &&
        (checkpoint->due ||
         hd_supervise_now_ms() >= hd_checkpoint_due_ms(explorer))) {
        hd_checkpoint_save(explorer);
    }
}

/* ---- reading ---- */

struct loading {
    struct hd_explorer *explorer;
    const struct hd_container *from;
    char *error;
    size_t bytes;
};

static bool
does_not_fit(const struct loading *loading, const char *what)
{
    snprintf(loading->error, loading->bytes, "%s does not fit: %s",
             loading->explorer->settings->checkpoint->path, what);
    return false;
}

static bool
get_arm(const struct loading *loading, uint32_t job, uint32_t index)
{
    struct hd_explorer *explorer = loading->explorer;
    const struct hd_arm *arm = &explorer->jobs[job].plan.arms[index];
    char name[HD_KEPT_NAME_BYTES];
    char text[128];
    const char *test = explorer->test->name;
    name_arm(arm, text, sizeof(text));
    const char *there = hd_container_get(
        loading->from, hd_kept_name(name, test, "arm/%u", index));
    const struct hd_section *state = hd_container_find(
        loading->from, hd_kept_name(name, test, "job/%u/arm/%u",
                                    number_of(explorer, job), index));
    if (there == NULL || strcmp(there, text) != 0 || state == NULL) {
        return does_not_fit(loading, name);
    }
    hd_shared_clear(arm->self, arm->strategy->bytes);
    return hd_packed_read(arm->self, arm->strategy->bytes, state->bytes,
                          state->count) ||
           does_not_fit(loading, name);
}

static bool
get_coverage(const struct loading *loading, uint32_t job)
{
    const struct hd_explorer *explorer = loading->explorer;
    struct hd_coverage *coverage = explorer->jobs[job].shared->coverage;
    char name[HD_KEPT_NAME_BYTES];
    const struct hd_section *covered = hd_container_find(
        loading->from,
        hd_kept_name(name, explorer->test->name, "job/%u/coverage",
                     number_of(explorer, job)));
    if (coverage == NULL) {
        return true;
    }
    return (covered != NULL &&
            hd_covered_read(coverage, covered->bytes, covered->count)) ||
           does_not_fit(loading, name);
}

static bool
get_job(const struct loading *loading, uint32_t index)
{
    struct hd_job *job = &loading->explorer->jobs[index];
    char name[HD_KEPT_NAME_BYTES];
    const struct hd_section *search = hd_container_find(
        loading->from,
        hd_kept_name(name, loading->explorer->test->name, "job/%u/search",
                     number_of(loading->explorer, index)));
    if (search == NULL || search->count != HD_REMEMBERED_BYTES) {
        return does_not_fit(loading, name);
    }
    memcpy((char *)job->shared + HD_REMEMBERED_AT, search->bytes,
           HD_REMEMBERED_BYTES);
    if (loading->explorer->settings->checkpoint->more) {
        job->shared->stage = 0; /* stages that are over may have more to do */
    }
    for (uint32_t i = 0; i < job->plan.arm_count; i++) {
        if (!get_arm(loading, index, i)) {
            return false;
        }
    }
    return get_coverage(loading, index);
}

static void
get_findings(const struct loading *loading)
{
    struct hd_explorer *explorer = loading->explorer;
    struct hd_kept_finding finding;
    for (uint32_t i = 0; hd_checkpoint_finding(
             loading->from, explorer->test->name, i, &finding);
         i++) {
        const struct hd_detector *row = hd_detector_find(finding.kind);
        hd_discover_note(explorer->verdict,
                         row != NULL ? row->kind : finding.kind);
    }
}

bool
hd_checkpoint_load(struct hd_explorer *explorer, char *error, size_t bytes)
{
    struct hd_checkpoint *checkpoint = explorer->settings->checkpoint;
    char name[HD_KEPT_NAME_BYTES];
    if (checkpoint == NULL) {
        return true;
    }
    const struct loading loading = {.explorer = explorer,
                                    .from = &checkpoint->kept,
                                    .error = error,
                                    .bytes = bytes};
    const char *elapsed = hd_container_get(
        loading.from, hd_kept_name(name, explorer->test->name, "elapsed-ms"));
    if (elapsed == NULL) {
        return true; /* its turn had not come */
    }
    explorer->earlier_ms = strtoull(elapsed, NULL, 10);
    explorer->resumed = true;
    for (uint32_t i = 0; i < explorer->job_count; i++) {
        if (!get_job(&loading, i)) {
            return false;
        }
    }
    get_findings(&loading);
    const struct hd_section *sites = hd_container_find(
        loading.from, hd_kept_name(name, explorer->test->name, "sites"));
    if (sites != NULL) {
        hd_sometimes_read((const char *)sites->bytes);
    }
    return true;
}

/* ---- findings ---- */

static uint32_t
count_findings(const struct hd_container *kept, const char *test)
{
    char name[HD_KEPT_NAME_BYTES];
    uint32_t count = 0;
    while (hd_container_get(kept, hd_kept_name(name, test, "finding/%u/kind",
                                               count)) != NULL) {
        count++;
    }
    return count;
}

void
hd_checkpoint_note(struct hd_checkpoint *checkpoint, const char *test,
                   const struct hd_kept_finding *finding)
{
    struct hd_container *kept = &checkpoint->kept;
    const uint32_t index = count_findings(kept, test);
    char name[HD_KEPT_NAME_BYTES];
    hd_container_set(kept, hd_kept_name(name, test, "finding/%u/kind", index),
                     "%s", finding->kind);
    hd_container_set(kept,
                     hd_kept_name(name, test, "finding/%u/message", index),
                     "%s", finding->message);
    hd_container_set(kept, hd_kept_name(name, test, "finding/%u/token", index),
                     "%s", finding->token);
    hd_container_set(kept,
                     hd_kept_name(name, test, "finding/%u/signature", index),
                     "%016llx", (unsigned long long)finding->signature);
    hd_container_add(kept, hd_kept_name(name, test, "finding/%u", index),
                     finding->report, strlen(finding->report));
    checkpoint->due = true;
}

bool
hd_checkpoint_finding(const struct hd_container *kept, const char *test,
                      uint32_t index, struct hd_kept_finding *out)
{
    char name[HD_KEPT_NAME_BYTES];
    const char *signature = hd_container_get(
        kept, hd_kept_name(name, test, "finding/%u/signature", index));
    const struct hd_section *report =
        hd_container_find(kept, hd_kept_name(name, test, "finding/%u", index));
    *out = (struct hd_kept_finding){
        .kind = hd_container_get(
            kept, hd_kept_name(name, test, "finding/%u/kind", index)),
        .message = hd_container_get(
            kept, hd_kept_name(name, test, "finding/%u/message", index)),
        .token = hd_container_get(
            kept, hd_kept_name(name, test, "finding/%u/token", index)),
        .report = report != NULL ? (const char *)report->bytes : NULL,
        .signature = signature != NULL ? strtoull(signature, NULL, 16) : 0,
    };
    return out->kind != NULL && out->message != NULL && out->token != NULL &&
           out->report != NULL;
}
