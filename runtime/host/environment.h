/*
 * What the environment asks of loops on the real libuv.
 *
 *   HEDDLE_SCHEDULER=random:SEED   ready tasks step in a shuffled order
 *   HEDDLE_RECORDER=FILE           a crash or SIGUSR2 writes the last steps
 *
 * Read once, when the first loop is made.
 */
#ifndef HD_HOST_ENVIRONMENT_H
#define HD_HOST_ENVIRONMENT_H

/* NULL where it says nothing; borrowed from the environment. */
struct hd_environment {
    const char *scheduler;
    const char *recorder;
};

const struct hd_environment *hd_environment(void);

#endif
