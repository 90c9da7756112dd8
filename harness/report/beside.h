/*
 * The nearest run that passes, beside the one that fails: where they part, and
 * how each goes on.
 */
#ifndef HD_REPORT_BESIDE_H
#define HD_REPORT_BESIDE_H

#include "report/scene.h"

/* A section of its own; nothing if the story has no such run. */
void hd_beside_print(const struct hd_scene *scene, FILE *out);

/* One line, if no schedule that was tried passes. */
void hd_beside_print_none(const struct hd_story *story, FILE *out);

#endif
