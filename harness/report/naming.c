#include "report/naming.h"

#include "report/symbols.h"
#include "report/variables.h"
#include "report/words.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define WHO_BYTES 96u
#define PLACE_BYTES 96u
#define FUNCTION_BYTES 128u
#define MADE_BYTES (WHO_BYTES + PLACE_BYTES + FUNCTION_BYTES + 24)

/* Of which race, and which of its memory; a name twice. */
struct naming {
    const struct hd_race *race;
    const struct hd_race_memory *memory;
    char text[HD_NAMING_BYTES], brief[HD_VARIABLE_BYTES + 40];
};

static const char *
words_of_path(const struct hd_names *names, uint64_t path, char *text,
              size_t bytes)
{
    uint32_t actor = 1;
    while (actor < names->actor_count && names->actors[actor].path != path) {
        actor++;
    }
    if (actor == names->actor_count) {
        snprintf(text, bytes, "a task");
        return text;
    }
    return hd_words_actor(names, actor, text, bytes);
}

/* ---- what is asked for ---- */

/* Bits in which the values differ: of several bit-fields, those are meant. */
static uint64_t
changed_bits(const struct naming *naming)
{
    const struct hd_race *race = naming->race;
    const bool of_other = naming->memory == &race->other;
    const struct hd_race_access *first = NULL;
    uint64_t changed = 0;
    for (uint32_t i = 0; i < race->access_count; i++) {
        const struct hd_race_access *access = &race->access[i];
        if (naming->memory == &race->harmed || !access->has_value ||
            access->of_other != of_other) {
            continue;
        }
        first = first != NULL ? first : access;
        changed |= access->value ^ first->value;
    }
    return changed;
}

static struct hd_piece
piece_of(const struct naming *naming)
{
    return (struct hd_piece){.address = naming->memory->address,
                             .bytes = naming->memory->bytes,
                             .changed = changed_bits(naming)};
}

/* ---- static ---- */

static void
name_static(struct naming *naming)
{
    const struct hd_piece piece = piece_of(naming);
    char function[FUNCTION_BYTES];
    struct hd_variable variable;
    if (!hd_variable_static(&piece, &variable)) {
        snprintf(naming->brief, sizeof(naming->brief), "a static variable");
        return;
    }
    snprintf(naming->brief, sizeof(naming->brief), "%s", variable.name);
    if (variable.within[0] != '\0') {
        snprintf(naming->text, sizeof(naming->text), "%s (in %s)",
                 variable.name,
                 hd_symbol_called(variable.within, function, sizeof(function)));
    }
}

/* ---- local ---- */

static bool
find_local(const struct hd_story *story, const struct naming *naming,
           struct hd_variable *out_variable)
{
    const struct hd_race_memory *memory = naming->memory;
    const struct hd_piece piece = piece_of(naming);
    const struct hd_names *names = story->names;
    struct hd_frame frame;
    return hd_frame_find(story->log, memory->address, story->finding->record,
                         &frame) &&
           frame.actor < names->actor_count &&
           names->actors[frame.actor].path == memory->owner &&
           hd_variable_local(&piece, &frame, out_variable);
}

static void
name_local(const struct hd_story *story, struct naming *naming)
{
    char who[WHO_BYTES], function[FUNCTION_BYTES];
    struct hd_variable variable;
    words_of_path(story->names, naming->memory->owner, who, sizeof(who));
    if (!find_local(story, naming, &variable)) {
        snprintf(naming->brief, sizeof(naming->brief), "a local variable");
        snprintf(naming->text, sizeof(naming->text), "a local variable of %s",
                 who);
        return;
    }
    /* A test's own function says which task that is. */
    hd_symbol_called(variable.within, function, sizeof(function));
    const bool is_test = strcmp(function, variable.within) != 0;
    snprintf(naming->brief, sizeof(naming->brief), "%s", variable.name);
    snprintf(naming->text, sizeof(naming->text), "%s (of %s%s%s)",
             variable.name, function, is_test ? "" : " in ",
             is_test ? "" : who);
}

/* ---- allocated ---- */

/* "make_node (list.c:12) allocated in 0.1". */
static void
say_allocation(const struct hd_story *story,
               const struct hd_race_memory *memory, char *text, size_t bytes)
{
    char who[WHO_BYTES], place[PLACE_BYTES];
    const struct hd_symbol symbol = hd_symbol_place(memory->block_place);
    hd_words_actor(story->names, (uint32_t)memory->owner, who, sizeof(who));
    hd_words_place(memory->block_place, place, sizeof(place));
    if (symbol.function != NULL && symbol.file != NULL) {
        char function[FUNCTION_BYTES];
        hd_symbol_called(symbol.function, function, sizeof(function));
        snprintf(text, bytes, "%s (%s) allocated in %s", function, place, who);
    } else {
        snprintf(text, bytes, "%s allocated at %s", who, place);
    }
}

static void
name_block(const struct hd_story *story, struct naming *naming)
{
    const struct hd_race_memory *memory = naming->memory;
    struct hd_piece piece = piece_of(naming);
    char made[MADE_BYTES];
    struct hd_variable variable;
    piece.address = memory->offset;
    say_allocation(story, memory, made, sizeof(made));
    if (!hd_variable_heap(&piece, memory->block_bytes, memory->block_place,
                          &variable)) {
        snprintf(naming->brief, sizeof(naming->brief),
                 "byte %" PRIu64 " of the %" PRIu64, memory->offset,
                 memory->block_bytes);
        snprintf(naming->text, sizeof(naming->text), "%s that %s",
                 naming->brief, made);
    } else if (variable.name[0] == '\0') {
        snprintf(naming->brief, sizeof(naming->brief), "the %s",
                 variable.within);
        snprintf(naming->text, sizeof(naming->text), "the %s that %s",
                 variable.within, made);
    } else {
        snprintf(naming->brief, sizeof(naming->brief), "%s", variable.name);
        snprintf(naming->text, sizeof(naming->text), "'%s' of the %s that %s",
                 variable.name, variable.within, made);
    }
}

/* ---- the header's ---- */

static void
name(const struct hd_story *story, struct naming *naming)
{
    naming->text[0] = '\0';
    switch (naming->memory->where) {
    case HD_RACE_STATIC:
        name_static(naming);
        break;
    case HD_RACE_STACK:
        name_local(story, naming);
        break;
    case HD_RACE_HEAP:
        name_block(story, naming);
        break;
    default:
        snprintf(naming->brief, sizeof(naming->brief),
                 "memory that they share");
        break;
    }
}

const char *
hd_naming_race(const struct hd_story *story, const struct hd_race *race,
               const struct hd_race_memory *memory, char *text, size_t bytes)
{
    struct naming naming = {.race = race, .memory = memory};
    name(story, &naming);
    snprintf(text, bytes, "%s",
             naming.text[0] != '\0' ? naming.text : naming.brief);
    return text;
}

const char *
hd_naming_race_briefly(const struct hd_story *story, const struct hd_race *race,
                       const struct hd_race_memory *memory, char *text,
                       size_t bytes)
{
    struct naming naming = {.race = race, .memory = memory};
    name(story, &naming);
    snprintf(text, bytes, "%s", naming.brief);
    return text;
}
