/*
 * Labels: does a finding need what its settings allow beyond those of a plain
 * loop? It is searched for again with one of them made stricter at a time, the
 * others as they were.
 */
#ifndef HD_EXPLORE_LABEL_H
#define HD_EXPLORE_LABEL_H

#include "explore/confirm.h"

/* What is made stricter. */
enum hd_label_kind {
    HD_LABEL_ORDER,  /* any: loop instead */
    HD_LABEL_POINTS, /* await: suspend instead */
    HD_LABEL_CLOCK,  /* jump: exact instead */
    HD_LABEL_KINDS,
};

enum hd_label_verdict {
    HD_LABEL_NONE,        /* nobody asked, or there is no steady answer */
    HD_LABEL_HAPPENS,     /* with this token */
    HD_LABEL_IMPOSSIBLE,  /* every schedule was executed */
    HD_LABEL_NOT_REACHED, /* in so many schedules */
};

struct hd_label {
    enum hd_label_verdict verdict;
    uint64_t schedules;
    struct hd_token token; /* shrunk and confirmed */
};

struct hd_labels {
    struct hd_label items[HD_LABEL_KINDS];
};

/*
 * Search for a finding again.
 *
 * attempt    its settings and signature as the finding was found; the last
 *            attempt is another one afterwards.
 * outer      the search that found it.
 * token      the shrunk schedule that shows it, with its settings.
 * replays    how often is enough to confirm it.
 *
 * What it costs is bounded in schedules and steps, so a label is the same on
 * every machine.
 */
void hd_labels_find(struct hd_labels *labels, struct hd_attempt *attempt,
                    const struct hd_shared *outer, const struct hd_token *token,
                    uint64_t signature, uint32_t replays);
void hd_labels_finish(struct hd_labels *labels);

#endif
