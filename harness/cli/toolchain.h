/*
 * How code under test is compiled and linked: which compiler that is, what it
 * has to be told, and where Heddle is.
 *
 * Where Heddle is stands in a file beside the command heddle (in a build tree),
 * or in the folder of libraries (installed), found from where the command is;
 * so an installation may be moved.
 */
#ifndef HD_CLI_TOOLCHAIN_H
#define HD_CLI_TOOLCHAIN_H

#include <heddle/api.h>

#define HD_WORDS_MAX 512u

/* Arguments, of which the first `count` are there; ends with NULL. */
struct hd_words {
    char *items[HD_WORDS_MAX + 1];
    size_t count;
};

enum hd_front {
    HD_FRONT_DEFAULT,
    HD_FRONT_TSAN,     /* -fsanitize=thread, of gcc and clang */
    HD_FRONT_COVERAGE, /* -fsanitize-coverage=trace-loads,..., of clang */
    HD_FRONT_NONE,
};

struct hd_toolchain {
    const char *compiler;
    bool is_clang;
    int version; /* major */
    enum hd_front front;
    bool sanitize;
    struct hd_words compile, link; /* what Heddle's place asks for */
    /* The library: with hooks, without them, and with them beside ASan. */
    struct hd_words hooked, plain, aware;
    struct hd_words wrapped;    /* functions that the linker redirects */
    struct hd_words sanitizers; /* of Heddle's own build, or none */
};

/*
 * Find out. compiler, front and sanitize say what is wanted: NULL, DEFAULT and
 * false if nothing. False: error says why it cannot be.
 */
bool hd_toolchain_find(struct hd_toolchain *tools, char *error, size_t bytes);
void hd_toolchain_finish(struct hd_toolchain *tools);

/* The flags for compiling, and for linking: before, and after the objects. */
bool hd_toolchain_cflags(const struct hd_toolchain *tools,
                         struct hd_words *flags);
bool hd_toolchain_ldflags(const struct hd_toolchain *tools,
                          struct hd_words *flags);
bool hd_toolchain_libs(const struct hd_toolchain *tools,
                       struct hd_words *flags);

/* A copy of the text becomes the last word; false: there is no room. */
bool hd_words_add(struct hd_words *words, const char *text);
void hd_words_finish(struct hd_words *words);

#endif
