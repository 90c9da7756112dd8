/*
 * Telling: the records of one step in words.
 *
 * Steps are told in order, each of them, also those that nobody will see: who
 * holds what follows from all that was before.
 */
#ifndef HD_REPORT_TELL_H
#define HD_REPORT_TELL_H

#include "report/scene.h"

#define HD_ITEM_BYTES 256u
#define HD_PAGE_HEAD 8u /* items kept from the beginning */
#define HD_PAGE_TAIL 8u /* and from the end of a long step */

/* One thing that happened. */
struct hd_item {
    uint64_t record;   /* that tells it, or the first of several */
    uint64_t place;    /* 0 if nowhere */
    uint64_t via;      /* where its task called what called it, or 0 */
    int line;          /* where there is no address; 0 if unknown */
    uint8_t kind;      /* hd_record_kind */
    bool is_note;      /* it concerns all, not the actor that steps */
    bool is_fatal;     /* the finding shows here */
    bool is_cause;     /* it began here */
    bool is_chosen;    /* the schedule chose it */
    uint32_t from, to; /* births in a row, first and last; who is woken */
    char text[HD_ITEM_BYTES];
};

/* One step. */
struct hd_page {
    uint64_t number; /* of the step, from 1 */
    uint32_t actor;
    size_t count; /* of items, also of those left out */
    struct hd_item items[HD_PAGE_HEAD + HD_PAGE_TAIL];
};

struct hd_teller {
    const struct hd_scene *scene;
    struct hd_page *page; /* being filled */
    uint32_t *holders;    /* by object */
    uint64_t *stands;     /* by actor: place of its last suspension */
    uint64_t *vias;       /* the same: where its task's function then stood */
    uint8_t *ops;         /* by actor: what its last wait was, hd_op_kind */
    uint64_t record;      /* that is told */
    uint64_t now_ns;
    uint32_t last_born;
};

/* False when out of memory. */
bool hd_teller_init(struct hd_teller *teller, const struct hd_scene *scene);
void hd_teller_finish(struct hd_teller *teller);

/* One more thing that happened in the step that is told. */
struct hd_item *hd_teller_add(struct hd_teller *teller,
                              const struct hd_record *record, uint64_t place,
                              const char *format, ...) HD_PRINTF(4, 5);

/* The record with this index is an incident: tell it (incident.c). */
void hd_tell_incident(struct hd_teller *teller, uint64_t index);

/* What an event did in the step that was told concerns all (event.c). */
void hd_tell_event(struct hd_teller *teller);

/* Where an actor stands after the last step told; 0: it has not started. */
uint64_t hd_teller_stands(const struct hd_teller *teller, uint32_t actor);

/* Tell the scene's step with this index. */
void hd_teller_step(struct hd_teller *teller, size_t index,
                    struct hd_page *page);

/* The i-th item of those that are kept, with the number of those skipped. */
const struct hd_item *hd_page_item(const struct hd_page *page, size_t i,
                                   size_t *out_skipped);
size_t hd_page_kept(const struct hd_page *page);

#endif
