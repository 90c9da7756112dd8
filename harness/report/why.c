#include "report/why.h"

#include "report/scene.h"
#include "trace/users.h"
#include <heddle/scheduler.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

struct teller {
    struct hd_why *why;
    const struct hd_story *story;
    const struct hd_waits *waits;
    const struct hd_cause *cause;
};

/* ---- lines ---- */

static void add(const struct teller *teller, uint64_t place, const char *format,
                ...) HD_PRINTF(3, 4);

static void
add(const struct teller *teller, uint64_t place, const char *format, ...)
{
    struct hd_why *why = teller->why;
    if (why->count == sizeof(why->lines) / sizeof(why->lines[0])) {
        return;
    }
    struct hd_why_line *line = &why->lines[why->count++];
    line->place = place;
    va_list args;
    va_start(args, format);
    vsnprintf(line->text, sizeof(line->text), format, args);
    va_end(args);
}

struct name {
    char text[128];
};

static struct name
name_of(const struct teller *teller, uint32_t actor)
{
    struct name name;
    hd_words_actor(teller->story->names, actor, name.text, sizeof(name.text));
    return name;
}

static const char *
past_of(uint8_t act)
{
    static const char *const words[] = {
        [HD_ACT_ACQUIRE] = "took it",    [HD_ACT_RELEASE] = "released it",
        [HD_ACT_SET] = "set it",         [HD_ACT_CLEAR] = "cleared it",
        [HD_ACT_NOTIFY] = "notified it", [HD_ACT_PUT] = "put into it",
        [HD_ACT_GET] = "got from it",
    };
    return act < sizeof(words) / sizeof(*words) && words[act] != NULL
               ? words[act]
               : "used it";
}

/* "0.1 set it at step 3", and more; how: "last", or "". */
static void
add_deed(const struct teller *teller, const struct hd_deed *deed,
         const char *how, const char *after)
{
    char when[48] = "";
    if (deed->record != 0) {
        snprintf(when, sizeof(when), " at step %zu",
                 hd_scene_number(teller->story, deed->record));
    }
    add(teller, deed->place, "%s %s%s%s%s", name_of(teller, deed->actor).text,
        past_of(deed->act), how, when, after);
}

static void
add_end_of(const struct teller *teller, uint32_t actor)
{
    if (hd_waits_has_ended(teller->waits, actor)) {
        add(teller, 0, "%s has ended", name_of(teller, actor).text);
    }
}

/* ---- what each cause says ---- */

static void
tell_never(const struct teller *teller)
{
    switch (teller->cause->act.act) {
    case HD_ACT_PUT:
        add(teller, 0, "nobody has ever put anything into it");
        break;
    case HD_ACT_GET:
        add(teller, 0, "nobody has ever got anything out of it");
        break;
    default:
        add(teller, 0, "nobody has ever %s", past_of(teller->cause->act.act));
        break;
    }
}

static void
tell_maker(const struct teller *teller)
{
    const struct hd_names *names = teller->story->names;
    const uint32_t object = teller->cause->object;
    if (hd_waits_kind(teller->waits, object) == HD_OBJECT_FUTURE) {
        const struct hd_object_name *future = &names->objects[object];
        add(teller, future->place, "%s created it",
            name_of(teller, future->actor).text);
        add_end_of(teller, future->actor);
    }
}

/* Who was woken in its place, and what became of that. */
static void
tell_instead(const struct teller *teller)
{
    const struct hd_cause *cause = teller->cause;
    const struct name who = name_of(teller, cause->who);
    char after[160];
    snprintf(after, sizeof(after), ", waking %s", who.text);
    add_deed(teller, &cause->act, "", after);
    if (cause->kind == HD_CAUSE_DIED_WITH) {
        add(teller, 0, "%s was cancelled meanwhile: the wake-up was lost",
            who.text);
    } else {
        add(teller, 0, "%s waits again: if it was meant for %s, it was lost",
            who.text, name_of(teller, cause->wait->actor).text);
    }
}

static void
tell_early(const struct teller *teller)
{
    const struct hd_cause *cause = teller->cause;
    add_deed(teller, &cause->act, "", ", when nobody waited");
    add(teller, 0, "%s waits since step %zu, too late: the wake-up was lost",
        name_of(teller, cause->wait->actor).text,
        hd_scene_number(teller->story, cause->wait->record));
}

static void
tell_cleared(const struct teller *teller)
{
    const struct hd_cause *cause = teller->cause;
    add_deed(teller, &cause->act, "", "");
    add_deed(teller, &cause->other, "", "");
    add(teller, 0, "%s waits since step %zu, too late: the wake-up was lost",
        name_of(teller, cause->wait->actor).text,
        hd_scene_number(teller->story, cause->wait->record));
}

