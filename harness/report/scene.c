/*
 * One walk to count the steps, one to fill them in. What a step looks like is
 * a hash of its records without what is new each time: numbers of what is
 * born, times, the state of the ready set.
 */
#include "report/scene.h"

#include "base/random.h"
#include "explore/divergence.h"
#include "explore/passing.h"
#include "report/race.h"
#include "report/words.h"
#include "trace/records.h"
#include "trace/rings.h"
#include <heddle/scheduler.h>
#include <stdlib.h>
#include <string.h>

#define RING_MAX 64u

/* ---- steps ---- */

/* Around the main task of a test nothing of the program's own goes on. */
static bool
has_bare_body(const struct hd_names *names)
{
    return names->actor_count < 2 || names->actors[1].ordinal != 0;
}

static bool
begins_step(const struct hd_names *names, const struct hd_record *record)
{
    return record->kind == HD_LOG_STEP ||
           (record->kind == HD_LOG_OUTSIDE && has_bare_body(names));
}

/* One past the last record that belongs to the story. */
static uint64_t
end_of_story(const struct hd_story *story)
{
    const struct hd_log *log = story->log;
    const uint64_t shows_at = story->finding->record;
    return shows_at >= hd_record_first(log) && shows_at < log->count
               ? hd_record_next(log, shows_at)
               : log->count;
}

/* Events are born anew each time: their kind and parent tell them apart. */
static uint64_t
look_of_actor(const struct hd_names *names, uint32_t actor)
{
    if (hd_words_is_task(names, actor)) {
        return actor;
    }
    const struct hd_actor_name *name = &names->actors[actor];
    return (uint64_t)name->kind << 32 | name->parent;
}

static uint64_t
look_of_record(const struct hd_names *names, const struct hd_record *record)
{
    const uint64_t head = (uint64_t)record->kind << 8 | record->op;
    switch (record->kind) {
    case HD_LOG_STEP:
        return look_of_actor(names, record->subject);
    case HD_LOG_BORN:
    case HD_LOG_CODE:
    case HD_LOG_ADVANCE:
    case HD_LOG_OBJECT:
    case HD_LOG_AT:
    case HD_LOG_CALLER:
    case HD_LOG_FRAME:
        return head;
    case HD_LOG_PLACE:
        return hd_mix(head) ^ record->value;
    case HD_LOG_WAKE:
        return hd_mix(head) ^ look_of_actor(names, record->subject);
    default:
        return hd_mix(head ^ (uint64_t)record->subject << 16) ^ record->value;
    }
}

/* The same for tasks of one function: who it is does not matter. */
static uint64_t
likeness_of(const struct hd_names *names, const struct hd_record *record)
{
    const bool is_step = record->kind == HD_LOG_STEP;
    return is_step && record->subject < names->actor_count &&
                   hd_words_is_task(names, record->subject)
               ? names->actors[record->subject].code
               : look_of_record(names, record);
}

static void
begin_step(struct hd_scene *scene, uint64_t index, uint32_t actor)
{
    struct hd_scene_step *step = &scene->steps[scene->count++];
    *step = (struct hd_scene_step){.first = index, .actor = actor};
}

/* The records that a deviation leaves stand before the step that it led to. */
static void
read_steps(struct hd_scene *scene, uint64_t end)
{
    const struct hd_log *log = scene->story->log;
    const struct hd_names *names = scene->story->names;
    const struct hd_record *deviation = NULL;
    begin_step(scene, hd_record_first(log), 0);
    for (uint64_t i = hd_record_first(log); i < end;
         i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        if (begins_step(names, record)) {
            begin_step(scene, i, record->subject);
        }
        struct hd_scene_step *step = &scene->steps[scene->count - 1];
        if (record->kind == HD_LOG_DEVIATE) {
            deviation = record;
        } else if (begins_step(names, record) && deviation != NULL) {
            step->displaced = deviation->subject;
            step->displaced_at = (uint32_t)deviation->value;
            step->signature = step->likeness = hd_mix(i); /* like no other */
            deviation = NULL;
        }
        const uint64_t look = look_of_record(names, record);
        step->signature = hd_mix(step->signature ^ look);
        step->likeness = hd_mix(step->likeness ^ likeness_of(names, record));
        step->end = hd_record_next(log, i);
    }
    struct hd_scene_step *last = &scene->steps[scene->count - 1];
    last->signature = last->likeness = hd_mix(last->signature ^ end);
}

static size_t
count_steps(const struct hd_story *story, uint64_t end)
{
    const struct hd_log *log = story->log;
    size_t count = 0;
    for (uint64_t i = hd_record_first(log); i < end;
         i = hd_record_next(log, i)) {
        count += begins_step(story->names, hd_record_at(log, i));
    }
    return count;
}

size_t
hd_scene_number(const struct hd_story *story, uint64_t record)
{
    const struct hd_log *log = story->log;
    size_t number = 0;
    for (uint64_t i = hd_record_first(log); i <= record && i < log->count;
         i = hd_record_next(log, i)) {
        number += begins_step(story->names, hd_record_at(log, i));
    }
    return number;
}

/* ---- who is shown ---- */

static void
show(struct hd_scene *scene, uint32_t actor)
{
    const struct hd_names *names = scene->story->names;
    while (actor != 0 && actor < names->actor_count &&
           !hd_words_is_task(names, actor)) {
        actor = names->actors[actor].parent;
    }
    if (actor < names->actor_count && !scene->shown[actor] &&
        hd_words_is_task(names, actor)) {
        scene->shown[actor] = true;
        scene->shown_count++;
    }
}

