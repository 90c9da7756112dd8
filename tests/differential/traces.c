/*
 * Searches of all schedules, compared over the programs of a suite.
 *
 * dfs runs every schedule of a small program and tells the truth: the canonical
 * traces that there are (tests/model/trace.h), and what the tasks observe in
 * each. Then
 *
 *   - schedules of one trace must look the same to every task, and there must
 *     be as many of them as there are orders of its steps: else something that
 *     steps do to each other is missing in their footprints;
 *   - a strategy that claims each trace exactly once must do that.
 *
 * usage: traces [OPTIONS] FILE
 *
 *     --strategy=NAME[:TEXT]   to be compared with dfs; may be repeated; sleep
 *                              is the oracle of tests/model
 *     --settings=CLOCK,POINTS  exact,suspend; may be repeated
 *     --schedules=N            programs with more are skipped (2000)
 *     --compared=N             fail if fewer programs were not skipped
 *     --shard=K/N              only the K-th of N parts of the suite
 *     --blind                  ignore a part of the footprints: then something
 *                              must differ
 *     --show                   tell schedules that differ step by step
 */
#include "interpret.h"

#include "base/random.h"
#include "explore/shared.h"
#include "orders.h"
#include "sim/world.h"
#include "sleep.h"
#include "strategy/strategy.h"
#include "tracer.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    STRATEGIES_MAX = 4,
    SETTINGS_MAX = 4,
    TRACES_MAX = 1 << 15, /* of one program; a power of 2 */
    ACTORS_MAX = 64,
    SHOWN_MAX = 10,
    LOG_RECORDS = 1 << 16,
};

struct session {
    struct claim {
        const struct hd_strategy *strategy;
        const char *text;
    } claims[STRATEGIES_MAX];
    size_t strategy_count;
    struct hd_rules settings[SETTINGS_MAX];
    size_t settings_count;
    unsigned long schedules, shard, shards, compared_min;
    bool show, blind;
    const char *file;
    unsigned long compared, skipped, differ, has_new;
    unsigned long long executions, traces, superfluous;
};

/* ---- one execution ---- */

static struct hd_world world;
static struct hd_log events;
static struct hd_record records[LOG_RECORDS];
static struct model_tracer *tracer;

/* What each actor has seen so far; by its path. */
static struct observer {
    uint64_t path, seen;
} observers[ACTORS_MAX];
static size_t observer_count;
static bool tells; /* ... and in words, to be printed */
static char story[1 << 14];
static size_t story_length;

static void
see(const char *text, uint64_t *seen)
{
    for (; *text != '\0'; text++) {
        *seen = hd_mix(*seen ^ (unsigned char)*text);
    }
}

static void
observe(const struct frame *frame, int line, const char *name,
        const char *status)
{
    const struct hd_actor *actor = world.ready.view.last;
    const uint64_t path = actor != NULL ? actor->path : 0;
    size_t at = 0;
    while (at < observer_count && observers[at].path != path) {
        at++;
    }
    if (at == ACTORS_MAX) {
        return;
    }
    if (at == observer_count) {
        observers[observer_count++] = (struct observer){.path = path};
    }
    observers[at].seen = hd_mix(observers[at].seen ^ (uint64_t)line);
    observers[at].seen ^= hd_loop_now(state.loop);
    see(name, &observers[at].seen);
    see(status, &observers[at].seen);
    if (tells && story_length < sizeof(story)) {
        story_length += (size_t)snprintf(
            story + story_length, sizeof(story) - story_length,
            "    %04x.%u %s.%d %s %s\n", (unsigned)(path & 0xffff),
            actor != NULL ? actor->steps : 0, frame->name, line, name, status);
    }
}

static int
run_main(void *arg)
{
    state.listener = observe;
    const int status = main_run(arg);
    objects_finish();
    return status;
}

static void
body(void *arg)
{
    (void)arg;
    (void)hd_run(run_main, NULL);
}

/* Everything but the program. */
static void
forget(void)
{
    const size_t from = offsetof(struct state, listener);
    memset((char *)&state + from, 0, sizeof(state) - from);
    observer_count = 0;
    story_length = 0;
}

static enum hd_outcome
execute(const struct hd_rules *rules)
{
    const struct hd_execution execution = {
        .body = body,
        .rules = rules,
        .strategy = &tracer->strategy,
        .strategy_self = tracer,
        .main_is_root = true,
    };
    forget();
    return hd_world_execute(&world, &execution);
}