/* Who else has units of a semaphore. */
static void
tell_others(const struct teller *teller)
{
    const struct hd_cause *cause = teller->cause;
    struct hd_users users;
    if (cause->wait->op != HD_OP_SEMAPHORE ||
        !hd_users_init(&users, teller->waits->object_count)) {
        return;
    }
    hd_users_ask(&users, cause->object);
    hd_users_read(&users, teller->story->log, teller->waits->read);
    int32_t taken = 0;
    for (const struct hd_user *user = hd_users_of(&users, cause->object);
         user != NULL; user = hd_users_next(&users, user)) {
        taken += user->taken > 0 ? user->taken : 0;
        if (user->taken > 0 && user->actor != cause->act.actor) {
            add(teller, user->taken_at, "%s took one, too%s",
                name_of(teller, user->actor).text,
                hd_waits_has_ended(teller->waits, user->actor)
                    ? ", and has ended"
                    : "");
        }
    }
    if (taken > 1) {
        add(teller, 0, "%" PRId32 " units are taken, none is left", taken);
    }
    hd_users_finish(&users);
}

static void
tell_kept(const struct teller *teller)
{
    const struct hd_cause *cause = teller->cause;
    const struct name who = name_of(teller, cause->act.actor);
    add(teller, cause->act.place, "which %s took", who.text);
    if (cause->cancelled) {
        add(teller, 0, "%s was cancelled, and ended without releasing it",
            who.text);
    } else if (cause->ended) {
        add(teller, 0, "%s has ended without releasing it", who.text);
    } else {
        add(teller, 0, "%s sleeps for ever", who.text);
    }
    tell_others(teller);
}

static void
tell_queue(const struct teller *teller)
{
    const struct hd_cause *cause = teller->cause;
    const char *s = cause->count == 1 ? "" : "s";
    if (cause->act.record != 0) {
        add_deed(teller, &cause->act, " last", "");
        add_end_of(teller, cause->act.actor);
    } else if (cause->kind != HD_CAUSE_USED_UP) {
        tell_never(teller);
    }
    if (cause->kind == HD_CAUSE_USED_UP) {
        if (cause->other.record != 0) {
            add_deed(teller, &cause->other, " last", "");
        }
        add(teller, 0, "%u item%s put in so far, %u taken out", cause->count, s,
            cause->count);
    } else if (cause->kind == HD_CAUSE_UNTAKEN) {
        add(teller, 0, "%u item%s in it", cause->count,
            cause->count == 1 ? " is" : "s are");
    } else {
        add(teller, 0, "for %u item%s nobody called hd_queue_task_done",
            cause->count, s);
    }
}

/* Those that came to earlier rounds and are not there. */
static void
tell_barrier(const struct teller *teller)
{
    const struct hd_cause *cause = teller->cause;
    struct hd_users users;
    add(teller, 0, "%u of %u have come", cause->count, cause->of);
    if (!hd_users_init(&users, teller->waits->object_count)) {
        return;
    }
    hd_users_ask(&users, cause->object);
    hd_users_read(&users, teller->story->log, teller->waits->read);
    for (const struct hd_user *user = hd_users_of(&users, cause->object);
         user != NULL; user = hd_users_next(&users, user)) {
        if (user->taken == 0) {
            add(teller, user->taken_at, "%s came before%s",
                name_of(teller, user->actor).text,
                hd_waits_has_ended(teller->waits, user->actor)
                    ? ", and has ended"
                    : "");
        }
    }
    hd_users_finish(&users);
}

static void
tell_last(const struct teller *teller)
{
    const struct hd_cause *cause = teller->cause;
    if (cause->act.act == HD_ACT_ACQUIRE) {
        add(teller, cause->act.place, "which %s took",
            name_of(teller, cause->act.actor).text);
    } else {
        add_deed(teller, &cause->act, " last", "");
        add_end_of(teller, cause->act.actor);
    }
}

static void
tell(const struct teller *teller)
{
    const struct hd_cause *cause = teller->cause;
    switch (cause->kind) {
    case HD_CAUSE_LAST:
        tell_last(teller);
        break;
    case HD_CAUSE_NEVER:
        tell_maker(teller);
        tell_never(teller);
        break;
    case HD_CAUSE_SHORT:
        tell_barrier(teller);
        break;
    case HD_CAUSE_USED_UP:
    case HD_CAUSE_UNTAKEN:
    case HD_CAUSE_UNDONE:
        tell_queue(teller);
        break;
    case HD_CAUSE_DROPPED:
        tell_maker(teller);
        add(teller, cause->act.place, "%s released its last handle",
            name_of(teller, cause->act.actor).text);
        add(teller, 0, "nobody can set it any more");
        break;
    case HD_CAUSE_KEPT:
        tell_kept(teller);
        break;
    case HD_CAUSE_CLEARED:
        tell_cleared(teller);
        break;
    case HD_CAUSE_EARLY:
        tell_early(teller);
        break;
    case HD_CAUSE_UNUSED:
    case HD_CAUSE_DIED_WITH:
        tell_instead(teller);
        break;
    case HD_CAUSE_UNKNOWN:
    case HD_CAUSE_SLEEPS:
        break;
    }
}

void
hd_why_find(struct hd_why *why, const struct hd_story *story,
            const struct hd_waits *waits, const struct hd_wait *wait)
{
    struct hd_cause cause;
    why->count = 0;
    hd_cause_find(&cause, waits, story->log, wait);
    const struct teller teller = {
        .why = why, .story = story, .waits = waits, .cause = &cause};
    tell(&teller);
}
