/*
 * Jobs have numbers through all shards, so their sections stay what they are.
 * Findings are united by signature; which of two equal ones is kept does not
 * depend on the order of the files, but on their shards. Of sites the truths
 * add up.
 */
#include "explore/merge.h"

#include "explore/checkpoint.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One file. shards: its own, as in the field. */
struct source {
    const char *path;
    struct hd_container kept;
    const char *shards;
    uint32_t first;
};

/* ---- shards, as they are written: "1,3/4" ---- */

/* The next number of the list; false: there is none. */
static bool
next_shard(const char **list, uint32_t *out)
{
    char *end;
    const unsigned long number = strtoul(*list, &end, 10);
    if (end == *list || number == 0 || number > HD_SHARDS_MAX) {
        return false;
    }
    *out = (uint32_t)number;
    *list = end + (*end == ',');
    return true;
}

static uint32_t
count_of(const char *list)
{
    const char *slash = strchr(list, '/');
    const unsigned long count =
        slash != NULL ? strtoul(slash + 1, NULL, 10) : 0;
    return count <= HD_SHARDS_MAX ? (uint32_t)count : 0;
}

static char *
write_shards(const struct hd_merge *merge)
{
    char *text = NULL;
    size_t bytes;
    FILE *to = open_memstream(&text, &bytes);
    const char *before = "";
    for (uint32_t i = 0; to != NULL && i < merge->shards; i++) {
        if (merge->has[i]) {
            fprintf(to, "%s%u", before, i + 1);
            before = ",";
        }
    }
    if (to != NULL) {
        fprintf(to, "/%u", merge->shards);
        fclose(to);
    }
    return text;
}

/* ---- do they fit? ---- */

static bool
refuse(const char *path, const char *first, const char *name, const char *there,
       const char *here, char *error)
{
    snprintf(error, HD_CONTAINER_ERROR_BYTES,
             "%.150s is of another search than %.150s: %.40s is '%.60s' there "
             "and '%.60s' here",
             path, first, name, there != NULL ? there : "not set",
             here != NULL ? here : "not set");
    return false;
}

/* What files of one search need not have in common. */
static bool
may_differ(const char *name)
{
    return strchr(name, '/') != NULL || strcmp(name, "shard") == 0 ||
           strcmp(name, "build") == 0;
}

/* Each field of `a` is in `b`, and the same. */
static bool
agree(const struct source *a, const struct source *b, char *error)
{
    for (size_t i = 0; i < a->kept.field_count; i++) {
        const struct hd_field *field = &a->kept.fields[i];
        const char *other = hd_container_get(&b->kept, field->name);
        if (!may_differ(field->name) &&
            (other == NULL || strcmp(other, field->value) != 0)) {
            return refuse(a->path, b->path, field->name, field->value, other,
                          error);
        }
    }
    return true;
}

static bool
read_source(struct source *source, const char *path, char *error)
{
    source->path = path;
    if (hd_container_read(&source->kept, path, error) != HD_CONTAINER_READ) {
        return false;
    }
    const char *maker = hd_container_get(&source->kept, "made-by");
    if (maker == NULL || strcmp(maker, hd_checkpoint_maker()) != 0) {
        snprintf(error, HD_CONTAINER_ERROR_BYTES,
                 "%.200s was made by '%.80s', and this is '%.80s'", path,
                 maker != NULL ? maker : "nobody", hd_checkpoint_maker());
        return false;
    }
    source->shards = hd_container_get(&source->kept, "shard");
    const char *list = source->shards != NULL ? source->shards : "";
    if (!next_shard(&list, &source->first) || count_of(list) == 0 ||
        hd_container_get(&source->kept, "tests") == NULL ||
        hd_container_get(&source->kept, "jobs") == NULL) {
        snprintf(error, HD_CONTAINER_ERROR_BYTES,
                 "%.200s does not say of which shards and tests it is", path);
        return false;
    }
    return true;
}