/* The tasks' own views, added up, and how it ended. */
static uint64_t
observation(enum hd_outcome outcome)
{
    uint64_t sum = (uint64_t)outcome;
    for (size_t i = 0; i < observer_count; i++) {
        sum += hd_mix(observers[i].path ^ observers[i].seen);
    }
    return sum;
}

/* ---- all executions of one program by one strategy ---- */

struct trace_found {
    uint64_t trace, observation;
    uint64_t runs, orders; /* orders is 0 if it is not known */
};
struct search {
    unsigned long runs, pruned, traces, repeated;
    bool incomplete, has_new;
    struct trace_found *found; /* a table by trace, 0: empty */
    uint64_t ambiguous;        /* a trace with two observations, or 0 */
    bool orders;               /* count them */
};

static struct trace_found *
place_of(struct trace_found *table, uint64_t trace)
{
    size_t at = trace & (TRACES_MAX - 1);
    while (table[at].trace != 0 && table[at].trace != trace) {
        at = (at + 1) & (TRACES_MAX - 1);
    }
    return &table[at];
}

static void
add(struct search *search, uint64_t trace, uint64_t observed)
{
    struct trace_found *found = place_of(search->found, trace);
    if (found->trace == 0) {
        *found = (struct trace_found){
            .trace = trace,
            .observation = observed,
            .runs = 1,
            .orders = search->orders ? model_trace_orders(&tracer->trace) : 0,
        };
        search->traces++;
        return;
    }
    found->runs++;
    search->repeated++;
    if (found->observation != observed) {
        search->ambiguous = trace;
    }
}

static bool
is_void(const struct hd_strategy *strategy, void *self)
{
    struct hd_progress progress = {0};
    if (strategy->progress != NULL) {
        strategy->progress(self, &progress);
    }
    return progress.cut ||
           (strategy->diverged != NULL && strategy->diverged(self));
}

static void
explore(const struct claim *claim, const struct hd_rules *rules,
        unsigned long runs_max, struct search *search)
{
    const struct hd_strategy *strategy = claim->strategy;
    void *self = hd_shared_map(strategy->bytes + 1);
    memset(search->found, 0, TRACES_MAX * sizeof(*search->found));
    if (strategy->init != NULL && !strategy->init(self, claim->text, 1)) {
        search->incomplete = true;
    }
    model_tracer_wrap(tracer, strategy, self);
    for (;;) {
        const struct hd_run run = {.number = search->runs,
                                   .seed = search->runs + 1};
        if (search->runs == runs_max || search->incomplete) {
            search->incomplete = true;
            break;
        }
        if (!tracer->strategy.begin(tracer, &run)) {
            break;
        }
        const enum hd_outcome outcome = execute(rules);
        tracer->strategy.end(tracer, &world.ready.view, outcome);
        search->runs++;
        search->pruned += outcome == HD_OUTCOME_PRUNED;
        search->incomplete |= outcome == HD_OUTCOME_LIMIT ||
                              tracer->overflown || is_void(strategy, self);
        search->has_new |= tracer->has_new;
        if (outcome != HD_OUTCOME_PRUNED) {
            add(search, model_trace_hash(&tracer->trace), observation(outcome));
        }
    }
    hd_shared_unmap(self, strategy->bytes + 1);
}

/* ---- telling ---- */

static const struct claim by_dfs = {.strategy = &hd_strategy_dfs, .text = ""};

static void
print_actor(uint64_t path)
{
    static const char *const kinds[] = {"root",  "task", "callback", "timer",
                                        "clock", "exit", "io"};
    char text[64] = "?";
    const struct model_cause *actor = model_tracer_actor(tracer, path);
    hd_log_path(&events, actor->id, text, sizeof(text));
    printf(" %s %s", kinds[actor->kind], text);
}

static void
print_steps(void)
{
    static const char *const modes[] = {"reads", "writes", "adds"};
    const struct model_trace *trace = &tracer->trace;
    for (uint32_t i = 0; i < trace->count; i++) {
        printf("    step %u", i);
        print_actor(trace->events[i].path);
        printf(" after");
        for (uint32_t j = 0; j < i; j++) {
            if (model_trace_precedes(trace, j, i)) {
                printf(" %u", j);
            }
        }
        printf(":");
        for (uint32_t j = 0; j < trace->events[i].count; j++) {
            const struct hd_access *access =
                &trace->accesses[trace->events[i].first + j];
            printf(" %s%s %05x", access->flags & HD_ACCESS_ENABLES ? "e" : "",
                   modes[access->mode], (unsigned)(access->object & 0xfffff));
        }
        printf("\n");
    }
}

