#include "report/words.h"

#include "report/symbols.h"
#include "report/variables.h"
#include <ctype.h>
#include <heddle/barrier.h>
#include <heddle/condition.h>
#include <heddle/event.h>
#include <heddle/lock.h>
#include <heddle/queue.h>
#include <heddle/scheduler.h>
#include <heddle/semaphore.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static uint8_t
kind_of(const struct hd_names *names, uint32_t actor)
{
    return actor < names->actor_count ? names->actors[actor].kind
                                      : (uint8_t)HD_ACTOR_TASK;
}

bool
hd_words_is_task(const struct hd_names *names, uint32_t actor)
{
    const uint8_t kind = kind_of(names, actor);
    return kind == HD_ACTOR_TASK || kind == HD_ACTOR_ROOT;
}

/* ---- actors ---- */

const char *
hd_words_actor(const struct hd_names *names, uint32_t actor, char *text,
               size_t bytes)
{
    static const char *const events[] = {
        [HD_ACTOR_CALLBACK] = "a callback of ",
        [HD_ACTOR_TIMER] = "a timer of ",
        [HD_ACTOR_IO] = "an event of ",
    };
    const uint8_t kind = kind_of(names, actor);
    if (kind == HD_ACTOR_CLOCK || kind == HD_ACTOR_EXIT) {
        snprintf(text, bytes, "%s",
                 kind == HD_ACTOR_CLOCK ? "the clock" : "the loop's end");
        return text;
    }
    const bool is_event =
        kind < sizeof(events) / sizeof(*events) && events[kind] != NULL;
    char name[HD_NAME_BYTES];
    hd_names_actor(names, is_event ? names->actors[actor].parent : actor, name,
                   sizeof(name));
    snprintf(text, bytes, "%s%s", is_event ? events[kind] : "",
             strcmp(name, "0") == 0 ? "the test" : name);
    return text;
}

const char *
hd_words_label(const struct hd_names *names, uint32_t actor, char *text,
               size_t bytes)
{
    char name[HD_NAME_BYTES];
    if (!hd_words_is_task(names, actor) || actor >= names->actor_count) {
        return hd_words_actor(names, actor, text, bytes);
    }
    const struct hd_actor_name *who = &names->actors[actor];
    hd_names_actor(names, actor, name, sizeof(name));
    const struct hd_symbol code = hd_symbol_function(who->code);
    if (who->given != NULL) {
        snprintf(text, bytes, "%s '%s'", name, who->given);
    } else if (strcmp(name, "0") == 0) {
        snprintf(text, bytes, "0 test");
    } else {
        const char *function = code.function != NULL ? code.function : "";
        snprintf(text, bytes, "%s%s%.*s", name, function[0] != '\0' ? " " : "",
                 (int)strcspn(function, "."), function);
    }
    return text;
}

/* ---- objects ---- */

/* The struct that the program has of it, where it has one. */
static struct hd_piece
piece_of(const struct hd_object_name *name)
{
    static const struct hd_piece of_kind[] = {
        [HD_OBJECT_LOCK] = {.bytes = sizeof(struct hd_lock),
                            .object = "hd_lock"},
        [HD_OBJECT_EVENT] = {.bytes = sizeof(struct hd_event),
                             .object = "hd_event"},
        [HD_OBJECT_CONDITION] = {.bytes = sizeof(struct hd_condition),
                                 .object = "hd_condition"},
        [HD_OBJECT_SEMAPHORE] = {.bytes = sizeof(struct hd_semaphore),
                                 .object = "hd_semaphore"},
        [HD_OBJECT_BARRIER] = {.bytes = sizeof(struct hd_barrier),
                               .object = "hd_barrier"},
        [HD_OBJECT_QUEUE] = {.bytes = sizeof(struct hd_queue),
                             .object = "hd_queue"},
    };
    struct hd_piece piece = {.bytes = 0};
    if (name->kind < sizeof(of_kind) / sizeof(*of_kind)) {
        piece = of_kind[name->kind];
    }
    piece.address = name->address;
    return piece;
}

