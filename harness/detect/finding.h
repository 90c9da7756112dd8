/*
 * A finding: one wrong thing.
 *
 * Same finding = kind + places + objects by name: `signature` is a hash of
 * them, so that one bug is one report and a shrunk schedule is judged by what
 * it still shows.
 */
#ifndef HD_DETECT_FINDING_H
#define HD_DETECT_FINDING_H

#include <heddle/api.h>

#define HD_FINDING_MESSAGE_BYTES 512u
#define HD_FINDINGS_MAX 32u
#define HD_FINDING_PLACES 2u

/* A place that the finding is also about, and what happened there. */
struct hd_finding_place {
    const char *what; /* a static text, or NULL: none */
    uint64_t place;
};

struct hd_finding {
    const char *kind;   /* "deadlock"; the detector's name */
    const char *base;   /* the kind that it has without its fault, or NULL */
    uint64_t signature; /* of kind, places and names */
    uint64_t base_signature; /* where base is not NULL */
    uint64_t fault;  /* index + 1 of the fault it comes from, 0: of none */
    uint64_t record; /* index in the log where it showed */
    uint64_t place;  /* the fatal place, 0 if none */
    uint32_t actor;  /* whose it is, 0 if nobody's */
    struct hd_finding_place also[HD_FINDING_PLACES];
    bool more; /* the record shows another one */
    char message[HD_FINDING_MESSAGE_BYTES];
};

/* What went wrong, whatever led there: "deadlock". */
static inline const char *
hd_finding_base(const struct hd_finding *finding)
{
    return finding->base != NULL ? finding->base : finding->kind;
}

/* The findings of one execution, in the order of the log. */
struct hd_findings {
    uint32_t count;
    struct hd_finding items[HD_FINDINGS_MAX];
};

/* The one with this signature, or NULL. */
static inline const struct hd_finding *
hd_findings_find(const struct hd_findings *findings, uint64_t signature)
{
    for (uint32_t i = 0; i < findings->count; i++) {
        if (findings->items[i].signature == signature) {
            return &findings->items[i];
        }
    }
    return NULL;
}

#endif
