/*
 * One function per sort of record. What wakes somebody is told with what woke
 * him ("releases lock 'left', waking 0.2"), births in a row are one item, and
 * Heddle's own bookkeeping is not told at all.
 */
#include "report/tell.h"

#include "report/race.h"
#include "report/symbols.h"
#include "report/words.h"
#include "trace/records.h"
#include <heddle/scheduler.h>
#include <heddle/status.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- items ---- */

static struct hd_item *
item_at(struct hd_page *page, size_t i)
{
    return i < HD_PAGE_HEAD
               ? &page->items[i]
               : &page->items[HD_PAGE_HEAD + (i - HD_PAGE_HEAD) % HD_PAGE_TAIL];
}

size_t
hd_page_kept(const struct hd_page *page)
{
    return page->count < HD_PAGE_HEAD + HD_PAGE_TAIL
               ? page->count
               : HD_PAGE_HEAD + HD_PAGE_TAIL;
}

const struct hd_item *
hd_page_item(const struct hd_page *page, size_t i, size_t *out_skipped)
{
    const size_t lost = page->count - hd_page_kept(page);
    *out_skipped = i == HD_PAGE_HEAD ? lost : 0;
    const size_t at = i < HD_PAGE_HEAD ? i : i + lost;
    return item_at((struct hd_page *)(uintptr_t)page, at);
}

static struct hd_item *
last_item(const struct hd_teller *teller)
{
    struct hd_page *page = teller->page;
    return page->count > 0 ? item_at(page, page->count - 1) : NULL;
}

struct hd_item *
hd_teller_add(struct hd_teller *teller, const struct hd_record *record,
              uint64_t place, const char *format, ...)
{
    struct hd_item *item = item_at(teller->page, teller->page->count++);
    *item = (struct hd_item){
        .record = teller->record, .place = place, .kind = record->kind};
    va_list args;
    va_start(args, format);
    vsnprintf(item->text, sizeof(item->text), format, args);
    va_end(args);
    return item;
}

static void append(struct hd_item *item, const char *format, ...)
    HD_PRINTF(2, 3);

static void
append(struct hd_item *item, const char *format, ...)
{
    const size_t length = strlen(item->text);
    va_list args;
    va_start(args, format);
    vsnprintf(item->text + length, sizeof(item->text) - length, format, args);
    va_end(args);
}

static const struct hd_names *
names_of(const struct hd_teller *teller)
{
    return teller->scene->story->names;
}

/* ---- births and wake-ups ---- */

static bool
is_one_more(const struct hd_names *names, const struct hd_item *item,
            uint32_t born)
{
    if (item == NULL || item->kind != HD_LOG_BORN || item->to + 1 != born) {
        return false;
    }
    const struct hd_actor_name *before = &names->actors[item->to];
    const struct hd_actor_name *now = &names->actors[born];
    return before->code == now->code && before->place == now->place &&
           before->parent == now->parent;
}

static void
tell_born(struct hd_teller *teller, const struct hd_record *record)
{
    const struct hd_names *names = names_of(teller);
    const uint32_t born = record->subject;
    char first[HD_WORDS_BYTES], last[HD_WORDS_BYTES];
    if (record->op != HD_ACTOR_TASK || born >= names->actor_count) {
        return;
    }
    teller->last_born = born;
    if ((uint32_t)record->value == 0) {
        return; /* main: somebody had to begin */
    }
    struct hd_item *item = last_item(teller);
    if (is_one_more(names, item, born)) {
        item->to = born;
        hd_words_actor(names, item->from, first, sizeof(first));
        hd_words_label(names, born, last, sizeof(last));
        snprintf(item->text, sizeof(item->text), "spawns %.110s to %.110s",
                 first, last);
        return;
    }
    item = hd_teller_add(teller, record, names->actors[born].place, "spawns %s",
                         hd_words_label(names, born, last, sizeof(last)));
    item->from = item->to = born;
}

static void
tell_wake(struct hd_teller *teller, const struct hd_record *record)
{
    const struct hd_names *names = names_of(teller);
    char who[HD_WORDS_BYTES];
    if (record->subject == teller->last_born ||
        record->subject == teller->page->actor ||
        !hd_words_is_task(names, record->subject)) {
        return;
    }
    hd_words_actor(names, record->subject, who, sizeof(who));
    struct hd_item *item = last_item(teller);
    if (item == NULL || item->kind == HD_LOG_BORN) {
        item = hd_teller_add(teller, record, 0, "wakes %s", who);
        item->from = item->to = record->subject;
        return;
    }
    item->from = 0;
    if (item->kind == HD_LOG_WAKE || strstr(item->text, ", waking ")) {
        append(item, ", %s", who);
    } else {
        append(item, ", waking %s", who);
    }
}