/*
 * The variable that it is. whose, of HD_WORDS_BYTES, is "" or says which task
 * has it on its stack: " of 0.2"; what the main task has is like a static one.
 */
static bool
find_variable(const struct hd_names *names, const struct hd_object_name *name,
              struct hd_variable *out_variable, char *whose)
{
    const struct hd_piece piece = piece_of(name);
    char who[HD_NAME_BYTES];
    struct hd_frame frame;
    whose[0] = '\0';
    if (hd_variable_static(&piece, out_variable)) {
        return true;
    }
    if (!hd_frame_find(names->log, piece.address, name->record, &frame) ||
        !hd_variable_local(&piece, &frame, out_variable)) {
        return false;
    }
    hd_names_actor(names, frame.actor, who, sizeof(who));
    if (strcmp(who, "0") != 0) {
        snprintf(whose, HD_WORDS_BYTES, " of %s", who);
    }
    return true;
}

/* 1 is A, 26 is Z, 27 is AA. Returns text; needs 8 bytes. */
static const char *
letters(uint32_t nth, char *text)
{
    char backwards[8];
    size_t length = 0, at = 0;
    for (; nth > 0; nth = (nth - 1) / 26) {
        backwards[length++] = (char)('A' + (nth - 1) % 26);
    }
    while (length > 0) {
        text[at++] = backwards[--length];
    }
    text[at] = '\0';
    return text;
}

const char *
hd_words_object(const struct hd_names *names, uint32_t object, char *text,
                size_t bytes)
{
    if (object & HD_OBJECT_IS_TASK) {
        return hd_words_actor(names, object & ~HD_OBJECT_IS_TASK, text, bytes);
    }
    if (object >= names->object_count || names->objects[object].ordinal == 0) {
        return hd_names_object(names, object, text, bytes);
    }
    const struct hd_object_name *name = &names->objects[object];
    const char *kind = hd_names_kind(name->kind);
    char whose[HD_WORDS_BYTES], nth[8];
    struct hd_variable variable;
    if (name->address != 0 && find_variable(names, name, &variable, whose)) {
        snprintf(text, bytes, "%s '%s'%s", kind, variable.name, whose);
    } else {
        snprintf(text, bytes, "%s %s", kind, letters(name->nth, nth));
    }
    return text;
}

/* ---- messages ---- */

/* Does a name go on where another one would end? */
static bool
is_longer(const char *end)
{
    return isdigit((unsigned char)end[0]) ||
           (end[0] == '.' && isdigit((unsigned char)end[1]));
}

/* Put the words for an object in the place of its name, wherever it stands. */
static void
put_words(const struct hd_names *names, uint32_t object, char *text,
          size_t bytes)
{
    char name[HD_NAME_BYTES], words[HD_WORDS_BYTES];
    hd_names_object(names, object, name, sizeof(name));
    char *at = strstr(text, name);
    if (at == NULL) {
        return;
    }
    hd_words_object(names, object, words, sizeof(words));
    const size_t from = strlen(name), to = strlen(words);
    while (at != NULL && strlen(text) + to < bytes + from) {
        char *after = at + to;
        if (is_longer(at + from)) {
            after = at + from; /* a longer name that begins so */
        } else {
            memmove(after, at + from, strlen(at + from) + 1);
            memcpy(at, words, to);
        }
        at = strstr(after, name);
    }
}

const char *
hd_words_message(const struct hd_names *names, const char *message, char *text,
                 size_t bytes)
{
    snprintf(text, bytes, "%s", message);
    for (uint32_t i = 1; i < names->object_count; i++) {
        if (names->objects[i].ordinal != 0 && strstr(text, " of 0") != NULL) {
            put_words(names, i, text, bytes);
        }
    }
    return text;
}

/* ---- waits and acts ---- */

