#include "report/race.h"

#include "report/naming.h"
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

/* So many characters by so many others. */
static void
replace(char *at, size_t from, const char *name, size_t to)
{
    memmove(at + to, at + from, strlen(at + from) + 1);
    memcpy(at, name, to);
}

/* The first time in full; told: it has been named. */
static void
put_name(const struct hd_story *story, const char *word,
         const struct hd_race *race, const struct hd_race_memory *memory,
         bool told, char *text, size_t bytes)
{
    char name[HD_NAMING_BYTES];
    char *at = strstr(text, word);
    if (told) {
        hd_naming_race_briefly(story, race, memory, name, sizeof(name));
    } else {
        hd_naming_race(story, race, memory, name, sizeof(name));
    }
    while (at != NULL) {
        const size_t from = strlen(word), to = strlen(name);
        if (strlen(text) + to >= bytes + from) {
            return;
        }
        replace(at, from, name, to);
        at = strstr(at + to, word);
        hd_naming_race_briefly(story, race, memory, name, sizeof(name));
    }
}

const char *
hd_race_message(const struct hd_story *story, char *text, size_t bytes)
{
    struct hd_race race;
    hd_words_message(story->names, story->finding->message, text, bytes);
    if (hd_race_of(story, &race)) {
        const uint64_t at = race.harmed.address;
        const bool told = at == race.memory.address ||
                          (race.has_other && at == race.other.address);
        put_name(story, HD_RACE_NAME, &race, &race.memory, false, text, bytes);
        put_name(story, HD_RACE_OTHER, &race, &race.other, false, text, bytes);
        put_name(story, HD_RACE_HARMED, &race, &race.harmed, told, text, bytes);
    }
    return text;
}

/* ---- accesses ---- */

const char *
hd_race_access(const struct hd_story *story, const struct hd_race *race,
               uint32_t access, char *text, size_t bytes)
{
    const struct hd_race_access *what = &race->access[access];
    char name[HD_NAMING_BYTES], value[40] = "";
    if (what->mode == HD_RACE_FREES) {
        snprintf(text, bytes, "frees the block");
        return text;
    }
    if (what->has_value) {
        snprintf(value, 3, ": ");
        hd_race_value(race, access, value + 2, sizeof(value) - 2);
    }
    snprintf(text, bytes, "%s %s%s",
             what->mode == HD_RACE_WRITES ? "writes" : "reads",
             hd_naming_race_briefly(
                 story, race, what->of_other ? &race->other : &race->memory,
                 name, sizeof(name)),
             value);
    return text;
}
