/*
 * ./dev bench --bugs: how many schedules until a strategy finds the bug? Each
 * program is searched with each strategy, once per seed, by the worker that
 * searches for users; `auto` by the plan that they get.
 *
 *   bugs [--json] [--seeds=N] [--schedules=N] [--strategies=A,B:TEXT,...]
 *        [--mean-max=N] [--ratio-max=X] [PROGRAM...]
 *
 * A strategy that asks no seed is run once. What is told is the mean of those
 * searches that found the bug, and how many did if not all; a search that did
 * not counts as one more than its limit where strategies are compared. Figures
 * depend on seeds alone, not on the machine.
 *
 * exit status   0; 1 if a search saw everything and no bug, or could not run,
 *               or a mean is above --mean-max, or auto's above so many times
 *               the best single strategy's; 2 usage.
 */
#include "base/assert.h"
#include "detect/detect.h"
#include "explore/execute.h"
#include "explore/plan.h"
#include "explore/supervise.h"
#include "explore/worker.h"
#include "strategy/strategy.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STRATEGIES_MAX 16
#define NAME_MAX_BYTES 32

/* The searches of one program with one strategy. */
struct cell {
    uint32_t trials, found;
    double sum, squares; /* of the schedules until it was found */
    double penalised;    /* the sum again, with those that did not find it */
};

struct bench {
    char strategies[STRATEGIES_MAX][NAME_MAX_BYTES];
    uint32_t strategy_count;
    uint64_t seeds, schedules, ignored;
    double mean_max, ratio_max;
    bool json, failed;
    double logarithms[STRATEGIES_MAX]; /* of penalised means, summed */
    double worst_ratio;
    uint32_t rows;
};

/* ---- one search ---- */

struct search {
    struct hd_settings settings;
    const struct hd_test *test;
    struct hd_plan plan;
    struct hd_shared *shared;
};

static void
explore(void *arg)
{
    struct search *search = arg;
    hd_worker_explore(search->shared, &search->settings, search->test,
                      &search->plan);
}

static void
complain(struct bench *bench, const struct search *search, const char *what)
{
    fprintf(stderr, "bugs: %s: %s, seed %llu: %s\n", search->test->name,
            search->settings.strategy,
            (unsigned long long)search->settings.seed, what);
    bench->failed = true;
}

/* Schedules until the bug showed; 0: it did not. */
static uint64_t
judge(struct bench *bench, struct search *search, enum hd_worker_end end)
{
    static struct hd_findings findings;
    const struct hd_shared *shared = search->shared;
    switch (end) {
    case HD_WORKER_DONE:
        if (shared->exhausted[HD_CLOCK_EXACT]) {
            complain(bench, search, "everything was searched, and no bug");
        }
        return 0;
    case HD_WORKER_FOUND:
        if (hd_runner_judge(shared, bench->ignored, &findings) == 0 ||
            strcmp(findings.items[0].kind, search->test->expect) != 0) {
            complain(bench, search, "another bug than expected");
        }
        return shared->executions;
    default:
        complain(bench, search, "the worker broke");
        return 0;
    }
}

static uint64_t
search_once(struct bench *bench, const struct hd_test *test,
            const char *strategy, uint64_t seed)
{
    char error[160];
    struct search search = {
        .settings = {.program = "bugs",
                     .strategy = strategy,
                     .seed = seed,
                     .schedules = bench->schedules,
                     .rules = HD_RULES_DEFAULT,
                     .watchdog = HD_WATCHDOG_DEFAULT,
                     .ignored = bench->ignored},
        .test = test,
        .shared = hd_shared_create(),
    };
    search.settings.rules.points = HD_POINTS_AWAIT;
    HD_ASSERT(search.shared != NULL);
    search.shared->coverage = hd_coverage_create();
    uint64_t schedules = 0;
    if (!hd_plan_init(&search.plan, &search.settings, error, sizeof(error))) {
        complain(bench, &search, error);
    } else {
        const enum hd_worker_end end = hd_supervise(
            search.shared, &search.settings.watchdog, explore, &search, 0);
        if (hd_supervise_interrupted() == 0) {
            schedules = judge(bench, &search, end);
        }
    }
    hd_plan_finish(&search.plan);
    hd_shared_destroy(search.shared);
    return schedules;
}

/* ---- a row ---- */

/* Does another seed make another search? */
static bool
asks_seed(const char *name)
{
    const char *text;
    const struct hd_strategy *strategy = hd_plan_find_strategy(name, &text);
    return strategy == NULL || hd_plan_has_recipe(strategy);
}