/* ---- ends of steps ---- */

/* "held by 0.2", "held by 0.2, which has ended". */
static void
tell_holder(struct hd_teller *teller, struct hd_item *item, uint32_t object)
{
    const struct hd_names *names = names_of(teller);
    char who[HD_WORDS_BYTES];
    if (object == 0 || object >= names->object_count ||
        names->objects[object].kind != HD_OBJECT_LOCK ||
        teller->holders[object] == 0) {
        return;
    }
    if (teller->holders[object] == teller->page->actor) {
        append(item, ", which it holds itself");
        return;
    }
    append(item, ", held by %s",
           hd_words_actor(names, teller->holders[object], who, sizeof(who)));
}

static void
stand(struct hd_teller *teller, uint64_t place)
{
    if (teller->page->actor < names_of(teller)->actor_count) {
        teller->stands[teller->page->actor] = place;
    }
}

uint64_t
hd_teller_stands(const struct hd_teller *teller, uint32_t actor)
{
    return actor < names_of(teller)->actor_count ? teller->stands[actor] : 0;
}

static void
tell_wait(struct hd_teller *teller, const struct hd_record *record)
{
    char text[HD_WORDS_BYTES];
    struct hd_item *item =
        hd_teller_add(teller, record, record->value, "%s",
                      hd_words_wait(names_of(teller), record->op,
                                    record->subject, text, sizeof(text)));
    tell_holder(teller, item, record->subject);
    stand(teller, record->value);
    if (teller->page->actor < names_of(teller)->actor_count) {
        teller->ops[teller->page->actor] = record->op;
    }
}

static void
tell_point(struct hd_teller *teller, const struct hd_record *record)
{
    char text[HD_WORDS_BYTES];
    stand(teller, record->value);
    if (record->subject == 0) {
        hd_teller_add(teller, record, record->value, "may be switched");
        return;
    }
    hd_teller_add(
        teller, record, record->value, "is about to use %s",
        hd_words_object(names_of(teller), record->subject, text, sizeof(text)));
}

static void
tell_done(struct hd_teller *teller, const struct hd_record *record)
{
    const int64_t status = (int64_t)record->value;
    hd_teller_add(teller, record, 0, "returns %s",
                  status < 0 ? hd_status_name((int)status) : "0");
}

/* ---- acts ---- */

static void
tell_act(struct hd_teller *teller, const struct hd_record *record)
{
    char text[HD_WORDS_BYTES];
    const uint32_t object = record->subject;
    hd_teller_add(
        teller, record, record->value, "%s",
        hd_words_act(names_of(teller), record->op, object, text, sizeof(text)));
    if (object >= names_of(teller)->object_count) {
        return;
    }
    if (record->op == HD_ACT_ACQUIRE) {
        teller->holders[object] = teller->page->actor;
    } else if (record->op == HD_ACT_RELEASE) {
        teller->holders[object] = 0;
    }
}

/* Was it told already, as the fault that it is? */
static bool
is_injected(const struct hd_log *log, uint64_t index)
{
    const struct hd_record *before =
        index > hd_record_first(log) ? hd_record_at(log, index - 1) : NULL;
    return before != NULL && before->kind == HD_LOG_FAULT &&
           before->subject == hd_record_at(log, index)->subject;
}

static void
tell_cancel(struct hd_teller *teller, uint64_t index)
{
    const struct hd_log *log = teller->scene->story->log;
    const struct hd_record *record = hd_record_at(log, index);
    char who[HD_WORDS_BYTES];
    if (is_injected(log, index)) {
        return;
    }
    hd_words_actor(names_of(teller), record->subject, who, sizeof(who));
    hd_teller_add(teller, record, record->value, "cancels %s",
                  record->subject == teller->page->actor ? "itself" : who);
}

static void
tell_choice(struct hd_teller *teller, const struct hd_record *record)
{
    const uint32_t bound = (uint32_t)(record->value >> 32);
    const uint32_t taken = (uint32_t)record->value;
    if (record->op == HD_VALUE_USER) {
        hd_teller_add(teller, record, 0, "hd_choose(%u) gives %u", bound, taken)
            ->is_chosen = taken != 0;
    } else if (record->op == HD_VALUE_JUMP && taken != 0) {
        hd_teller_add(teller, record, 0, "time jumps")->is_chosen = true;
    }
}

