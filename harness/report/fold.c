#include "report/fold.h"

#include "report/words.h"
#include <stdlib.h>

#define PERIOD_MAX 16u  /* steps in what repeats */
#define ALIKE_MIN 5u    /* tasks that do the same, beyond the first */
#define REPEATS_MIN 3u  /* beyond the first, to be worth a fold */
#define VISIBLE_MAX 80u /* steps told one by one */
#define HEAD 25u
#define TAIL 25u
#define AROUND 2u       /* on either side of a chosen switch */
#define SWITCHES_MAX 6u /* of them, the last */

struct folder {
    const struct hd_scene *scene;
    struct hd_fold *folds;
    size_t count;
};

static void
add(struct folder *folder, struct hd_fold fold)
{
    if (folder->count > 0 && fold.period == 0) {
        struct hd_fold *last = &folder->folds[folder->count - 1];
        if (last->period == 0 && last->omitted == fold.omitted) {
            last->count += fold.count;
            return;
        }
    }
    folder->folds[folder->count++] = fold;
}

/* How many steps after the first `period` ones repeat them. */
static size_t
repeated(const struct hd_scene *scene, size_t at, size_t period)
{
    size_t same = 0;
    while (at + period + same < scene->count &&
           scene->steps[at + same].signature ==
               scene->steps[at + period + same].signature) {
        same++;
    }
    return same - same % period;
}

/* How many tasks after this one do the same, one after the other. */
static size_t
alike(const struct hd_scene *scene, size_t at)
{
    const struct hd_scene_step *steps = scene->steps;
    size_t same = 0;
    while (at + same + 1 < scene->count &&
           steps[at + same + 1].likeness == steps[at].likeness &&
           steps[at + same + 1].actor > steps[at + same].actor) {
        same++;
    }
    return same;
}

/* Returns where to go on. */
static size_t
fold_alike(struct folder *folder, size_t at)
{
    const size_t same = alike(folder->scene, at);
    add(folder, (struct hd_fold){.first = at, .count = 1});
    if (same < ALIKE_MIN) {
        return at + 1;
    }
    add(folder,
        (struct hd_fold){
            .first = at + 1, .count = same, .period = 1, .is_alike = true});
    return at + 1 + same;
}

static void
fold_repetitions(struct folder *folder)
{
    const struct hd_scene *scene = folder->scene;
    size_t at = 1;
    while (at < scene->count) {
        size_t period = 1, same = 0;
        for (; period <= PERIOD_MAX; period++) {
            same = repeated(scene, at, period);
            if (same >= REPEATS_MIN * period) {
                break;
            }
        }
        if (period > PERIOD_MAX) {
            at = fold_alike(folder, at);
            continue;
        }
        add(folder, (struct hd_fold){.first = at, .count = period});
        add(folder, (struct hd_fold){.first = at + period,
                                     .count = same,
                                     .period = (uint32_t)period});
        at += period + same;
    }
}

/* ---- too long still ---- */

/* Marks the steps to keep; returns how many are told one by one now. */
static size_t
count_visible(const struct folder *folder)
{
    size_t visible = 0;
    for (size_t i = 0; i < folder->count; i++) {
        visible += folder->folds[i].period == 0 ? folder->folds[i].count : 0;
    }
    return visible;
}

static void
keep_range(bool *keep, size_t count, size_t first, size_t last)
{
    for (size_t i = first; i <= last && i < count; i++) {
        keep[i] = true;
    }
}

static void
mark_kept(const struct folder *folder, bool *keep)
{
    const struct hd_scene *scene = folder->scene;
    const size_t count = scene->count;
    keep_range(keep, count, 1, HEAD);
    keep_range(keep, count, count > TAIL ? count - TAIL : 0, count);
    if (scene->parts_at != 0) {
        keep_range(keep, count, scene->parts_at, scene->parts_at);
    }
    size_t switches = 0;
    for (size_t i = count; i-- > 1 && switches < SWITCHES_MAX;) {
        if (scene->steps[i].displaced != 0) {
            keep_range(keep, count, i > AROUND ? i - AROUND : 1, i + AROUND);
            switches++;
        }
    }
}

/* Cut a fold of single steps where it is not kept; or drop a whole one. */
static void
thin(struct folder *folder, const struct hd_fold *fold, const bool *keep)
{
    if (fold->period != 0) {
        struct hd_fold same = *fold;
        same.omitted = !keep[fold->first - 1];
        same.period = same.omitted ? 0 : fold->period;
        add(folder, same);
        return;
    }
    for (size_t i = fold->first; i < fold->first + fold->count; i++) {
        add(folder,
            (struct hd_fold){.first = i, .count = 1, .omitted = !keep[i]});
    }
}

static void
shorten(struct folder *folder)
{
    const size_t steps = folder->scene->count;
    bool *keep = calloc(steps, sizeof(*keep));
    struct hd_fold *folds = calloc(steps + 1, sizeof(*folds));
    if (keep == NULL || folds == NULL) {
        free(keep);
        free(folds);
        return;
    }
    mark_kept(folder, keep);
    struct folder thinned = {.scene = folder->scene, .folds = folds};
    for (size_t i = 0; i < folder->count; i++) {
        thin(&thinned, &folder->folds[i], keep);
    }
    free(keep);
    free(folder->folds);
    *folder = thinned;
}

size_t
hd_fold_scene(const struct hd_scene *scene, struct hd_fold **out_folds)
{
    struct folder folder = {
        .scene = scene,
        .folds = calloc(scene->count + 1, sizeof(*folder.folds)),
    };
    if (folder.folds == NULL) {
        return 0;
    }
    fold_repetitions(&folder);
    if (count_visible(&folder) > VISIBLE_MAX) {
        shorten(&folder);
    }
    *out_folds = folder.folds;
    return folder.count;
}
