/*
 * The token of --replay: given as text or in a file.
 */
#ifndef HD_CLI_REPLAY_H
#define HD_CLI_REPLAY_H

#include "cli/options.h"

/* Read it; -1, or the exit status of the error that was told. */
int hd_replay_read(struct hd_options *options, const char *text);

/* The value of --stop-at. */
int hd_replay_stop_at(struct hd_options *options, const char *text);

/* A replay's rules are those of its token, whatever else was asked for.
   Returns as above. */
int hd_replay_use(struct hd_options *options);

#endif
