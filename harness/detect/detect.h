/*
 * Detectors: what went wrong? One suspicion per file, rows in registry.c.
 *
 * A detector is a mask of kinds of log records and a judgement. It is asked
 * once per record of its kinds, after the execution; without such a record it
 * is never called. What it finds is named by its kind.
 */
#ifndef HD_DETECT_DETECT_H
#define HD_DETECT_DETECT_H

#include "detect/finding.h"
#include "trace/rings.h"

/* One execution under judgement. */
struct hd_case {
    const struct hd_log *log;
    const struct hd_names *names;
    struct hd_waits waits; /* as of the record that is judged */
    struct hd_rings rings; /* the same, where the record ends an execution */
    uint64_t rings_at;     /* waits.changed_at of the rings */
    uint32_t part;        /* which of the findings of one record is asked for */
    bool tells_deadlocks; /* that detector is on */
    /* Of the records judged so far: index + 1 of the last fault, by kind. */
    uint64_t cancel, refusal;
    uint64_t ignored; /* bit i: detector i is off */
};

/*
 * judge    fills message, places and what else it knows; kind, record and the
 *          kind's part of the signature are there already. False: it is fine.
 *          Where one record shows several, it says that there are `more`, and
 *          is asked again for the next part.
 */
struct hd_detector {
    const char *kind;
    const char *summary;
    const char *why;  /* it is bad: a sentence or two */
    const char *cure; /* the usual one; more in docs/findings/KIND.md */
    uint64_t mask;
    bool (*judge)(const struct hd_case *one, const struct hd_record *record,
                  uint64_t index, struct hd_finding *finding);
};

#define HD_DETECTORS_MAX 64u

/* All rows; *out_count of them. */
const struct hd_detector *hd_detectors(size_t *out_count);

/* The row of a kind, or NULL. Kinds found by the explorer have rows, too. */
const struct hd_detector *hd_detector_find(const char *kind);

/*
 * Judge an execution.
 *
 * ignored   bit i: detector i is off.
 * returns   how many findings; the same finding counts once.
 */
uint32_t hd_detect(const struct hd_log *log, const struct hd_names *names,
                   uint64_t ignored, struct hd_findings *findings);

/* Is the detector of this kind off? */
bool hd_is_ignored(const char *kind, uint64_t ignored);

/* The kinds of records that any detector that is on wants. */
uint64_t hd_detect_mask(uint64_t ignored);

/*
 * A finding that stands in the log after a fault (faults.c): with a cancelled
 * task before it, it is cancel-unsafe. False: it tells of the fault itself and
 * of nothing else.
 */
bool hd_finding_blame(struct hd_finding *finding, const struct hd_case *one,
                      const struct hd_record *record);

/*
 * Mix something that identifies the finding into its signature, which is the
 * same in every process: a place counts as what it is in its module.
 */
void hd_finding_sign(struct hd_finding *finding, uint64_t value);
void hd_finding_sign_actor(struct hd_finding *finding,
                           const struct hd_case *one, uint32_t actor);

void hd_finding_sign_text(struct hd_finding *finding, const char *text);

/* One more place to be told with it; the third, and an unknown one, is not. */
void hd_finding_add_place(struct hd_finding *finding, const char *what,
                          uint64_t place);

/* Is the task stuck in a deadlock that is told, or behind it? */
bool hd_case_is_stuck(const struct hd_case *one, uint32_t actor);

/* "main", "0.2", "0.2 'worker'". Returns text; cut to bytes. */
const char *hd_case_actor(const struct hd_case *one, uint32_t actor, char *text,
                          size_t bytes);

/* A source file as people know it: without the way there from a build. */
const char *hd_finding_file(const char *file);

/* Who stepped last before a record; 0 if nobody had. */
uint32_t hd_case_stepping(const struct hd_case *one, uint64_t index);

void hd_finding_say(struct hd_finding *finding, const char *format, ...)
    HD_PRINTF(2, 3);

/* ---- the judgements, by file ---- */

typedef bool hd_judge_fn(const struct hd_case *, const struct hd_record *,
                         uint64_t, struct hd_finding *);

hd_judge_fn hd_judge_always;       /* always.c */
hd_judge_fn hd_judge_blocking;     /* blocking.c */
hd_judge_fn hd_judge_deadlock;     /* deadlock.c */
hd_judge_fn hd_judge_livelock;     /* livelock.c */
hd_judge_fn hd_judge_hang;         /* livelock.c */
hd_judge_fn hd_judge_timeout;      /* livelock.c */
hd_judge_fn hd_judge_sometimes;    /* sometimes.c */
hd_judge_fn hd_judge_starvation;   /* starvation.c */
hd_judge_fn hd_judge_unretrieved;  /* unretrieved.c */
hd_judge_fn hd_judge_never;        /* never_awaited.c */
hd_judge_fn hd_judge_left;         /* left_early.c */
hd_judge_fn hd_judge_pending;      /* left_early.c */
hd_judge_fn hd_judge_no_loop;      /* misuse.c */
hd_judge_fn hd_judge_closed;       /* misuse.c */
hd_judge_fn hd_judge_misuse;       /* misuse.c */
hd_judge_fn hd_judge_foreign;      /* loops.c */
hd_judge_fn hd_judge_unclosed;     /* loops.c */
hd_judge_fn hd_judge_reused;       /* loops.c */
hd_judge_fn hd_judge_stale;        /* stale.c */
hd_judge_fn hd_judge_sequential;   /* sequential.c */
hd_judge_fn hd_judge_swallowed;    /* swallowed.c */
hd_judge_fn hd_judge_check;        /* assertion.c */
hd_judge_fn hd_judge_crash;        /* crash.c */
hd_judge_fn hd_judge_overflow;     /* crash.c */
hd_judge_fn hd_judge_race;         /* race.c */
hd_judge_fn hd_judge_result;       /* result.c */
hd_judge_fn hd_judge_uncontrolled; /* result.c */

#endif
