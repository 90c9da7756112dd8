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
    [HD_RACE_LOST_UPDATE] = "lost-update",
};

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

static void
say_lost_update(const struct hd_case *one, const struct hd_race *race,
                struct hd_finding *finding)
{
    char mine[HD_NAME_BYTES], other[HD_NAME_BYTES], lost[40];
    const struct hd_race_access *in_between = &race->access[1];
    hd_case_actor(one, race->access[0].actor, mine, sizeof(mine));
    hd_case_actor(one, in_between->actor, other, sizeof(other));
    value_of(race, 1, ":", lost, sizeof(lost));
    if (race->both_read) {
        hd_finding_say(finding,
                       "%s and %s both read %s before either wrote it back; "
                       "what %s wrote is lost%s",
                       mine, other, HD_RACE_NAME, other, lost);
    } else {
        hd_finding_say(finding,
                       "%s read %s, then %s wrote it, then %s wrote it without "
                       "looking again; what %s wrote is lost%s",
                       mine, HD_RACE_NAME, other, mine, other, lost);
    }
    hd_finding_add_place(finding, "what it makes it from was read here",
                         race->access[0].place);
    if (in_between->place != finding->place) {
        hd_finding_add_place(finding, "what is lost was written here",
                             in_between->place);
    }
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
    finding->actor = record->subject;
    finding->place = record->value;
    hd_finding_sign(finding, race.access[0].place);
    hd_finding_sign(finding, race.access[race.access_count - 1].place);
    switch (record->op) {
    case HD_RACE_LOST_UPDATE:
        say_lost_update(one, &race, finding);
        break;
    default:
        break;
    }
    return true;
}
