/*
 * Races in words: what each access did to the memory that they are about.
 */
#ifndef HD_REPORT_RACE_H
#define HD_REPORT_RACE_H

#include "report/report.h"
#include "trace/race.h"

#define HD_RACE_WORDS_BYTES 640u /* enough for every phrase below */

/* The race that the story is about; false: it is about something else. */
bool hd_race_of(const struct hd_story *story, struct hd_race *out_race);

/* The finding's message with all names as they are in the rest of a report. */
const char *hd_race_message(const struct hd_story *story, char *text,
                            size_t bytes);

/* "reads balance: 10". Returns text. */
const char *hd_race_access(const struct hd_story *story,
                           const struct hd_race *race, uint32_t access,
                           char *text, size_t bytes);

#endif
