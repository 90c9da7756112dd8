#include "report/race.h"

#include "report/symbols.h"
#include "report/words.h"
#include "trace/records.h"
#include <inttypes.h>
#include <string.h>

bool
hd_race_of(const struct hd_story *story, struct hd_race *out_race)
{
    const struct hd_log *log = story->log;
    const uint64_t index = story->finding->record;
    if (index < hd_record_first(log) || index >= log->count ||
        hd_record_at(log, index)->kind != HD_LOG_RACE) {
        return false;
    }
    *out_race = hd_race_read(log, index);
    return true;
}

/* ---- names ---- */

static const char *
words_of_path(const struct hd_story *story, uint64_t path, char *text,
              size_t bytes)
{
    const struct hd_names *names = story->names;
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

static void
name_block(const struct hd_story *story, const struct hd_race *race, char *text,
           size_t bytes)
{
    char who[64], place[64];
    snprintf(text, bytes,
             "byte %" PRIu64 " of the %" PRIu64 " that %s "
             "allocated at %s",
             race->offset, race->block_bytes,
             words_of_path(story, race->owner, who, sizeof(who)),
             hd_words_place(race->block_place, place, sizeof(place)));
}

const char *
hd_race_variable(const struct hd_story *story, const struct hd_race *race,
                 char *text, size_t bytes)
{
    char who[64];
    switch (race->where) {
    case HD_RACE_STATIC:
        if (hd_symbol_variable(race->address, race->bytes, text, bytes)) {
            break;
        }
        snprintf(text, bytes, "a static variable");
        break;
    case HD_RACE_STACK:
        snprintf(text, bytes, "a local variable of %s",
                 words_of_path(story, race->owner, who, sizeof(who)));
        break;
    case HD_RACE_HEAP:
        name_block(story, race, text, bytes);
        break;
    default:
        snprintf(text, bytes, "memory that they share");
        break;
    }
    return text;
}

const char *
hd_race_message(const struct hd_story *story, char *text, size_t bytes)
{
    char name[HD_RACE_WORDS_BYTES];
    struct hd_race race;
    hd_words_message(story->names, story->finding->message, text, bytes);
    if (!hd_race_of(story, &race)) {
        return text;
    }
    char *at = strstr(text, HD_RACE_NAME);
    hd_race_variable(story, &race, name, sizeof(name));
    const size_t from = strlen(HD_RACE_NAME), to = strlen(name);
    while (at != NULL && strlen(text) + to < bytes + from) {
        memmove(at + to, at + from, strlen(at + from) + 1);
        memcpy(at, name, to);
        at = strstr(at + to, HD_RACE_NAME);
    }
    return text;
}

/* ---- accesses ---- */

const char *
hd_race_access(const struct hd_story *story, const struct hd_race *race,
               uint32_t access, char *text, size_t bytes)
{
    char name[HD_RACE_WORDS_BYTES], value[40] = "";
    const bool writes = race->access[access].mode == HD_RACE_WRITES;
    if (race->access[access].has_value) {
        snprintf(value, 3, ": ");
        hd_race_value(race, access, value + 2, sizeof(value) - 2);
    }
    snprintf(text, bytes, "%s %s%s", writes ? "writes" : "reads",
             hd_race_variable(story, race, name, sizeof(name)), value);
    return text;
}
