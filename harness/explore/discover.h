/*
 * From an execution that shows something to findings that are told: replayed,
 * shrunk, replayed again.
 */
#ifndef HD_EXPLORE_DISCOVER_H
#define HD_EXPLORE_DISCOVER_H

#include "explore/explore.h"

struct hd_explorer;

/*
 * One of the workers that search side by side (--jobs): a shard of the search,
 * with a plan and a memory of its own.
 */
struct hd_job {
    const struct hd_explorer *explorer;
    struct hd_plan plan;
    struct hd_shared *shared;
};

/*
 * One exploration, in the supervisor.
 *
 * plan, shared   of the job whose last execution is looked at.
 * earlier_ms     it was searched for so long before it was resumed.
 */
struct hd_explorer {
    const struct hd_settings *settings;
    const struct hd_test *test;
    struct hd_job *jobs;
    uint32_t job_count;
    const struct hd_plan *plan;
    struct hd_shared *shared;
    struct hd_attempt attempt;
    struct hd_settings as_found; /* with the clock of the finding's arm */
    hd_discovery_fn *tell;
    void *context;
    struct hd_verdict *verdict;
    struct hd_serials *serials; /* what memory may end as */
    bool piloting;              /* the execution in shared is the pilot's */
    bool resumed;
    bool stopped; /* a worker was killed, or a judgement cut short */
    uint64_t start_ms, earlier_ms;
};

/* A token with the settings of as_found and an empty schedule. */
struct hd_token hd_discover_token(const struct hd_explorer *explorer);

/* Everything new that the execution in explorer->shared shows. */
void hd_discover(struct hd_explorer *explorer);

/* The search has ended: what no execution of it shows. */
void hd_discover_unmet(struct hd_explorer *explorer);

/* A finding of this kind is told. kind is borrowed. */
void hd_discover_note(struct hd_verdict *verdict, const char *kind);

/* Everything that the last attempt shows, as it is. */
void hd_discover_replay(struct hd_explorer *explorer);

#endif
