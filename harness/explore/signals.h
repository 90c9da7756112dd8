/*
 * Signals, exits and forks of the program under test: told in the log before
 * the worker goes, so that they cost one execution.
 */
#ifndef HD_EXPLORE_SIGNALS_H
#define HD_EXPLORE_SIGNALS_H

#include "explore/shared.h"

/* Sent by the supervisor to a worker that hangs: say where, and go. */
#define HD_SIGNAL_HANG SIGXCPU

/* Sent to a worker that computes for long: say where, and go on. */
#define HD_SIGNAL_WHERE SIGVTALRM

/*
 * In a fresh worker: install everything. shared is borrowed for ever. is_quiet:
 * nobody will see what a sanitizer has to say.
 */
void hd_signals_install(struct hd_shared *shared, bool is_quiet);

#endif
