/*
 * Folding: a log of a million records as a table of two hundred rows at most.
 *
 * Steps that repeat, or that many tasks do
 * alike, are told once. What is still too long keeps its head, its
 * tail and the surroundings of every chosen switch.
 */
#ifndef HD_REPORT_FOLD_H
#define HD_REPORT_FOLD_H

#include "report/scene.h"

/* A run of steps. */
struct hd_fold {
    size_t first, count;
    uint32_t period; /* 0: each is told. Else they repeat as many before it */
    bool is_alike;   /* other tasks do what the one before did */
    bool omitted;    /* nobody tells them */
};

/*
 * The folds of a scene, in order, its steps' first (which is nobody's) left
 * out. Returns how many, and the array in *out_folds, which is the caller's to
 * free; 0 when out of memory.
 */
size_t hd_fold_scene(const struct hd_scene *scene, struct hd_fold **out_folds);

#endif
