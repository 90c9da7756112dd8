/*
 * One run of a test program: where its results and reports go, and what was
 * found in it.
 */
#ifndef HD_CLI_SESSION_H
#define HD_CLI_SESSION_H

#include "cli/options.h"
#include "explore/explore.h"
#include <stdio.h>

struct hd_session {
    const struct hd_options *options;
    FILE *results, *reports;
    uint32_t tests, failed, uncontrolled;
    uint32_t cut_short; /* searches that did not end by themselves */
    bool unable;
    /* The findings of the test that runs, a line each; open while it does. */
    FILE *list;
    char *listed;
    size_t listed_bytes;
    uint32_t listed_count;
};

/* "heddle: ..." on stderr. */
void hd_session_complain(const char *format, ...) HD_PRINTF(1, 2);

/*
 * Begin to list the findings of a test, and print the list: below the verdict,
 * which names kinds only; one finding needs no list.
 */
void hd_session_list(struct hd_session *session);
void hd_session_end_list(struct hd_session *session);

/* Tell a finding; context is the session. */
void hd_session_tell(const struct hd_discovery *discovery, void *context);

/* What was found before the search was interrupted. */
void hd_session_tell_kept(struct hd_session *session,
                          const struct hd_test *test);

#endif
