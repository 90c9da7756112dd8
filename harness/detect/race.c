/*
 * Races: orders of accesses to one variable that cannot come about where tasks
 * run one after the other. The explorer has seen them; here they are told. What
 * the variable is called only a report can say, which has symbols; it puts the
 * name where a message says HD_RACE_NAME.
 */
#include "detect/detect.h"

#include "trace/race.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const kinds[] = {
    [HD_RACE_LOST_UPDATE] = "lost-update", [HD_RACE_DIRTY_READ] = "dirty-read",
    [HD_RACE_DIRTY_WRITE] = "dirty-write", [HD_RACE_STALE_READ] = "stale-read",
    [HD_RACE_FREED] = "use-after-free",
};

/* ---- what comes of it ---- */

/* "2, and as 1 or 3 if the tasks run one after the other". */
static const char *
harm_of(const struct hd_race *race, char *text, size_t bytes)
{
    text[0] = '\0';
    if (!race->has_harm || race->serial_count == 0) {
        return text;
    }
    char second[24] = "";
    if (race->serial_count > 1) {
        snprintf(second, sizeof(second), " or %" PRId32,
                 (int32_t)race->serial[1]);
    }
    snprintf(text, bytes,
             "; " HD_RACE_HARMED " ends as %" PRId32 ", and as %" PRId32
             "%s%s if the tasks run one after the other",
             (int32_t)race->ends_as, (int32_t)race->serial[0], second,
             race->serial_count > HD_RACE_SERIALS ? " or others" : "");
    return text;
}

/* ---- each kind ---- */

/* " 15", or nothing where the value is not known. */
static const char *
value_of(const struct hd_race *race, uint32_t access, const char *word,
         char *text, size_t bytes)
{
    text[0] = '\0';
    if (race->access[access].has_value) {
        const size_t length = (size_t)snprintf(text, bytes, "%s ", word);
        hd_race_value(race, access, text + length, bytes - length);
    }
    return text;
}

/* The two of it: whose task is harmed, or overwrites; who comes in between. */
struct pair {
    char mine[HD_NAME_BYTES], other[HD_NAME_BYTES], harm[160];
};

static void
name_pair(const struct hd_case *one, const struct hd_race *race,
          struct pair *pair)
{
    hd_case_actor(one, race->access[0].actor, pair->mine, sizeof(pair->mine));
    hd_case_actor(one, race->access[1].actor, pair->other, sizeof(pair->other));
    harm_of(race, pair->harm, sizeof(pair->harm));
}

static void
say_lost_update(const struct hd_race *race, const struct pair *pair,
                struct hd_finding *finding)
{
    const bool wrote = race->access[0].mode == HD_RACE_WRITES;
    char lost[40];
    value_of(race, 1, ":", lost, sizeof(lost));
    if (race->both_read) {
        hd_finding_say(finding,
                       "%s and %s both read %s before either wrote it back; "
                       "what %s wrote is lost%s%s",
                       pair->mine, pair->other, HD_RACE_NAME, pair->other, lost,
                       pair->harm);
    } else {
        hd_finding_say(finding,
                       "%s %s %s, then %s wrote it, then %s wrote it without "
                       "looking again; what %s wrote is lost%s%s",
                       pair->mine, wrote ? "wrote" : "read", HD_RACE_NAME,
                       pair->other, pair->mine, pair->other, lost, pair->harm);
    }
    hd_finding_add_place(finding,
                         wrote ? "it had written it here"
                               : "what it makes it from was read here",
                         race->access[0].place);
    if (race->access[1].place != finding->place) {
        hd_finding_add_place(finding, "what is lost was written here",
                             race->access[1].place);
    }
}

static void
say_dirty_read(const struct hd_race *race, const struct pair *pair,
               struct hd_finding *finding)
{
    hd_finding_say(finding, "%s read %s while %s was %s%s", pair->other,
                   race->has_other ? HD_RACE_NAME " and " HD_RACE_OTHER
                                   : HD_RACE_NAME,
                   pair->mine,
                   race->has_other ? "between writing the one and the other"
                                   : "between two writes of it",
                   pair->harm);
    hd_finding_add_place(finding, "the first was written here",
                         race->access[0].place);
    hd_finding_add_place(finding, "and the last here",
                         race->access[race->access_count - 1].place);
}

static void
say_dirty_write(const struct hd_race *race, const struct pair *pair,
                struct hd_finding *finding)
{
    hd_finding_say(finding,
                   "%s wrote %s, %s wrote over it, and %s read that as its "
                   "own%s",
                   pair->mine, HD_RACE_NAME, pair->other, pair->mine,
                   pair->harm);
    hd_finding_add_place(finding, "it had written it here",
                         race->access[0].place);
    if (race->access[1].place != race->access[0].place) {
        hd_finding_add_place(finding, "it was written over here",
                             race->access[1].place);
    }
}

static void
say_stale_read(const struct hd_race *race, const struct pair *pair,
               struct hd_finding *finding)
{
    hd_finding_say(finding,
                   "%s went on with what it had read of %s, though %s has "
                   "written it since%s",
                   pair->mine, HD_RACE_NAME, pair->other, pair->harm);
    hd_finding_add_place(finding, "it had read it here", race->access[0].place);
    hd_finding_add_place(finding, "it was written here since",
                         race->access[1].place);
}

static void
say_freed(const struct hd_race *race, const struct pair *pair,
          struct hd_finding *finding)
{
    const bool writes = race->access[1].mode == HD_RACE_WRITES;
    const bool is_own = race->access[0].actor == race->access[1].actor;
    hd_finding_say(finding, "%s %s %s, which %s had freed", pair->other,
                   writes ? "wrote" : "read", HD_RACE_NAME,
                   is_own ? "it" : pair->mine);
    hd_finding_add_place(finding, "it was freed here", race->access[0].place);
    hd_finding_add_place(finding, "it was allocated here",
                         race->memory.block_place);
}

bool
hd_judge_race(const struct hd_case *one, const struct hd_record *record,
              uint64_t index, struct hd_finding *finding)
{
    if (record->op >= sizeof(kinds) / sizeof(*kinds) ||
        strcmp(kinds[record->op], finding->kind) != 0) {
        return false;
    }
    const struct hd_race race = hd_race_read(one->log, index);
    struct pair pair;
    finding->actor = record->subject;
    finding->place = record->value;
    hd_finding_sign(finding, race.access[0].place);
    hd_finding_sign(finding, race.access[race.access_count - 1].place);
    name_pair(one, &race, &pair);
    switch (record->op) {
    case HD_RACE_LOST_UPDATE:
        say_lost_update(&race, &pair, finding);
        break;
    case HD_RACE_DIRTY_READ:
        finding->actor = race.access[1].actor;
        finding->place = race.access[1].place;
        say_dirty_read(&race, &pair, finding);
        break;
    case HD_RACE_DIRTY_WRITE:
        say_dirty_write(&race, &pair, finding);
        break;
    case HD_RACE_FREED:
        say_freed(&race, &pair, finding);
        break;
    default:
        say_stale_read(&race, &pair, finding);
        break;
    }
    return true;
}
