/*
 * A search in a file (--resume=FILE): how far it has come with each test of a
 * program, so that it can go on from there, and what it has found, so that the
 * files of shards can be merged. docs/formats/resume.md tells what is where.
 *
 * It goes on only where nothing but time has passed: the same program, tests
 * and settings; what differs is named, and the file left as it is.
 */
#ifndef HD_EXPLORE_CHECKPOINT_H
#define HD_EXPLORE_CHECKPOINT_H

#include "explore/container.h"
#include "explore/discover.h"

/*
 * kept       what the file holds, or will hold.
 * saved_ms   when it was written last; took_ms: so long that took.
 * failed     it could not be written, which was told.
 * due        a finding was told that the file does not hold yet.
 * more       it was made for another number of schedules.
 */
struct hd_checkpoint {
    const char *path;
    struct hd_container kept;
    uint64_t saved_ms, took_ms;
    bool failed, due, more;
};

/*
 * Open the file for a search of these tests (their names, a blank between), or
 * create it. False: error says what is wrong with it.
 */
bool hd_checkpoint_open(struct hd_checkpoint *checkpoint, const char *path,
                        const struct hd_settings *settings, const char *tests,
                        char error[HD_CONTAINER_ERROR_BYTES]);
void hd_checkpoint_close(struct hd_checkpoint *checkpoint);

/*
 * Of the explorer's test: go on from what is there, if anything is. False: it
 * does not fit, and error says why. Without a checkpoint nothing is done, by
 * this and by the next.
 */
bool hd_checkpoint_load(struct hd_explorer *explorer, char *error,
                        size_t bytes);

/* Write what the explorer knows; or only if it is time to. */
void hd_checkpoint_save(struct hd_explorer *explorer);
void hd_checkpoint_keep(struct hd_explorer *explorer);

/* When it will be time, of the monotonic clock; 0: never. */
uint64_t hd_checkpoint_due_ms(const struct hd_explorer *explorer);

/* ---- findings ---- */

/* A finding as it was told; report is the text of it. */
struct hd_kept_finding {
    const char *kind, *message, *token, *report;
    uint64_t signature;
};

void hd_checkpoint_note(struct hd_checkpoint *checkpoint, const char *test,
                        const struct hd_kept_finding *finding);

/* The index-th of a test; borrowed. False: there are no more. */
bool hd_checkpoint_finding(const struct hd_container *kept, const char *test,
                           uint32_t index, struct hd_kept_finding *out);

/* ---- for those who merge ---- */

/* What a build of Heddle must have in common with the one that made a file. */
const char *hd_checkpoint_maker(void);

/* Names of what is kept of a test: "TEST/more". */
#define HD_KEPT_NAME_BYTES 384u
const char *hd_kept_name(char name[HD_KEPT_NAME_BYTES], const char *test,
                         const char *format, ...) HD_PRINTF(3, 4);

#endif