static void
tell_time(struct hd_teller *teller, const struct hd_record *record)
{
    char before[32], after[32];
    hd_words_time(teller->now_ns, before, sizeof(before));
    hd_words_time(record->value, after, sizeof(after));
    hd_teller_add(teller, record, 0, "time passes: %s -> %s", before, after)
        ->is_note = true;
    teller->now_ns = record->value;
}

static void
tell_result(struct hd_teller *teller, uint64_t index)
{
    const struct hd_log *log = teller->scene->story->log;
    const struct hd_record *record = hd_record_at(log, index);
    char name[128];
    hd_record_text(log, index, name, sizeof(name));
    hd_teller_add(teller, record, 0, "HD_RESULT(%s) is %" PRId64, name,
                  (int64_t)record->value)
        ->line = (int)record->subject;
}

/* ---- coroutines, loops, test cases ---- */

static void
tell_coro(struct hd_teller *teller, const struct hd_record *record)
{
    static const char *const words[] = {
        [HD_CORO_MADE] = "makes",
        [HD_CORO_AWAITED] = "awaits",
        [HD_CORO_DESTROYED] = "destroys",
    };
    if (record->op != HD_CORO_STARTED && record->op <= HD_CORO_DESTROYED) {
        hd_teller_add(teller, record, record->value, "%s a coroutine",
                      words[record->op]);
    }
}

static void
tell_loop(struct hd_teller *teller, const struct hd_record *record)
{
    if (record->op == HD_LOOP_BY_CREATE && record->value != 0) {
        hd_teller_add(teller, record, record->value, "makes a loop");
    }
}

static void
tell_subtest(struct hd_teller *teller, uint64_t index)
{
    const struct hd_log *log = teller->scene->story->log;
    const struct hd_record *record = hd_record_at(log, index);
    char name[128];
    if (record->op == 0) {
        hd_record_text(log, index, name, sizeof(name));
        hd_teller_add(teller, record, 0, "test %s begins", name)->is_note =
            true;
    }
}

/* ---- races ---- */

/* What the race's actors did to its memory in this step. */
static void
tell_accesses(struct hd_teller *teller, const struct hd_scene_step *step)
{
    const struct hd_story *story = teller->scene->story;
    const struct hd_record record = {.kind = HD_LOG_RACE};
    char text[HD_RACE_WORDS_BYTES];
    struct hd_race race;
    if (!hd_race_of(story, &race)) {
        return;
    }
    const uint32_t count = race.access_count + (race.both_read ? 1u : 0);
    for (uint32_t i = 0; i < count; i++) {
        const struct hd_race_access *access = &race.access[i];
        const uint64_t at = hd_race_step(story->log, access);
        if (at >= step->first && at < step->end) {
            hd_teller_add(teller, &record, access->place, "%s",
                          hd_race_access(story, &race, i, text, sizeof(text)))
                ->is_fatal = i + 1 == race.access_count;
        }
    }
}

/* ---- one record, one step ---- */

static void
tell(struct hd_teller *teller, uint64_t index)
{
    const struct hd_record *record =
        hd_record_at(teller->scene->story->log, index);
    switch (record->kind) {
    case HD_LOG_BORN:
        tell_born(teller, record);
        break;
    case HD_LOG_WAKE:
        tell_wake(teller, record);
        break;
    case HD_LOG_SUSPEND:
    case HD_LOG_YIELD:
        tell_wait(teller, record);
        break;
    case HD_LOG_POINT:
        tell_point(teller, record);
        break;
    case HD_LOG_DONE:
        tell_done(teller, record);
        break;
    case HD_LOG_ACT:
        tell_act(teller, record);
        break;
    case HD_LOG_CANCEL:
        tell_cancel(teller, index);
        break;
    case HD_LOG_CHOOSE:
        tell_choice(teller, record);
        break;
    case HD_LOG_ADVANCE:
        tell_time(teller, record);
        break;
    case HD_LOG_RESULT:
        tell_result(teller, index);
        break;
    case HD_LOG_CLOSE:
        if (record->value != 0) {
            hd_teller_add(teller, record, record->value, "closes a loop");
        }
        break;
    case HD_LOG_CORO:
        tell_coro(teller, record);
        break;
    case HD_LOG_LOOP:
        tell_loop(teller, record);
        break;
    case HD_LOG_SUBTEST:
        tell_subtest(teller, index);
        break;
    case HD_LOG_DELIVERED:
        if (record->op == 0) {
            hd_teller_add(teller, record, record->value,
                          "is told HD_E_CANCELLED");
        }
        break;
    default:
        if (record->kind >= HD_LOG_INCIDENTS && record->kind < HD_LOG_RACE) {
            hd_tell_incident(teller, index);
        }
        break;
    }
}

