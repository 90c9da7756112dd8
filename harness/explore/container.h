/*
 * A file of named values and checksummed sections (docs/formats/resume.md).
 * What is in them is said in checkpoint.h.
 *
 * Read, it is whole and undamaged, or refused with what is wrong and where.
 * Written, it is there in one go, or the old file is still there.
 */
#ifndef HD_EXPLORE_CONTAINER_H
#define HD_EXPLORE_CONTAINER_H

#include <heddle/api.h>

#define HD_CONTAINER_FORMAT 1u
#define HD_CONTAINER_ERROR_BYTES 1024u

/* Names are words of letters, digits and -_./, values any text. */
struct hd_field {
    char *name, *value;
};
struct hd_section {
    char *name;
    unsigned char *bytes;
    size_t count;
};

/* Zeroed, it is empty. Everything in it is its own. */
struct hd_container {
    struct hd_field *fields;
    size_t field_count;
    struct hd_section *sections;
    size_t section_count;
    bool failed; /* out of memory while something was added */
};

void hd_container_finish(struct hd_container *container);

/* Set a value. */
void hd_container_set(struct hd_container *container, const char *name,
                      const char *format, ...) HD_PRINTF(3, 4);

/* NULL: there is none. */
const char *hd_container_get(const struct hd_container *container,
                             const char *name);

/* Take away all sections whose names begin like this. */
void hd_container_drop(struct hd_container *container, const char *prefix);

/* Add a copy of the bytes. */
void hd_container_add(struct hd_container *container, const char *name,
                      const void *bytes, size_t count);
const struct hd_section *hd_container_find(const struct hd_container *container,
                                           const char *name);

/*
 * Write it in place of what is there. Where the path is a link, its target is
 * replaced. False: error says why; what was there is untouched.
 */
bool hd_container_write(const struct hd_container *container, const char *path,
                        char error[HD_CONTAINER_ERROR_BYTES]);

/*
 * Read one.
 *
 * returns   HD_CONTAINER_READ     it is in out_container
 *           HD_CONTAINER_ABSENT   there is no such file
 *           HD_CONTAINER_REFUSED  error begins with the path and says why
 */
enum hd_container_end {
    HD_CONTAINER_READ,
    HD_CONTAINER_ABSENT,
    HD_CONTAINER_REFUSED,
};
enum hd_container_end hd_container_read(struct hd_container *out_container,
                                        const char *path,
                                        char error[HD_CONTAINER_ERROR_BYTES]);

#endif
