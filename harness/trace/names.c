/*
 * Two walks over the log: the first counts, the second fills. Actors are born
 * in order of their numbers, parents first, so that each path follows from one
 * that is known. Nothing here trusts the log: it may come from a process that
 * has crashed, or have lost its beginning.
 */
#include "trace/names.h"

#include "base/identity.h"
#include "trace/records.h"
#include <heddle/scheduler.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IDS_MAX (UINT32_C(1) << 26) /* more cannot be meant seriously */

/* ---- paths ---- */

/* Read a decimal number > 0; the rest of the text, NULL if there is none. */
static const char *
parse_ordinal(const char *text, const char *end, uint64_t *out_ordinal)
{
    const char *start = text;
    uint64_t ordinal = 0;
    while (text < end && *text >= '0' && *text <= '9') {
        ordinal = ordinal * 10 + (uint64_t)(*text++ - '0');
        if (ordinal > UINT32_MAX) {
            return NULL;
        }
    }
    *out_ordinal = ordinal;
    return text > start && *start != '0' ? text : NULL;
}

bool
hd_path_parse(const char *text, size_t length, uint64_t *out_path)
{
    const char *end = text + length;
    if (length == 5 && memcmp(text, "clock", 5) == 0) {
        *out_path = hd_path_of(hd_path_of_root(), 0, false);
        return true;
    }
    if (length == 0 || *text++ != '0') {
        return false;
    }
    uint64_t path = hd_path_of_root();
    while (text != NULL && text < end && (*text == '.' || *text == '/')) {
        const bool is_task = *text++ == '.';
        const char *word = text;
        while (!is_task && text < end && *text >= 'a' && *text <= 'z') {
            text++;
        }
        if (!is_task && text == word) {
            return false;
        }
        uint64_t ordinal = 0;
        text = parse_ordinal(text, end, &ordinal);
        path = hd_path_of(path, ordinal, is_task);
    }
    if (text != end) {
        return false;
    }
    *out_path = path;
    return true;
}

/* ---- texts ---- */

const char *
hd_record_text(const struct hd_log *log, uint64_t index, char *text,
               size_t bytes)
{
    const uint64_t parts = hd_record_parts(hd_record_at(log, index));
    size_t at = 0;
    for (uint64_t i = 1; i <= parts && index + i < log->count; i++) {
        const struct hd_record *raw = hd_record_at(log, index + i);
        const size_t room = bytes - 1 - at;
        const size_t some = room < sizeof(*raw) ? room : sizeof(*raw);
        memcpy(text + at, raw, some);
        at += some;
    }
    text[at] = '\0';
    return text;
}

/* ---- reading the log ---- */

static uint32_t
larger(uint32_t a, uint32_t b)
{
    return a > b && a < IDS_MAX ? a : b;
}

static bool
allocate(struct hd_names *names, const struct hd_log *log)
{
    uint32_t actors = 0, objects = 0;
    size_t text_bytes = 0;
    for (uint64_t i = hd_record_first(log); i < log->count;
         i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        if (record->kind == HD_LOG_BORN || record->kind == HD_LOG_STEP) {
            actors = larger(record->subject, actors);
        } else if (record->kind == HD_LOG_OBJECT) {
            objects = larger(record->subject, objects);
        } else if (record->kind == HD_LOG_NAME) {
            text_bytes += sizeof(*record) * (size_t)record->aux + 1;
        }
    }
    names->actor_count = actors + 1;
    names->object_count = objects + 1;
    names->actors = calloc(names->actor_count, sizeof(*names->actors));
    names->objects = calloc(names->object_count, sizeof(*names->objects));
    names->texts = calloc(text_bytes + 1, 1);
    return names->actors != NULL && names->objects != NULL &&
           names->texts != NULL;
}

static void
read_birth(struct hd_names *names, const struct hd_record *record)
{
    struct hd_actor_name *actor = &names->actors[record->subject];
    actor->parent = (uint32_t)(record->value >> 32);
    actor->ordinal = (uint32_t)record->value;
    actor->kind = record->op;
    if (actor->parent >= record->subject) {
        return; /* nobody is born before his parent */
    }
    const uint64_t parent = names->actors[actor->parent].path;
    const bool is_task = actor->kind == HD_ACTOR_TASK;
    if (parent != 0) {
        actor->path = is_task && actor->ordinal == 0
                          ? parent
                          : hd_path_of(parent, actor->ordinal, is_task);
    }
}

static void
read_actor(struct hd_names *names, const struct hd_log *log, uint64_t index,
           char **text)
{
    const struct hd_record *record = hd_record_at(log, index);
    if (record->subject >= names->actor_count) {
        return;
    }
    struct hd_actor_name *actor = &names->actors[record->subject];
    if (record->kind == HD_LOG_BORN) {
        read_birth(names, record);
    } else if (record->kind == HD_LOG_PLACE) {
        actor->place = record->value;
    } else if (record->kind == HD_LOG_CODE) {
        actor->code = record->value;
    } else if (record->aux > 0) {
        const size_t bytes = sizeof(*record) * (size_t)record->aux + 1;
        actor->given = hd_record_text(log, index, *text, bytes);
        *text += bytes;
    }
}