/* Whose is this shard already? */
static const char *
owner_of(const struct source *sources, uint32_t count, uint32_t shard)
{
    for (uint32_t i = 0; i < count; i++) {
        const char *list = sources[i].shards;
        uint32_t number;
        while (next_shard(&list, &number)) {
            if (number == shard) {
                return sources[i].path;
            }
        }
    }
    return "another file";
}

static bool
take_shards(struct hd_merge *merge, const struct source *sources,
            uint32_t index, char *error)
{
    const struct source *source = &sources[index];
    const char *list = source->shards;
    uint32_t shard;
    if (count_of(list) != merge->shards) {
        return refuse(source->path, sources[0].path, "shard", source->shards,
                      sources[0].shards, error);
    }
    while (next_shard(&list, &shard)) {
        if (shard > merge->shards || merge->has[shard - 1]) {
            snprintf(error, HD_CONTAINER_ERROR_BYTES,
                     "%.150s has shard %u of %u, and so has %.150s",
                     source->path, shard, merge->shards,
                     owner_of(sources, index, shard));
            return false;
        }
        merge->has[shard - 1] = true;
    }
    return true;
}

/* ---- uniting ---- */

/* The next name of the list of tests; it is copied. */
static bool
next_test(const char **list, char *name, size_t bytes)
{
    const size_t length = strcspn(*list, " ");
    if (length == 0) {
        return false;
    }
    snprintf(name, bytes, "%.*s", (int)length, *list);
    *list += length + ((*list)[length] == ' ');
    return true;
}

static bool
is_kept(const struct hd_container *kept, const char *test, uint64_t signature)
{
    struct hd_kept_finding finding;
    for (uint32_t i = 0; hd_checkpoint_finding(kept, test, i, &finding); i++) {
        if (finding.signature == signature) {
            return true;
        }
    }
    return false;
}

static void
unite_findings(struct hd_container *to, const struct hd_container *from,
               const char *test)
{
    struct hd_kept_finding finding;
    struct hd_checkpoint checkpoint = {.kept = *to};
    for (uint32_t i = 0; hd_checkpoint_finding(from, test, i, &finding); i++) {
        if (!is_kept(&checkpoint.kept, test, finding.signature)) {
            hd_checkpoint_note(&checkpoint, test, &finding);
        }
    }
    *to = checkpoint.kept;
}

/* Add what one text knows of sites to another, of the same program. */
static void
unite_sites(struct hd_container *to, const struct hd_container *from,
            const char *test)
{
    char name[HD_KEPT_NAME_BYTES];
    hd_kept_name(name, test, "sites");
    const struct hd_section *there = hd_container_find(from, name);
    const struct hd_section *here = hd_container_find(to, name);
    if (there == NULL) {
        return;
    }
    if (here == NULL) {
        hd_container_add(to, name, there->bytes, there->count);
        return;
    }
    size_t at = 0;
    while (at + 3 < here->count && here->count == there->count) {
        here->bytes[at] |= there->bytes[at];         /* '0' or '1': reached */
        here->bytes[at + 2] |= there->bytes[at + 2]; /* met */
        at += strcspn((const char *)here->bytes + at, "\n") + 1;
    }
}

static void
unite_values(struct hd_container *to, const struct hd_container *from,
             const char *test)
{
    char name[HD_KEPT_NAME_BYTES];
    const size_t length = strlen(hd_kept_name(name, test, "%s", ""));
    for (size_t i = 0; i < from->field_count; i++) {
        const struct hd_field *field = &from->fields[i];
        if (strncmp(field->name, name, length) != 0 ||
            strncmp(field->name + length, "finding/", 8) == 0) {
            continue;
        }
        const char *here = hd_container_get(to, field->name);
        const bool longer =
            here == NULL ||
            (strcmp(field->name + length, "elapsed-ms") == 0 &&
             strtoull(field->value, NULL, 10) > strtoull(here, NULL, 10)) ||
            (strcmp(field->name + length, "complete") == 0 &&
             strcmp(field->value, "no") == 0);
        if (longer) {
            hd_container_set(to, field->name, "%s", field->value);
        }
    }
}