/* Has an execution like this one been shown? Else it has now. */
static bool
was_shown(uint64_t *shown, unsigned *count, uint64_t trace, uint64_t observed)
{
    for (unsigned i = 0; i < *count; i++) {
        if (shown[i] == (trace ^ hd_mix(observed))) {
            return true;
        }
    }
    shown[(*count)++] = trace ^ hd_mix(observed);
    return false;
}

/*
 * Run a strategy again, and print what it did: one execution of each trace, two
 * if they look different. With a trace, only of that.
 */
static void
show(const struct claim *claim, uint64_t wanted, const struct hd_rules *rules,
     unsigned long runs)
{
    const struct hd_strategy *strategy = claim->strategy;
    uint64_t shown[SHOWN_MAX];
    unsigned count = 0;
    void *self = hd_shared_map(strategy->bytes + 1);
    model_tracer_wrap(tracer, strategy, self);
    tells = true;
    if (strategy->init != NULL) {
        strategy->init(self, claim->text, 1);
    }
    for (unsigned long i = 0; i < runs && count < SHOWN_MAX; i++) {
        const struct hd_run run = {.number = i};
        if (!tracer->strategy.begin(tracer, &run)) {
            break;
        }
        const enum hd_outcome outcome = execute(rules);
        tracer->strategy.end(tracer, &world.ready.view, outcome);
        const uint64_t trace = model_trace_hash(&tracer->trace);
        if ((wanted == 0 || trace == wanted) &&
            !was_shown(shown, &count, trace, observation(outcome))) {
            printf("  %s %lu: outcome %d, trace %04x:\n%s", strategy->name, i,
                   (int)outcome, (unsigned)(trace & 0xffff), story);
            print_steps();
        }
    }
    tells = false;
    hd_shared_unmap(self, strategy->bytes + 1);
}

static bool
complain(struct session *session, const struct hd_rules *rules,
         const char *strategy, const char *what)
{
    printf("%s (%s,%s): %s: %s\n", state.program.name,
           rules->clock == HD_CLOCK_JUMP ? "jump" : "exact",
           rules->points == HD_POINTS_AWAIT ? "await" : "suspend", strategy,
           what);
    session->differ++;
    return false;
}

/* ---- comparing ---- */

static struct search truth, other;

static bool
same_traces(void)
{
    for (size_t i = 0; i < TRACES_MAX; i++) {
        const struct trace_found *one = &truth.found[i];
        if (one->trace != 0 && place_of(other.found, one->trace)->observation !=
                                   one->observation) {
            return false;
        }
    }
    return truth.traces == other.traces;
}

/* A trace that has not all its orders; NULL if there is none. */
static const struct trace_found *
lacking(const struct search *search)
{
    for (size_t i = 0; i < TRACES_MAX; i++) {
        const struct trace_found *each = &search->found[i];
        if (each->trace != 0 && each->orders != 0 &&
            each->orders != each->runs) {
            return each;
        }
    }
    return NULL;
}

static bool
check_truth(struct session *session, const struct hd_rules *rules)
{
    char what[100];
    uint64_t wrong = truth.ambiguous;
    if (wrong != 0) {
        complain(session, rules, "dfs", "schedules of one trace differ");
    } else if (lacking(&truth) != NULL) {
        const struct trace_found *each = lacking(&truth);
        wrong = each->trace;
        snprintf(what, sizeof(what), "lacks orders: %lu schedules of %lu",
                 (unsigned long)each->runs, (unsigned long)each->orders);
        complain(session, rules, "dfs", what);
    }
    if (wrong != 0 && session->show) {
        show(&by_dfs, wrong, rules, truth.runs);
    }
    return wrong == 0;
}

static void
clear(struct search *search)
{
    *search = (struct search){.found = search->found};
}

static void
show_both(const struct session *session, const struct hd_rules *rules,
          const struct claim *claim)
{
    if (session->show) {
        show(&by_dfs, 0, rules, truth.runs);
        show(claim, 0, rules, other.runs);
    }
}

static bool
compare_strategy(struct session *session, const struct hd_rules *rules,
                 const struct claim *claim)
{
    const struct hd_strategy *strategy = claim->strategy;
    char what[160];
    clear(&other);
    explore(claim, rules, session->schedules * 4, &other);
    session->superfluous += other.pruned;
    snprintf(what, sizeof(what),
             "%lu schedules, %lu traces; %lu runs, %lu traces, %lu repeated",
             truth.runs, truth.traces, other.runs, other.traces,
             other.repeated);
    if (other.incomplete) {
        return complain(session, rules, strategy->name, "gave up");
    }
    const bool once = strategy != &model_strategy_sleep;
    if (!same_traces() || (once && other.repeated > 0)) {
        show_both(session, rules, claim);
        return complain(session, rules, strategy->name, what);
    }
    return true;
}

