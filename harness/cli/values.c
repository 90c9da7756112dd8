#include "cli/values.h"

#include "cli/options.h"
#include "detect/detect.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
hd_usage_error(const char *format, ...)
{
    va_list args;
    fputs("heddle: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputs("\n        --help shows what there is\n", stderr);
    return HD_EXIT_USAGE;
}

int
hd_value_count(const char *name, const char *text, uint64_t min, uint64_t max,
               uint64_t *out)
{
    char *end;
    errno = 0;
    const unsigned long long number = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 ||
        number < min || number > max) {
        return hd_usage_error("--%s: '%s' is not a number from %llu to %llu",
                              name, text, (unsigned long long)min,
                              (unsigned long long)max);
    }
    *out = number;
    return -1;
}

int
hd_value_seconds(const char *text, uint64_t *out_ms)
{
    char *end;
    const double seconds = strtod(text, &end);
    if (*end != '\0' || end == text || !(seconds > 0) || seconds > 1e9) {
        return hd_usage_error("--time-limit: '%s' is not a number of seconds",
                              text);
    }
    *out_ms = (uint64_t)(seconds * 1000);
    return -1;
}

/* One of a few words; its index. */
int
hd_value_word(const char *name, const char *text, const char *const *words,
              int *out)
{
    for (int i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], text) == 0) {
            *out = i;
            return -1;
        }
    }
    return hd_usage_error("--%s: '%s' is unknown (%s, %s%s%s)", name, text,
                          words[0], words[1], words[2] != NULL ? ", " : "",
                          words[2] != NULL ? words[2] : "");
}

/* One of a list of kinds is unknown: show those that there are. */
static int
unknown_kind(const char *name, const char *kind, size_t length)
{
    char known[1024] = "";
    size_t count;
    const struct hd_detector *rows = hd_detectors(&count);
    size_t at = 0;
    for (size_t i = 0; i < count && at < sizeof(known); i++) {
        at += (size_t)snprintf(known + at, sizeof(known) - at, "%s%s",
                               i > 0 ? ", " : "", rows[i].kind);
    }
    return hd_usage_error(
        "--%s: there is no finding '%.*s'; there are\n        "
        "%s",
        name, (int)length, kind, known);
}

int
hd_value_ignored(struct hd_settings *settings, const char *text)
{
    size_t count;
    const struct hd_detector *rows = hd_detectors(&count);
    while (*text != '\0') {
        const size_t length = strcspn(text, ",");
        size_t i = 0;
        while (i < count && (strlen(rows[i].kind) != length ||
                             strncmp(rows[i].kind, text, length) != 0)) {
            i++;
        }
        if (i == count) {
            return unknown_kind("ignore", text, length);
        }
        settings->ignored |= UINT64_C(1) << i;
        text += length + (text[length] == ',');
    }
    return -1;
}

int
hd_value_kinds(const char *text)
{
    char kind[64];
    while (*text != '\0') {
        const size_t length = strcspn(text, ",");
        snprintf(kind, sizeof(kind), "%.*s", (int)length, text);
        if (hd_detector_find(kind) == NULL) {
            return unknown_kind("expect", text, length);
        }
        text += length + (text[length] == ',');
    }
    return -1;
}

int
hd_value_faults(struct hd_rules *rules, const char *text)
{
    struct hd_fault_budget faults = {0};
    const char *at = text;
    const char *wrong;
    if (hd_fault_budget_read(&at, ",:", &faults, &wrong) && *at != '\0') {
        wrong = "a comma should stand here";
    }
    if (wrong != NULL) {
        return hd_usage_error("--faults: '%s', at character %td: %s", text,
                              at - text + 1, wrong);
    }
    rules->cancels_max = faults.cancels;
    rules->allocs_max = faults.allocs;
    return -1;
}
