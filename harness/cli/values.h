/*
 * The values of options. What is wrong with one is told on stderr; then the
 * answer is the exit status, else -1.
 */
#ifndef HD_CLI_VALUES_H
#define HD_CLI_VALUES_H

#include "explore/settings.h"

/* Tell an error of usage; returns its exit status. */
int hd_usage_error(const char *format, ...) HD_PRINTF(1, 2);

/* A number from min to max, of the option --name. */
int hd_value_count(const char *name, const char *text, uint64_t min,
                   uint64_t max, uint64_t *out);

/* A number of seconds, for --time-limit. */
int hd_value_seconds(const char *text, uint64_t *out_ms);

/* One of two or three words, NULL at the end; *out is its index. */
int hd_value_word(const char *name, const char *text, const char *const *words,
                  int *out);

/* Lists of kinds of findings: for --ignore, and for --expect. */
int hd_value_ignored(struct hd_settings *settings, const char *text);
int hd_value_kinds(const char *text);

int hd_value_faults(struct hd_rules *rules, const char *text);

#endif
