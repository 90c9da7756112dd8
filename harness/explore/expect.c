#include "explore/expect.h"

#include <string.h>

const char *
hd_expected(const struct hd_settings *settings, const struct hd_test *test)
{
    const char *own = test->expect != NULL ? test->expect : "";
    return settings->expect != NULL ? settings->expect : own;
}

bool
hd_expects(const char *kinds, const char *kind)
{
    const size_t length = strlen(kind);
    while (*kinds != '\0') {
        const size_t item = strcspn(kinds, ",");
        if (item == length && strncmp(kinds, kind, length) == 0) {
            return true;
        }
        kinds += item + (kinds[item] == ',');
    }
    return false;
}

bool
hd_expected_nothing_else(const char *kinds, const struct hd_verdict *verdict)
{
    for (uint32_t i = 0; i < verdict->kind_count; i++) {
        if (!hd_expects(kinds, verdict->kinds[i])) {
            return false;
        }
    }
    return true;
}

static bool
was_found(const struct hd_verdict *verdict, const char *kind, size_t length)
{
    for (uint32_t i = 0; i < verdict->kind_count; i++) {
        if (strlen(verdict->kinds[i]) == length &&
            strncmp(verdict->kinds[i], kind, length) == 0) {
            return true;
        }
    }
    return false;
}

const char *
hd_expected_missing(const char *kinds, const struct hd_verdict *verdict,
                    size_t *out_length)
{
    while (*kinds != '\0') {
        const size_t item = strcspn(kinds, ",");
        if (item > 0 && !was_found(verdict, kinds, item)) {
            *out_length = item;
            return kinds;
        }
        kinds += item + (kinds[item] == ',');
    }
    return NULL;
}

bool
hd_is_as_expected(const char *kinds, const struct hd_verdict *verdict)
{
    size_t length;
    return hd_expected_nothing_else(kinds, verdict) &&
           (verdict->interrupted || verdict->is_part ||
            hd_expected_missing(kinds, verdict, &length) == NULL);
}