static void
compare(struct session *session, const struct hd_rules *rules)
{
    clear(&truth);
    truth.orders = true;
    explore(&by_dfs, rules, session->schedules, &truth);
    if (truth.incomplete || truth.has_new) {
        session->skipped += truth.incomplete;
        session->has_new += truth.has_new;
        return;
    }
    session->compared++;
    session->executions += truth.runs;
    session->traces += truth.traces;
    if (!check_truth(session, rules)) {
        return;
    }
    for (size_t i = 0; i < session->strategy_count; i++) {
        compare_strategy(session, rules, &session->claims[i]);
    }
}

/* ---- the suite ---- */

static void
refuse(const char *what)
{
    fprintf(stderr, "traces: %s\n", what);
    exit(2);
}

static void
add_settings(struct session *session, const char *text)
{
    if (session->settings_count == SETTINGS_MAX) {
        refuse("too many settings");
    }
    struct hd_rules *rules = &session->settings[session->settings_count++];
    *rules = HD_RULES_DEFAULT;
    rules->clock =
        strncmp(text, "jump", 4) == 0 ? HD_CLOCK_JUMP : HD_CLOCK_EXACT;
    rules->points =
        strstr(text, "await") != NULL ? HD_POINTS_AWAIT : HD_POINTS_SUSPEND;
}

static void
add_strategy(struct session *session, const char *name)
{
    const size_t length = strcspn(name, ":");
    const struct hd_strategy *strategy = strcmp(name, "sleep") == 0
                                             ? &model_strategy_sleep
                                             : hd_strategy_find(name, length);
    if (strategy == NULL || session->strategy_count == STRATEGIES_MAX) {
        refuse(name);
    }
    session->claims[session->strategy_count++] = (struct claim){
        .strategy = strategy,
        .text = name[length] == ':' ? name + length + 1 : "",
    };
}

static void
read_arguments(struct session *session, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        if (strncmp(word, "--settings=", 11) == 0) {
            add_settings(session, word + 11);
        } else if (strncmp(word, "--strategy=", 11) == 0) {
            add_strategy(session, word + 11);
        } else if (strcmp(word, "--blind") == 0) {
            session->blind = true;
        } else if (strcmp(word, "--show") == 0) {
            session->show = true;
        } else if (sscanf(word, "--schedules=%lu", &session->schedules) != 1 &&
                   sscanf(word, "--compared=%lu", &session->compared_min) !=
                       1 &&
                   sscanf(word, "--shard=%lu/%lu", &session->shard,
                          &session->shards) != 2) {
            session->file = word;
        }
    }
    if (session->settings_count == 0) {
        add_settings(session, "exact,suspend");
    }
    if (session->file == NULL || session->shards == 0) {
        refuse("usage: traces [OPTIONS] FILE");
    }
}

static void
prepare(void)
{
    events = (struct hd_log){.mask = LOG_RECORDS - 1, .records = records};
    tracer = model_tracer_create(&world.ready);
    truth.found = calloc(TRACES_MAX, sizeof(*truth.found));
    other.found = calloc(TRACES_MAX, sizeof(*other.found));
    if (truth.found == NULL || other.found == NULL ||
        !hd_world_init(&world, &events)) {
        refuse("out of memory");
    }
}

int
main(int argc, char **argv)
{
    struct session session = {.schedules = 2000, .shards = 1};
    read_arguments(&session, argc, argv);
    prepare();
    tracer->blind = session.blind;

    char *const suite = suite_read(session.file);
    char *text = suite;
    for (unsigned long i = 0; program_read(&state.program, &text); i++) {
        for (size_t j = 0; j < session.settings_count; j++) {
            if (i % session.shards == session.shard % session.shards) {
                compare(&session, &session.settings[j]);
            }
        }
        memset(&state, 0, sizeof(state));
    }
    free(suite);

    printf("%lu compared, %lu too large, %lu with memory without a name, %lu "
           "differ; %llu schedules, %llu traces, %llu superfluous runs\n",
           session.compared, session.skipped, session.has_new, session.differ,
           session.executions, session.traces, session.superfluous);
    return (session.differ > 0) != session.blind ||
           session.compared < session.compared_min;
}
