/*
 * What a user can set: one struct, filled by the command line.
 */
#ifndef HD_EXPLORE_SETTINGS_H
#define HD_EXPLORE_SETTINGS_H

#include "base/sanitize.h"
#include "sim/world.h"
#include "trace/token.h"

/* How long a worker may stand still in one step. */
struct hd_watchdog {
    uint64_t computes_ms_max; /* of its own CPU time: it never yields */
    uint64_t held_ms_max;    /* the same: it holds the loop; 0: not looked at */
    uint64_t blocked_ms_max; /* without computing: the system has it */
};

#define HD_WATCHDOG_DEFAULT                                                    \
    (struct hd_watchdog)                                                       \
    {                                                                          \
        .computes_ms_max = 1000, .held_ms_max = HD_HELD_MS_MAX,                \
        .blocked_ms_max = 10000                                                \
    }

/* asyncio's slow_callback_duration; what a sanitizer costs is not meant. */
#ifdef HD_ASAN
#define HD_HELD_MS_MAX 500u
#else
#define HD_HELD_MS_MAX 100u
#endif

/* Whose traces are looked at: some executions' (coverage.h), all, none. */
enum hd_coverage_want {
    HD_COVERAGE_SOME,
    HD_COVERAGE_ALL,
    HD_COVERAGE_NONE
};

/*
 * How far a search has come, for whoever draws it.
 *
 * distinct   traces so far, 0: not known; explored: the larger part that an
 *            exhaustive arm says it has done, 0: none says.
 */
struct hd_live {
    const char *test;
    uint64_t executions, distinct, elapsed_ms;
    double explored;
    uint32_t findings;
};
typedef void hd_live_fn(const struct hd_live *live);

struct hd_settings {
    const char *program;  /* argv[0] */
    const char *strategy; /* "auto", or a strategy's name, with ":text" */
    uint64_t seed;
    uint64_t schedules;     /* executions per test */
    uint64_t time_limit_ms; /* per test; 0: none */
    uint32_t shard, shards; /* this part, from 0, of so many; 0 of 0: all */
    uint32_t jobs;          /* workers side by side; 0: one */
    struct hd_checkpoint *checkpoint; /* where it is resumed, or NULL */
    struct hd_rules rules;
    struct hd_watchdog watchdog;
    bool both_clocks;   /* --clock=auto: exact, then jump */
    uint64_t ignored;   /* detectors that are off, a bit each */
    const char *expect; /* overrides the tests' own, or NULL */
    bool keep_going, no_shrink, strict;
    enum hd_coverage_want coverage;
    hd_live_fn *live;              /* is called some times a second, or NULL */
    bool pass_output;              /* the program's own stdout is seen */
    const struct hd_token *replay; /* or NULL */
    uint64_t stop_at;              /* step, for a debugger (stop.h), or 0 */
    const char *save_schedule;     /* file, or NULL */
    const char *report_file;       /* NULL: stderr; "-": stdout */
    bool color;
    int verbosity; /* -1 quiet, 0, 1 verbose */
    bool callers;  /* replays log who called what suspends */
};

#endif