static struct cell
search_all(struct bench *bench, const struct hd_test *test,
           const char *strategy)
{
    const uint64_t seeds = asks_seed(strategy) ? bench->seeds : 1;
    struct cell cell = {0};
    for (uint64_t seed = 1; seed <= seeds && hd_supervise_interrupted() == 0;
         seed++) {
        const uint64_t schedules = search_once(bench, test, strategy, seed);
        const double count =
            (double)(schedules > 0 ? schedules : bench->schedules + 1);
        cell.trials++;
        cell.penalised += count;
        if (schedules > 0) {
            cell.found++;
            cell.sum += count;
            cell.squares += count * count;
        }
    }
    return cell;
}

static double
mean_of(const struct cell *cell)
{
    return cell->found > 0 ? cell->sum / cell->found : 0;
}

static double
deviation_of(const struct cell *cell)
{
    const double mean = mean_of(cell);
    return cell->found > 0
               ? sqrt(fmax(0, cell->squares / cell->found - mean * mean))
               : 0;
}

static double
penalised_mean(const struct cell *cell)
{
    return cell->penalised / cell->trials;
}

static void
print_json(const struct hd_test *test, const char *strategy,
           const struct cell *cell)
{
    printf("{\"program\":\"%s\",\"strategy\":\"%s\",\"trials\":%u,"
           "\"found\":%u,\"mean\":%.2f,\"deviation\":%.2f}\n",
           test->name, strategy, cell->trials, cell->found, mean_of(cell),
           deviation_of(cell));
}

static void
print_cell(const struct cell *cell)
{
    char text[32];
    if (cell->found == 0) {
        snprintf(text, sizeof(text), "-");
    } else if (cell->found < cell->trials) {
        snprintf(text, sizeof(text), "%.0f (%u)", mean_of(cell), cell->found);
    } else if (cell->trials == 1) {
        snprintf(text, sizeof(text), "%.0f", mean_of(cell));
    } else {
        snprintf(text, sizeof(text), "%.0f+-%.0f", mean_of(cell),
                 deviation_of(cell));
    }
    printf(" %11s", text);
}

/* Was auto asked for, as the last one, and another beside it? */
static bool
has_ratio(const struct bench *bench)
{
    return bench->strategy_count > 1 &&
           strcmp(bench->strategies[bench->strategy_count - 1], "auto") == 0;
}

/* auto beside the best of the others. */
static void
print_ratio(struct bench *bench, const struct cell *cells)
{
    const uint32_t last = bench->strategy_count - 1;
    uint32_t best = 0;
    if (!has_ratio(bench)) {
        return;
    }
    for (uint32_t i = 1; i < last; i++) {
        if (penalised_mean(&cells[i]) < penalised_mean(&cells[best])) {
            best = i;
        }
    }
    const double ratio =
        penalised_mean(&cells[last]) / penalised_mean(&cells[best]);
    bench->worst_ratio = fmax(bench->worst_ratio, ratio);
    bench->failed |= ratio > bench->ratio_max;
    printf("  %-7s %6.1f", bench->strategies[best], ratio);
}

static void
bench_program(struct bench *bench, const struct hd_test *test)
{
    struct cell cells[STRATEGIES_MAX] = {0};
    for (uint32_t i = 0; i < bench->strategy_count; i++) {
        cells[i] = search_all(bench, test, bench->strategies[i]);
        if (hd_supervise_interrupted() != 0) {
            return;
        }
        bench->logarithms[i] += log(penalised_mean(&cells[i]));
        bench->failed |= penalised_mean(&cells[i]) > bench->mean_max;
        if (bench->json) {
            print_json(test, bench->strategies[i], &cells[i]);
        }
    }
    bench->rows++;
    if (!bench->json) {
        printf("%-16s", test->name);
        for (uint32_t i = 0; i < bench->strategy_count; i++) {
            print_cell(&cells[i]);
        }
        print_ratio(bench, cells);
        putchar('\n');
    }
    fflush(stdout);
}

static void
print_head(const struct bench *bench)
{
    printf("%-16s", "program");
    for (uint32_t i = 0; i < bench->strategy_count; i++) {
        printf(" %11s", bench->strategies[i]);
    }
    puts(has_ratio(bench) ? "  best      auto" : "");
}

static void
print_foot(const struct bench *bench)
{
    printf("%-16s", "geometric mean");
    for (uint32_t i = 0; i < bench->strategy_count; i++) {
        printf(" %11.1f", exp(bench->logarithms[i] / bench->rows));
    }
    if (has_ratio(bench)) {
        printf("  %-7s %6.1f", "worst", bench->worst_ratio);
    }
    putchar('\n');
}