static void
unite_test(struct hd_container *to, const struct hd_container *from,
           const char *test)
{
    char name[HD_KEPT_NAME_BYTES];
    const size_t length = strlen(hd_kept_name(name, test, "job/"));
    unite_values(to, from, test);
    unite_findings(to, from, test);
    unite_sites(to, from, test);
    hd_kept_name(name, test, "job/");
    for (size_t i = 0; i < from->section_count; i++) {
        const struct hd_section *section = &from->sections[i];
        if (strncmp(section->name, name, length) == 0) {
            hd_container_add(to, section->name, section->bytes, section->count);
        }
    }
}

static void
unite(struct hd_merge *merge, const struct source *source)
{
    struct hd_container *to = &merge->united;
    const char *build = hd_container_get(&source->kept, "build");
    char test[256];
    for (size_t i = 0; i < source->kept.field_count; i++) {
        const struct hd_field *field = &source->kept.fields[i];
        if (strchr(field->name, '/') == NULL &&
            hd_container_get(to, field->name) == NULL) {
            hd_container_set(to, field->name, "%s", field->value);
        }
    }
    merge->same_build = merge->same_build && build != NULL &&
                        strcmp(build, hd_container_get(to, "build")) == 0;
    const char *list = hd_container_get(&source->kept, "tests");
    while (next_test(&list, test, sizeof(test))) {
        unite_test(to, &source->kept, test);
    }
}

/* ---- all of them ---- */

/* By shard; files have different ones, or are refused. */
static void
sort(struct source *sources, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        const struct source source = sources[i];
        uint32_t at = i;
        for (; at > 0 && sources[at - 1].first > source.first; at--) {
            sources[at] = sources[at - 1];
        }
        sources[at] = source;
    }
}

static bool
unite_all(struct hd_merge *merge, struct source *sources, uint32_t count,
          char *error)
{
    sort(sources, count);
    merge->shards = count_of(sources[0].shards);
    merge->jobs =
        (uint32_t)strtoul(hd_container_get(&sources[0].kept, "jobs"), NULL, 10);
    merge->has = calloc(merge->shards, sizeof(*merge->has));
    merge->same_build = true;
    for (uint32_t i = 0; i < count; i++) {
        if (merge->has == NULL || !agree(&sources[i], &sources[0], error) ||
            !agree(&sources[0], &sources[i], error) ||
            !take_shards(merge, sources, i, error)) {
            return false;
        }
        unite(merge, &sources[i]);
    }
    char *shards = write_shards(merge);
    if (shards != NULL) {
        hd_container_set(&merge->united, "shard", "%s", shards);
    }
    if (!merge->same_build) {
        hd_container_set(&merge->united, "build", "several");
    }
    free(shards);
    return !merge->united.failed;
}

bool
hd_merge(struct hd_merge *merge, char *const *paths, uint32_t count,
         char error[HD_CONTAINER_ERROR_BYTES])
{
    struct source *sources = calloc(count + 1, sizeof(*sources));
    bool fine = sources != NULL && count > 0;
    *merge = (struct hd_merge){0};
    snprintf(error, HD_CONTAINER_ERROR_BYTES, "out of memory");
    for (uint32_t i = 0; fine && i < count; i++) {
        fine = read_source(&sources[i], paths[i], error);
    }
    fine = fine && unite_all(merge, sources, count, error);
    for (uint32_t i = 0; sources != NULL && i < count; i++) {
        hd_container_finish(&sources[i].kept);
    }
    free(sources);
    if (!fine) {
        hd_merge_finish(merge);
    }
    return fine;
}

void
hd_merge_finish(struct hd_merge *merge)
{
    hd_container_finish(&merge->united);
    free(merge->has);
    *merge = (struct hd_merge){0};
}

uint32_t
hd_merge_missing(const struct hd_merge *merge)
{
    uint32_t missing = 0;
    for (uint32_t i = 0; i < merge->shards; i++) {
        missing += !merge->has[i];
    }
    return missing;
}

bool
hd_merge_is_whole(const struct hd_merge *merge)
{
    return merge->same_build && hd_merge_missing(merge) == 0;
}
