/*
 * The tokens of files: each line that begins like one.
 */
#ifndef HD_CLI_TOKENS_H
#define HD_CLI_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

/* One token, and where it stands: text is ours, the name borrowed. */
struct hd_token_line {
    char *text;
    char *file;
    unsigned line;
};
struct hd_token_lines {
    struct hd_token_line *items;
    size_t count;
};

/* Does it begin like a token, of whatever version? */
bool hd_tokens_is_one(const char *text);

/*
 * Add those of a file, or of all files of a directory by name, without hidden
 * ones. False: errno says why, and *out_name what could not be read (borrowed
 * until the next call).
 */
bool hd_tokens_read(struct hd_token_lines *lines, const char *name,
                    const char **out_name);
void hd_tokens_finish(struct hd_token_lines *lines);

#endif
