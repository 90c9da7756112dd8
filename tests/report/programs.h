/*
 * Programs with one bug each, for reports to tell. Places in reports are lines
 * of programs.c: who changes it runs `test-text --update` (see test_text.c).
 */
#ifndef TESTS_REPORT_PROGRAMS_H
#define TESTS_REPORT_PROGRAMS_H

#include <heddle/heddle.h>

/* Bodies of main tasks. */
int two_locks(void *arg);    /* two tasks take two locks crosswise */
int philosophers(void *arg); /* five of them */
int kept_lock(void *arg);    /* a task ends with a lock */
int lost_wakeup(void *arg);  /* an event is pulsed too early */
int lost_update(void *arg);  /* read, yield, write */
int forgotten(void *arg);    /* a coroutine object is never awaited */
int unheard(void *arg);      /* a task fails and nobody looks */
int napping(void *arg);      /* main ends before its named task */
int spinning(void *arg);     /* two tasks yield to each other for ever */
int itself(void *arg);       /* a task takes its lock twice */
int sleepy_crowd(void *arg); /* many tasks, each of them asleep twice */

#endif
