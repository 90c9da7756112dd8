/*
 * The flight recorder: the last steps of every loop, always on.
 *
 * A record is 16 bytes; the ring keeps the last 65536. With HEDDLE_RECORDER=
 * FILE in the environment a crash or SIGUSR2 writes it there.
 */
#ifndef HEDDLE_RECORDER_H
#define HEDDLE_RECORDER_H

#include <heddle/api.h>

/*
 * Write the last steps as text, oldest first, one a line.
 *
 * fd        borrowed.
 * returns   how many records were written, or a negative libuv code.
 * suspends  no; async-signal-safe.
 */
HD_API int hd_recorder_dump(int fd);

#endif
