/*
 * A document that several authors change. Who finds at the end that the version
 * is no longer the one it began with begins again, and counts that.
 *
 * Near miss: the version is read, changed by another task, and read again; that
 * is its purpose. How often somebody had to begin again differs, as such
 * figures do, and says nothing about the document.
 */
#include <heddle/test.h>

#include <stdlib.h>

struct document {
    unsigned version;
    int words;
    unsigned retries;
};

static int
spell_check(int words)
{
    HD_TRY(hd_yield());
    return words < 0 ? HD_E_USER : 0;
}

static int
add_words(void *arg)
{
    struct document *document = arg;

    for (;;) {
        const unsigned version = document->version;
        const int words = document->words + 10;
        HD_TRY(spell_check(words));
        if (document->version == version) {
            document->words = words;
            document->version++;
            return 0;
        }
        document->retries++;
    }
}

HD_TEST(optimistic_retry_near)
{
    struct document *document = calloc(1, sizeof(*document));

    HD_CHECK(document != NULL);
    struct hd_task *a = hd_task_spawn(add_words, document);
    struct hd_task *b = hd_task_spawn(add_words, document);
    HD_CHECK(hd_gather(a, b) == 0);
    free(document);
}
