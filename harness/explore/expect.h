/*
 * What a test is expected to show: kinds of findings, separated by commas.
 */
#ifndef HD_EXPLORE_EXPECT_H
#define HD_EXPLORE_EXPECT_H

#include "explore/explore.h"

/* The settings' kinds or else the test's own; "" for none. */
const char *hd_expected(const struct hd_settings *settings,
                        const struct hd_test *test);

/* Is this kind among them? */
bool hd_expects(const char *kinds, const char *kind);

/* Was anything found that is not among them? */
bool hd_expected_nothing_else(const char *kinds,
                              const struct hd_verdict *verdict);

/* The first of them that was not found, NULL if all were; *out_length. */
const char *hd_expected_missing(const char *kinds,
                                const struct hd_verdict *verdict,
                                size_t *out_length);

/*
 * Exactly these were found; or, if the user ended the search or it is a part of
 * one, none else.
 */
bool hd_is_as_expected(const char *kinds, const struct hd_verdict *verdict);

#endif
