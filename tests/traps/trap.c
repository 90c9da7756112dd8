#include "trap.h"

#include "strategy/strategy.h"
#include <stdio.h>

#define DFS_FIRST 30000u
#define DFS_MOST 1000000u
#define SAMPLES 4000u

static struct {
    const char *what, *file; /* what did not hold, or NULL */
    int line;
    size_t met;
    bool is_exact;
} now;

/* ---- for bodies ---- */

bool
trap_holds(bool holds, const char *what, const char *file, int line)
{
    if (!holds && now.what == NULL) {
        now.what = what;
        now.file = file;
        now.line = line;
    }
    return holds;
}

void
trap_meet(void)
{
    now.met++;
}

bool
trap_is_exact(void)
{
    return now.is_exact;
}

int
trap_dawdle(uint64_t n)
{
    for (uint64_t turns = hd_choose(n); turns > 0; turns--) {
        HD_TRY(hd_yield());
    }
    return HD_OK;
}

size_t
trap_tasks(void)
{
    return hd_loop_tasks(hd_loop_running(), NULL, 0);
}

size_t
trap_unretrieved(void)
{
    return sim_count(HD_LOG_UNRETRIEVED);
}

void
trap_line_check(const struct trap_line *line)
{
    size_t next = 0;
    for (size_t i = 0; i < line->served_count; i++) {
        while (next < line->arrived &&
               line->arrivals[next] != line->served[i]) {
            next++;
        }
        HOLDS(next < line->arrived);
    }
}

/* ---- one setting ---- */

static hd_fn *body;

static int
run_body(void *arg)
{
    const int status = body(arg);
    HOLDS(status == HD_OK);
    return HD_OK;
}

struct walk {
    const struct hd_strategy *strategy;
    void *self;
    const struct hd_rules *rules;
    uint64_t most;
};

/* One execution; false if there is none left. */
static bool
step(const struct walk *walk, uint64_t number)
{
    const struct hd_run run = {.number = number, .seed = number + 1};
    if (!walk->strategy->begin(walk->self, &run)) {
        return false;
    }
    const enum hd_outcome outcome =
        sim_explore(run_body, NULL, walk->rules, walk->strategy, walk->self);
    HOLDS(outcome == HD_OUTCOME_OK);
    HOLDS(sim_count(HD_LOG_MISUSE) == 0);
    return now.what == NULL;
}

static uint64_t
run_walk(const struct walk *walk)
{
    uint64_t number = 0;
    while (number < walk->most && step(walk, number)) {
        number++;
    }
    return number;
}

static void
name_setting(const struct hd_rules *rules, char *text, size_t bytes)
{
    snprintf(text, bytes, "%s,%s,%s",
             rules->order == HD_ORDER_ANY ? "any" : "loop",
             rules->clock == HD_CLOCK_EXACT ? "exact" : "jump",
             rules->points == HD_POINTS_SUSPEND ? "suspend" : "await");
}

static void
check_setting(const char *name, uint64_t number)
{
    if (now.what != NULL) {
        fail_msg("%s:%d: '%s' does not hold under %s, in schedule %llu",
                 now.file, now.line, now.what, name,
                 (unsigned long long)number);
    }
}

/* True if dfs came to the end. */
static bool
list_schedules(const struct hd_rules *rules, uint64_t most, const char *name)
{
    static struct hd_dfs *dfs;
    if (dfs == NULL) {
        dfs = calloc(1, sizeof(*dfs));
        assert_non_null(dfs);
    }
    memset(dfs, 0, hd_strategy_dfs.used(dfs));
    const struct walk walk = {&hd_strategy_dfs, dfs, rules, most};
    const uint64_t number = run_walk(&walk);
    check_setting(name, number);
    assert_false(dfs->diverged || dfs->cut);
    const bool ended = number < most;
    print_message("%20s: %s%llu schedules\n", name, ended ? "all " : "first ",
                  (unsigned long long)number);
    return ended;
}

static void
sample_schedules(const struct hd_rules *rules, const char *name)
{
    uint64_t state[8];
    assert_true(hd_strategy_random.bytes <= sizeof(state));
    const struct walk walk = {&hd_strategy_random, state, rules, SAMPLES};
    const uint64_t number = run_walk(&walk);
    check_setting(name, number);
    print_message("%20s: %llu random schedules\n", name,
                  (unsigned long long)number);
}

/* ---- all settings ---- */

static void
explore_setting(const struct trap *trap, const struct hd_rules *rules)
{
    char name[32];
    name_setting(rules, name, sizeof(name));
    now.is_exact =
        rules->points == HD_POINTS_SUSPEND && rules->clock == HD_CLOCK_EXACT;
    const bool must_end =
        now.is_exact && (!trap->too_large || rules->order == HD_ORDER_LOOP);
    if (list_schedules(rules, must_end ? DFS_MOST : DFS_FIRST, name)) {
        return;
    }
    assert_false(must_end);
    sample_schedules(rules, name);
}

static void
explore_clock(const struct trap *trap, struct hd_rules rules)
{
    for (int points = 0; points < 2; points++) {
        for (int order = 0; order < 2; order++) {
            rules.points = points == 0 ? HD_POINTS_SUSPEND : HD_POINTS_AWAIT;
            rules.order = order == 0 ? HD_ORDER_ANY : HD_ORDER_LOOP;
            explore_setting(trap, &rules);
        }
    }
}

void
trap_explore(const struct trap *trap)
{
    struct hd_rules rules = HD_RULES_DEFAULT;
    memset(&now, 0, sizeof(now));
    body = trap->body;
    rules.steps_max = 100000;
    explore_clock(trap, rules);
    if (trap->jumps > 0) {
        rules.clock = HD_CLOCK_JUMP;
        rules.jumps_max = trap->jumps;
        explore_clock(trap, rules);
    }
    print_message("%20s: %zu times\n", "met", now.met);
    assert_true(now.met > 0);
}

void
trap_body(hd_fn *fn)
{
    trap_explore(&(struct trap){.body = fn});
}

void
trap_timed(hd_fn *fn)
{
    trap_explore(&(struct trap){.body = fn, .jumps = 2});
}

void
trap_large(hd_fn *fn)
{
    trap_explore(&(struct trap){.body = fn, .jumps = 2, .too_large = true});
}
