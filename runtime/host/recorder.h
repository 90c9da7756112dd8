/*
 * The flight recorder on request: HEDDLE_RECORDER=FILE.
 */
#ifndef HD_HOST_RECORDER_H
#define HD_HOST_RECORDER_H

/*
 * From now on a crash, or SIGUSR2, writes the last steps to the file. They are
 * those of the thread that crashed; SIGUSR2 is passed on to the thread that
 * called this first. Signals that the program handles itself stay as they are.
 *
 * file      borrowed for the process's life; NULL: nothing is done.
 */
void hd_recorder_install(const char *file);

#endif
