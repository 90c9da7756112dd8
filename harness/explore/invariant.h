/*
 * Invariants: HD_ALWAYS and hd_always. Looked at after every step, by the ready
 * set's one watcher; a program without any pays nothing.
 */
#ifndef HD_EXPLORE_INVARIANT_H
#define HD_EXPLORE_INVARIANT_H

#include "base/ready.h"

/*
 * An execution begins: only the program's own invariants are left. off: they
 * are not looked at. also: who else looks after each step, and first; or NULL.
 * Returns the watcher for it, NULL if there is nothing to watch.
 */
typedef void hd_watch_fn(struct hd_ready *ready);
hd_watch_fn *hd_invariants_begin(bool off, hd_watch_fn *also);

/* The test's body has returned: those over its locals are over. */
void hd_invariants_end_body(void);

/* Does an execution begin with any? Each step may be what breaks them. */
bool hd_invariants_are_on(void);

#endif
