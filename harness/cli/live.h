/*
 * The live line: how far a search has come, on a terminal.
 *
 * It is the last line of stderr while a search runs, and gone before anything
 * else is written there. Where stderr is no terminal, or reports are not
 * wanted, there is none.
 */
#ifndef HD_CLI_LIVE_H
#define HD_CLI_LIVE_H

#include "explore/explore.h"

/* Draw it, if it is time to; the explorer calls this every now and then. */
void hd_live_draw(const struct hd_live *live);

/* Somebody is about to write: take the line away, if it is there. */
void hd_live_erase(void);

/* Shall there be one, under these settings? */
bool hd_live_is_wanted(const struct hd_settings *settings);

#endif