const char *
hd_words_wait(const struct hd_names *names, uint8_t op, uint32_t object,
              char *text, size_t bytes)
{
    static const char *const with_object[HD_OP_KINDS] = {
        [HD_OP_AWAIT] = "awaits ",
        [HD_OP_LOCK] = "waits for ",
        [HD_OP_EVENT] = "waits for ",
        [HD_OP_CONDITION] = "waits for ",
        [HD_OP_SEMAPHORE] = "waits for ",
        [HD_OP_BARRIER] = "waits at ",
        [HD_OP_GET] = "waits for an item in ",
        [HD_OP_PUT] = "waits for room in ",
        [HD_OP_JOIN] = "waits in hd_queue_join for ",
    };
    static const char *const alone[HD_OP_KINDS] = {
        [HD_OP_YIELD] = "yields",
        [HD_OP_SLEEP] = "sleeps",
        [HD_OP_GATHER] = "waits in hd_gather",
        [HD_OP_WAIT] = "waits in hd_wait",
        [HD_OP_WAIT_FOR] = "waits in hd_wait_for",
        [HD_OP_SHIELD] = "waits in hd_shield",
        [HD_OP_GROUP] = "waits for its group",
    };
    char name[HD_WORDS_BYTES];
    const char *verb = op < HD_OP_KINDS ? with_object[op] : NULL;
    const char *words = op < HD_OP_KINDS ? alone[op] : NULL;
    if (verb != NULL && object != 0) {
        snprintf(text, bytes, "%s%s", verb,
                 hd_words_object(names, object, name, sizeof(name)));
    } else {
        snprintf(text, bytes, "%s", words != NULL ? words : "waits");
    }
    return text;
}

/* A barrier's arrivals and departures are logged as releases and acquires. */
static const char *
verb_of(uint8_t kind, uint8_t act)
{
    static const char *const verbs[] = {
        [HD_ACT_ACQUIRE] = "takes",   [HD_ACT_RELEASE] = "releases",
        [HD_ACT_SET] = "sets",        [HD_ACT_CLEAR] = "clears",
        [HD_ACT_NOTIFY] = "notifies", [HD_ACT_PUT] = "puts into",
        [HD_ACT_GET] = "gets from",   [HD_ACT_FINISH] = "is done with one of",
        [HD_ACT_BREAK] = "breaks",    [HD_ACT_PASS] = "need not wait for",
        [HD_ACT_DROP] = "lets go of",
    };
    if (kind == HD_OBJECT_BARRIER && act == HD_ACT_RELEASE) {
        return "arrives at";
    }
    if (kind == HD_OBJECT_BARRIER && act == HD_ACT_ACQUIRE) {
        return "leaves";
    }
    return act < sizeof(verbs) / sizeof(*verbs) ? verbs[act] : "uses";
}

const char *
hd_words_act(const struct hd_names *names, uint8_t act, uint32_t object,
             char *text, size_t bytes)
{
    char name[HD_WORDS_BYTES];
    const uint8_t kind = object < names->object_count
                             ? names->objects[object].kind
                             : (uint8_t)HD_OBJECT_TASK;
    snprintf(text, bytes, "%s %s", verb_of(kind, act),
             hd_words_object(names, object, name, sizeof(name)));
    return text;
}

/* ---- times and places ---- */

const char *
hd_words_time(uint64_t ns, char *text, size_t bytes)
{
    if (ns == 0) {
        snprintf(text, bytes, "0 s");
    } else if (ns % 1000000 != 0) {
        snprintf(text, bytes, "%" PRIu64 " ns", ns);
    } else if (ns < 1000000000) {
        snprintf(text, bytes, "%" PRIu64 " ms", ns / 1000000);
    } else {
        snprintf(text, bytes, "%.10g s", (double)ns / 1e9);
    }
    return text;
}

const char *
hd_words_place(uint64_t place, char *text, size_t bytes)
{
    const struct hd_symbol symbol = hd_symbol_place(place);
    if (symbol.file != NULL) {
        snprintf(text, bytes, "%s:%d", hd_symbol_base(symbol.file),
                 symbol.line);
    } else if (symbol.module != NULL) {
        snprintf(text, bytes, "%s+0x%" PRIx64, symbol.module, symbol.offset);
    } else {
        snprintf(text, bytes, "%s", place != 0 ? "?" : "");
    }
    return text;
}