/* Where what goes wrong later was made. */
static void
mark_causes(struct hd_teller *teller)
{
    const struct hd_finding *finding = teller->scene->story->finding;
    struct hd_page *page = teller->page;
    for (size_t i = 0; i < hd_page_kept(page); i++) {
        struct hd_item *item = &page->items[i];
        const bool is_its_birth = item->kind == HD_LOG_BORN &&
                                  item->from <= finding->actor &&
                                  item->to >= finding->actor;
        item->is_cause = item->place != 0 && item->place == finding->place &&
                         (is_its_birth || item->kind == HD_LOG_CORO);
    }
}

/* Once a loop has ended, the code that ran it goes on. */
static uint32_t
acting(const struct hd_names *names, uint32_t actor)
{
    const bool is_end = actor < names->actor_count &&
                        names->actors[actor].kind == HD_ACTOR_EXIT;
    return is_end ? 0 : actor;
}

/* The way from the task's function to where the step ended, by its ends. */
static void
find_callers(const struct hd_log *log, const struct hd_scene_step *step,
             uint64_t *out_place, uint64_t *out_via)
{
    *out_place = *out_via = 0;
    for (uint64_t i = step->first; i < step->end; i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        if (record->kind != HD_LOG_CALLER) {
            continue;
        }
        if (record->op == 0) {
            *out_place = record->value;
            *out_via = 0;
        } else {
            *out_via = record->value;
        }
    }
}

/* What a step begins with, the end of its wait, was called as the wait was. */
static void
note_callers(struct hd_teller *teller, const struct hd_scene_step *step)
{
    struct hd_page *page = teller->page;
    uint64_t place, via;
    if (page->actor >= names_of(teller)->actor_count) {
        return;
    }
    find_callers(teller->scene->story->log, step, &place, &via);
    for (size_t i = 0; i < hd_page_kept(page); i++) {
        struct hd_item *item = &page->items[i];
        if (item->kind == HD_LOG_DELIVERED) {
            item->via = teller->vias[page->actor];
        } else if (item->place == place) {
            item->via = via;
        }
    }
    teller->vias[page->actor] = via;
}

static bool
ends_step(const struct hd_record *record)
{
    return hd_record_suspends(record) || record->kind == HD_LOG_DONE;
}

void
hd_teller_step(struct hd_teller *teller, size_t index, struct hd_page *page)
{
    const struct hd_story *story = teller->scene->story;
    const struct hd_scene_step *step = &teller->scene->steps[index];
    page->number = index;
    page->actor = acting(names_of(teller), step->actor);
    page->count = 0;
    teller->page = page;
    teller->last_born = UINT32_MAX;
    bool is_told = false; /* what it did, before where it stands then */
    for (uint64_t i = step->first; i < step->end;
         i = hd_record_next(story->log, i)) {
        if (ends_step(hd_record_at(story->log, i)) && !is_told) {
            tell_accesses(teller, step);
            is_told = true;
        }
        const size_t before = page->count;
        teller->record = i;
        tell(teller, i);
        if (i == story->finding->record && page->count > before) {
            last_item(teller)->is_fatal = true;
        }
    }
    if (!is_told) {
        tell_accesses(teller, step);
    }
    note_callers(teller, step);
    mark_causes(teller);
    hd_tell_event(teller);
}

/* ---- life ---- */

bool
hd_teller_init(struct hd_teller *teller, const struct hd_scene *scene)
{
    const size_t objects = scene->story->names->object_count;
    *teller = (struct hd_teller){.scene = scene};
    teller->holders = calloc(objects, sizeof(*teller->holders));
    teller->stands =
        calloc(scene->story->names->actor_count, sizeof(*teller->stands));
    teller->vias =
        calloc(scene->story->names->actor_count, sizeof(*teller->vias));
    teller->ops =
        calloc(scene->story->names->actor_count, sizeof(*teller->ops));
    if (teller->holders == NULL || teller->stands == NULL ||
        teller->vias == NULL || teller->ops == NULL) {
        hd_teller_finish(teller);
        return false;
    }
    return true;
}

void
hd_teller_finish(struct hd_teller *teller)
{
    free(teller->holders);
    free(teller->stands);
    free(teller->vias);
    free(teller->ops);
    *teller = (struct hd_teller){.scene = NULL};
}
