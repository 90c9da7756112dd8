/*
 * The value of --shard: which part of a search this process does.
 */
#ifndef HD_CLI_SHARD_H
#define HD_CLI_SHARD_H

#include "explore/settings.h"

/*
 * Read `K/N`, K from 1; `env`: both from what a batch system has put into the
 * environment; or `env/N`: K from there. -1, or the exit status of the error
 * that was told.
 */
int hd_shard_read(struct hd_settings *settings, const char *text);

#endif