/* ---- what is asked for ---- */

static void
add_strategy(struct bench *bench, const char *name, size_t length)
{
    HD_ASSERT(bench->strategy_count < STRATEGIES_MAX);
    snprintf(bench->strategies[bench->strategy_count++], NAME_MAX_BYTES, "%.*s",
             (int)length, name);
}

/* Each that searches, and auto behind them. */
static void
add_every_strategy(struct bench *bench)
{
    const struct hd_strategy *const *all = hd_strategy_all();
    for (; *all != NULL; all++) {
        if ((*all)->pick != NULL && *all != &hd_strategy_replay) {
            add_strategy(bench, (*all)->name, strlen((*all)->name));
            if (strcmp((*all)->name, "pct") == 0) {
                add_strategy(bench, "pct:3", 5);
            }
        }
    }
    add_strategy(bench, "auto", 4);
}

static void
add_strategies(struct bench *bench, const char *list)
{
    while (*list != '\0') {
        const size_t length = strcspn(list, ",");
        add_strategy(bench, list, length);
        list += length + (list[length] == ',');
    }
}

static bool
is_named(const char *name, int argc, char **argv)
{
    bool any = false;
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] != '-') {
            any = true;
            if (strcmp(argv[i], name) == 0) {
                return true;
            }
        }
    }
    return !any;
}

static bool
read_options(struct bench *bench, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            bench->json = true;
        } else if (strncmp(argv[i], "--seeds=", 8) == 0) {
            bench->seeds = strtoull(argv[i] + 8, NULL, 10);
        } else if (strncmp(argv[i], "--schedules=", 12) == 0) {
            bench->schedules = strtoull(argv[i] + 12, NULL, 10);
        } else if (strncmp(argv[i], "--mean-max=", 11) == 0) {
            bench->mean_max = strtod(argv[i] + 11, NULL);
        } else if (strncmp(argv[i], "--ratio-max=", 12) == 0) {
            bench->ratio_max = strtod(argv[i] + 12, NULL);
        } else if (strncmp(argv[i], "--strategies=", 13) == 0) {
            add_strategies(bench, argv[i] + 13);
        } else if (argv[i][0] == '-') {
            fprintf(stderr, "bugs: what is %s?\n", argv[i]);
            return false;
        }
    }
    if (bench->strategy_count == 0) {
        add_every_strategy(bench);
    }
    return bench->seeds > 0 && bench->schedules > 0;
}

/* What a program does wrong beside its bug is of no interest here. */
static uint64_t
all_but_bugs(void)
{
    size_t count;
    uint64_t ignored = 0;
    const struct hd_detector *detectors = hd_detectors(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(detectors[i].kind, "assertion") != 0 &&
            strcmp(detectors[i].kind, "deadlock") != 0) {
            ignored |= UINT64_C(1) << i;
        }
    }
    return ignored;
}

#define TESTS_MAX 128

static bool
comes_before(const struct hd_test *a, const struct hd_test *b)
{
    const int order = strcmp(a->file, b->file);
    return order != 0 ? order < 0 : a->line < b->line;
}

/* As the sources have them, whatever the linker did. Returns how many. */
static size_t
list_tests(const struct hd_test **out_tests)
{
    size_t count = 0;
    for (const struct hd_test *test = hd_test_first(); test != NULL;
         test = test->next) {
        size_t at = count++;
        HD_ASSERT(count <= TESTS_MAX);
        for (; at > 0 && comes_before(test, out_tests[at - 1]); at--) {
            out_tests[at] = out_tests[at - 1];
        }
        out_tests[at] = test;
    }
    return count;
}

int
main(int argc, char **argv)
{
    static struct bench bench = {
        .seeds = 20, .schedules = 10000, .mean_max = INFINITY};
    bench.ignored = all_but_bugs();
    if (!read_options(&bench, argc, argv)) {
        return 2;
    }
    hd_supervise_begin();
    if (!bench.json) {
        print_head(&bench);
    }
    const struct hd_test *tests[TESTS_MAX];
    const size_t count = list_tests(tests);
    for (size_t i = 0; i < count && hd_supervise_interrupted() == 0; i++) {
        if (is_named(tests[i]->name, argc, argv)) {
            bench_program(&bench, tests[i]);
        }
    }
    if (!bench.json && bench.rows > 0) {
        print_foot(&bench);
    }
    return bench.failed || bench.rows == 0;
}
