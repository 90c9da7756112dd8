/*
 * The command line of a test program.
 */
#ifndef HD_CLI_OPTIONS_H
#define HD_CLI_OPTIONS_H

#include "explore/settings.h"

#define HD_EXIT_CLEAN 0
#define HD_EXIT_FINDINGS 1
#define HD_EXIT_USAGE 2
#define HD_EXIT_UNCONTROLLED 3
#define HD_EXIT_NOTHING 77
#define HD_EXIT_SIGNAL 128 /* and the signal that ended the search */

struct hd_options {
    struct hd_settings settings;
    struct hd_token token; /* of --replay */
    const char *resume;    /* file, or NULL */
    bool list;
    bool asked_order, asked_clock, asked_points; /* on the command line */
    bool color_auto;    /* color if reports go to a terminal */
    const char *filter; /* glob, or NULL */
    char *const *names; /* tests named on the command line */
    int name_count;
};

/*
 * Read argv. Returns -1 to go on, else the exit status (help was printed, or
 * an error was told on stderr).
 */
int hd_options_read(struct hd_options *options, int argc, char **argv);
void hd_options_finish(struct hd_options *options);

/* The index of the first argument after the options; argc: there is none. */
int hd_options_end(int argc, char **argv);

/* Is this test wanted? */
bool hd_options_want(const struct hd_options *options, const char *test);

#endif
