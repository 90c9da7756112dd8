/*
 * What memory is called in a report: variables by their names where debug
 * information has them (report/variables.h), else by where they lie.
 */
#ifndef HD_REPORT_NAMING_H
#define HD_REPORT_NAMING_H

#include "report/report.h"
#include "trace/race.h"

/* Enough for every name of a piece of memory. */
#define HD_NAMING_BYTES 768u

/*
 * Memory of a race (one of its members), for a sentence; returns text.
 *
 *   "bank.accounts[2].balance", "seen (in deposit)"
 *   "account.balance (of test n26_race)", "sum (of transfer in 0.2)"
 *   "'next' of the struct node that make_node (list.c:12) allocated in 0.1"
 *
 * If debug information does not know: "a local variable of 0.1", "byte 8 of the
 * 24 that make_node (list.c:12) allocated in 0.1".
 */
const char *hd_naming_race(const struct hd_story *story,
                           const struct hd_race *race,
                           const struct hd_race_memory *memory, char *text,
                           size_t bytes);

/* The same for a table, where the sentence stands near: "next", "sum". */
const char *hd_naming_race_briefly(const struct hd_story *story,
                                   const struct hd_race *race,
                                   const struct hd_race_memory *memory,
                                   char *text, size_t bytes);

#endif