/* Without a main task, the code outside of all tasks is the test. */
static bool
has_main(const struct hd_names *names)
{
    uint32_t id = 1;
    while (id < names->actor_count &&
           (names->actors[id].kind != HD_ACTOR_TASK ||
            names->actors[id].ordinal != 0)) {
        id++;
    }
    return id < names->actor_count;
}

static void
show_everybody(struct hd_scene *scene)
{
    for (size_t i = 1; i < scene->count; i++) {
        if (hd_words_is_task(scene->story->names, scene->steps[i].actor)) {
            show(scene, scene->steps[i].actor);
        }
    }
    if (!has_main(scene->story->names)) {
        show(scene, 0);
    }
    scene->tasks = scene->shown_count;
}

/* A ring of waiting tasks, where there is one. */
static void
show_ring(struct hd_scene *scene)
{
    uint32_t drawn[RING_MAX];
    const struct hd_story *story = scene->story;
    struct hd_waits waits;
    struct hd_rings rings;
    if (strcmp(hd_finding_base(story->finding), "deadlock") != 0 ||
        !hd_rings_at(&rings, &waits, story->log, story->names,
                     story->finding->record)) {
        return;
    }
    const uint32_t ring = hd_rings_about(&rings, story->finding->actor);
    const size_t length = hd_rings_draw(&rings, ring, drawn, RING_MAX);
    for (size_t i = 0; i < length; i++) {
        show(scene, drawn[i]);
    }
    hd_rings_finish(&rings);
    hd_waits_finish(&waits);
}

static void
show_faults(struct hd_scene *scene)
{
    const struct hd_log *log = scene->story->log;
    for (uint64_t i = hd_record_first(log);
         log->seen >> HD_LOG_FAULT & 1 && i < log->count;
         i = hd_record_next(log, i)) {
        if (hd_record_at(log, i)->kind == HD_LOG_FAULT) {
            show(scene, hd_record_at(log, i)->subject);
        }
    }
}

static void
show_race(struct hd_scene *scene)
{
    struct hd_race race;
    for (uint32_t i = 0;
         hd_race_of(scene->story, &race) && i < race.access_count; i++) {
        show(scene, race.access[i].actor);
    }
}

/*
 * The finding's own, those in its ring or race, those to whom a fault was done,
 * and those whose order was chosen.
 */
static void
show_those_that_matter(struct hd_scene *scene)
{
    if (scene->story->finding->actor != 0) {
        show(scene, scene->story->finding->actor);
    }
    show_ring(scene);
    show_race(scene);
    show_faults(scene);
    for (size_t i = 1; i < scene->count; i++) {
        if (scene->steps[i].displaced != 0) {
            show(scene, scene->steps[i].actor);
            show(scene, scene->steps[i].displaced);
        }
    }
}

/* Few tasks are all shown. Of many, those that matter, if that says enough. */
static void
choose_tasks(struct hd_scene *scene)
{
    show_everybody(scene);
    if (scene->tasks <= HD_SCENE_LANES_MAX) {
        return;
    }
    const size_t bytes =
        scene->story->names->actor_count * sizeof(*scene->shown);
    memset(scene->shown, 0, bytes);
    scene->shown_count = 0;
    show_those_that_matter(scene);
    if (scene->shown_count < 2) {
        show_everybody(scene);
    }
}

/* ---- the steps of a race ---- */

/* They look like no others, and who took them matters. */
static void
mark_race(struct hd_scene *scene)
{
    const struct hd_log *log = scene->story->log;
    struct hd_race race;
    if (!hd_race_of(scene->story, &race)) {
        return;
    }
    for (uint32_t i = 0; i < race.access_count; i++) {
        const uint64_t first = hd_race_step(log, &race.access[i]);
        struct hd_scene_step *step =
            &scene->steps[hd_scene_step_of(scene, first)];
        step->signature = step->likeness = hd_mix(first);
    }
}

/* ---- where another run parts ---- */

size_t
hd_scene_step_of(const struct hd_scene *scene, uint64_t record)
{
    const struct hd_log *log = scene->story->log;
    size_t step = 0;
    while (step + 1 < scene->count && scene->steps[step + 1].first <= record) {
        step++;
    }
    const bool leads_on = record < log->count &&
                          hd_record_at(log, record)->kind == HD_LOG_DEVIATE;
    return leads_on && step + 1 < scene->count ? step + 1 : step;
}

/* Its step looks like no other, so that it is not folded away. */
static void
find_parting(struct hd_scene *scene)
{
    const struct hd_passing *passing = scene->story->passing;
    uint64_t here, there;
    if (passing != NULL && passing->found &&
        hd_log_parts(scene->story->log, &passing->log, &here, &there)) {
        scene->parts_at = hd_scene_step_of(scene, here);
        scene->parts_record = here;
        struct hd_scene_step *step = &scene->steps[scene->parts_at];
        step->signature = step->likeness = hd_mix(here);
    }
}

/* ---- life ---- */

bool
hd_scene_init(struct hd_scene *scene, const struct hd_story *story)
{
    const uint64_t end = end_of_story(story);
    *scene = (struct hd_scene){.story = story};
    scene->steps = calloc(count_steps(story, end) + 1, sizeof(*scene->steps));
    scene->shown = calloc(story->names->actor_count, sizeof(*scene->shown));
    if (scene->steps == NULL || scene->shown == NULL) {
        hd_scene_finish(scene);
        return false;
    }
    read_steps(scene, end);
    find_parting(scene);
    mark_race(scene);
    choose_tasks(scene);
    return true;
}

void
hd_scene_finish(struct hd_scene *scene)
{
    free(scene->steps);
    free(scene->shown);
    *scene = (struct hd_scene){.story = NULL};
}
