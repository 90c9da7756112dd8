/*
 * Exploring one test: search, confirm, shrink, tell.
 */
#ifndef HD_EXPLORE_EXPLORE_H
#define HD_EXPLORE_EXPLORE_H

#include "explore/attempt.h"
#include "explore/label.h"
#include "explore/passing.h"
#include "explore/plan.h"
#include "explore/statistics.h"
#include "strategy/strategy.h"

#define HD_KINDS_MAX 32u

/* What came of one test. */
struct hd_verdict {
    uint64_t executions, steps, decisions;
    uint64_t all; /* schedules, or orders that differ: how many there are */
    uint64_t elapsed_ms;
    bool proved;    /* every schedule under these settings was executed */
    bool is_part;   /* other shards may know more */
    bool part_done; /* every schedule of this shard was executed */
    /* One of each class of schedules was executed, which proves something if
       steps conflict only through Heddle's objects. auto goes on then, and
       `proved` is of what it has proved without. */
    bool is_assumed;
    /* It was dpor that has ended, and memory is seen: nothing is assumed. */
    bool by_orders;
    bool interrupted, out_of_time, unable;
    bool complete;     /* the search ended by itself */
    bool gave_up;      /* too many executions hung */
    char restored[64]; /* a global that is restored before each run, or "" */
    uint64_t digest;   /* of a replay's log */
    uint64_t step;     /* in which its first finding shows, or 0 */
    struct hd_statistics statistics;
    uint32_t kind_count;
    const char *kinds[HD_KINDS_MAX]; /* of the findings, in order, each once */
    uint32_t finding_count;
};

/* A finding, confirmed and shrunk, for whoever tells it. */
struct hd_discovery {
    const struct hd_settings *settings;
    const struct hd_test *test;
    const struct hd_finding *finding; /* as it shows in `log` */
    const struct hd_log *log;         /* of the shrunk execution */
    const struct hd_names *names;
    const struct hd_token *token;     /* shrunk */
    const struct hd_labels *labels;   /* or NULL */
    const struct hd_passing *passing; /* or NULL */
    const struct hd_token *order;     /* "A before B" instead, or NULL */
    bool of_search;                   /* no schedule shows it */
    const struct hd_strategy *strategy;
    const char *strategy_text; /* what followed its name and a colon */
    uint64_t run, executions;  /* where it was found: run of strategy, count */
    uint64_t digest;           /* of the log */
    uint32_t reproduced, replays;
    size_t deviations_found, deviations_left;
    uint64_t fewer; /* schedules with fewer, none of which shows it; 0: who
                       knows */
};
typedef void hd_discovery_fn(const struct hd_discovery *discovery,
                             void *context);

/*
 * Explore the test; tell is called once per finding, in the supervisor.
 *
 * returns   false if it could not start: error says why.
 */
bool hd_explore_test(const struct hd_settings *settings,
                     const struct hd_test *test, hd_discovery_fn *tell,
                     void *context, struct hd_verdict *out_verdict, char *error,
                     size_t bytes);

/*
 * How far a schedule and the program have come apart: indices into the
 * schedule, SIZE_MAX for none.
 *
 * misfit  the first deviation whose actor was not ready when its step came.
 * unmet   the first whose step never came.
 */
struct hd_drift {
    size_t misfit, unmet;
};

/* Execute one schedule (settings->replay) and tell every finding it shows. */
bool hd_explore_replay(const struct hd_settings *settings,
                       const struct hd_test *test, hd_discovery_fn *tell,
                       void *context, struct hd_verdict *out_verdict,
                       struct hd_drift *out_drift, char *error, size_t bytes);

#endif
