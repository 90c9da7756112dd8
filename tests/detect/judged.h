/*
 * What the tests of detectors share: a run, and what is found in its log.
 */
#ifndef TESTS_DETECT_JUDGED_H
#define TESTS_DETECT_JUDGED_H

#include "detect/detect.h"
#include "sim.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct hd_findings found;

/* Judge the last run; returns how many findings. */
__attribute__((unused)) static uint32_t
judge(uint64_t ignored)
{
    const struct hd_log *log = sim_world()->log;
    struct hd_names names;
    assert_true(hd_names_init(&names, log));
    const uint32_t count = hd_detect(log, &names, ignored, &found);
    hd_names_finish(&names);
    assert_int_equal(count, found.count);
    return count;
}

/* The bit of a detector. */
__attribute__((unused)) static uint64_t
bit_of(const char *kind)
{
    size_t count;
    const struct hd_detector *first = hd_detectors(&count);
    const struct hd_detector *detector = hd_detector_find(kind);
    assert_non_null(detector);
    return UINT64_C(1) << (detector - first);
}

/* The last run has exactly this finding. */
__attribute__((unused)) static const struct hd_finding *
assert_found(const char *kind, const char *message)
{
    assert_int_equal(judge(0), 1);
    assert_string_equal(found.items[0].kind, kind);
    if (strstr(found.items[0].message, message) == NULL) {
        fail_msg("'%s' should say '%s'", found.items[0].message, message);
    }
    return &found.items[0];
}

#endif
