/*
 * The results of shards as one: what their files hold, in one container.
 */
#ifndef HD_EXPLORE_MERGE_H
#define HD_EXPLORE_MERGE_H

#include "explore/container.h"

#define HD_SHARDS_MAX 1000000u

/*
 * united      what all have found and done, as if it were one file; its shard
 *             is a list: "1,3/4".
 * has         by shard; shards: how many there should be.
 * same_build  all were made by one build of the program; else nothing can be
 *             said to be proved.
 */
struct hd_merge {
    struct hd_container united;
    bool *has;
    uint32_t shards, jobs;
    bool same_build;
};

/*
 * Unite the files. False: error says which of them does not fit, and why.
 * Whatever the order of the paths, the result is the same.
 */
bool hd_merge(struct hd_merge *merge, char *const *paths, uint32_t count,
              char error[HD_CONTAINER_ERROR_BYTES]);
void hd_merge_finish(struct hd_merge *merge);

/* How many shards are missing. */
uint32_t hd_merge_missing(const struct hd_merge *merge);

/* A file that has no shards but its own, and all of them. */
bool hd_merge_is_whole(const struct hd_merge *merge);

#endif
