/*
 * The scene: a log cut into steps, from the beginning to the step in which the
 * finding shows, and who of the tasks is worth a look.
 */
#ifndef HD_REPORT_SCENE_H
#define HD_REPORT_SCENE_H

#include "report/report.h"

/* What one actor did from one scheduling point to its next. */
struct hd_scene_step {
    uint64_t first, end; /* its records; first is its STEP (if it has one) */
    uint64_t signature;  /* equal for steps of one actor that look alike */
    uint64_t likeness;   /* the same, whoever of the same function it is */
    uint32_t actor;
    uint32_t displaced;    /* the default that was not taken, or 0 */
    uint32_t displaced_at; /* which step of it that would have been */
};

struct hd_scene {
    const struct hd_story *story;
    struct hd_scene_step *steps; /* the first: before any actor stepped */
    size_t count;
    size_t parts_at; /* the step in which a run that passes differs, or 0 */
    uint64_t parts_record; /* with this record */
    bool *shown;           /* by actor: it is told what this task does */
    uint32_t tasks;        /* that stepped */
    uint32_t shown_count;  /* of them */
};

/* False when out of memory. */
bool hd_scene_init(struct hd_scene *scene, const struct hd_story *story);
void hd_scene_finish(struct hd_scene *scene);

/* The step to which a record belongs; a deviation leads to the next one. */
size_t hd_scene_step_of(const struct hd_scene *scene, uint64_t record);

/* The number of the step that a record belongs to. */
size_t hd_scene_number(const struct hd_story *story, uint64_t record);

/* More tasks than this are not shown side by side. */
#define HD_SCENE_LANES_MAX 4u

#endif