static void
read_object(struct hd_names *names, const struct hd_record *record,
            uint64_t index)
{
    if (record->subject >= names->object_count) {
        return;
    }
    struct hd_object_name *object = &names->objects[record->subject];
    if (record->kind == HD_LOG_OBJECT) {
        object->actor = (uint32_t)(record->value >> 32);
        object->ordinal = (uint32_t)record->value;
        object->kind = record->op;
        object->record = index;
    } else if (record->kind == HD_LOG_PLACE) {
        object->place = record->value;
    } else {
        object->address = record->value;
    }
}

static void
fill(struct hd_names *names, const struct hd_log *log)
{
    char *text = names->texts;
    for (uint64_t i = hd_record_first(log); i < log->count;
         i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        switch (record->kind) {
        case HD_LOG_PLACE:
            if (record->op == 1) {
                read_object(names, record, i);
                break;
            }
            read_actor(names, log, i, &text);
            break;
        case HD_LOG_BORN:
        case HD_LOG_CODE:
        case HD_LOG_NAME:
            read_actor(names, log, i, &text);
            break;
        case HD_LOG_OBJECT:
        case HD_LOG_AT:
            read_object(names, record, i);
            break;
        default:
            break;
        }
    }
}

/* Which lock, which event is it? */
static void
count_objects(struct hd_names *names)
{
    uint32_t counts[HD_OBJECT_COMPLETION + 1] = {0};
    for (uint32_t i = 1; i < names->object_count; i++) {
        struct hd_object_name *object = &names->objects[i];
        if (object->ordinal != 0 && object->kind <= HD_OBJECT_COMPLETION) {
            object->nth = ++counts[object->kind];
        }
    }
}

bool
hd_names_init(struct hd_names *names, const struct hd_log *log)
{
    *names = (struct hd_names){.log = log};
    if (!allocate(names, log)) {
        hd_names_finish(names);
        return false;
    }
    names->actors[0].path = hd_path_of_root();
    fill(names, log);
    count_objects(names);
    return true;
}

void
hd_names_finish(struct hd_names *names)
{
    free(names->actors);
    free(names->objects);
    free(names->texts);
    *names = (struct hd_names){.actors = NULL};
}

/* ---- printing ---- */

/* Also in log.c, which names tasks while they run. */
static const char *
link_word(uint8_t kind)
{
    switch (kind) {
    case HD_ACTOR_TASK:
        return ".";
    case HD_ACTOR_TIMER:
        return "/timer";
    case HD_ACTOR_EXIT:
        return "/exit";
    case HD_ACTOR_IO:
        return "/io";
    default:
        return "/call";
    }
}

const char *
hd_names_actor(const struct hd_names *names, uint32_t actor, char *text,
               size_t bytes)
{
    uint32_t line[HD_LOG_DEPTH_MAX];
    size_t depth = 0;
    if (actor >= names->actor_count || names->actors[actor].path == 0) {
        snprintf(text, bytes, "?");
        return text;
    }
    if (names->actors[actor].kind == HD_ACTOR_CLOCK) {
        snprintf(text, bytes, "clock");
        return text;
    }
    for (; names->actors[actor].ordinal != 0 && depth < HD_LOG_DEPTH_MAX;
         actor = names->actors[actor].parent) {
        line[depth++] = actor;
    }
    size_t at = (size_t)snprintf(text, bytes, "0");
    while (depth-- > 0 && at < bytes) {
        const struct hd_actor_name *name = &names->actors[line[depth]];
        at += (size_t)snprintf(text + at, bytes - at, "%s%u",
                               link_word(name->kind), name->ordinal);
    }
    return text;
}

const char *
hd_names_kind(enum hd_object_kind kind)
{
    static const char *const words[] = {
        [HD_OBJECT_FUTURE] = "future",
        [HD_OBJECT_TASK] = "task",
        [HD_OBJECT_LOCK] = "lock",
        [HD_OBJECT_EVENT] = "event",
        [HD_OBJECT_CONDITION] = "condition",
        [HD_OBJECT_SEMAPHORE] = "semaphore",
        [HD_OBJECT_BARRIER] = "barrier",
        [HD_OBJECT_QUEUE] = "queue",
        [HD_OBJECT_GATHER] = "gather",
        [HD_OBJECT_GROUP] = "group",
        [HD_OBJECT_COMPLETION] = "completion",
        [HD_OBJECT_CORO] = "coroutine",
    };
    return (size_t)kind < sizeof(words) / sizeof(*words) ? words[kind]
                                                         : "object";
}

const char *
hd_names_object(const struct hd_names *names, uint32_t object, char *text,
                size_t bytes)
{
    char actor[HD_NAME_BYTES];
    if (object & HD_OBJECT_IS_TASK) {
        hd_names_actor(names, object & ~HD_OBJECT_IS_TASK, actor,
                       sizeof(actor));
        snprintf(text, bytes, "task %s", actor);
        return text;
    }
    if (object >= names->object_count || names->objects[object].ordinal == 0) {
        snprintf(text, bytes, "?");
        return text;
    }
    const struct hd_object_name *name = &names->objects[object];
    snprintf(text, bytes, "%s %u of %s", hd_names_kind(name->kind),
             name->ordinal,
             hd_names_actor(names, name->actor, actor, sizeof(actor)));
    return text;
}
