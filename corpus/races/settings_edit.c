/*
 * Two administrators change different settings. Each works on a copy made with
 * memcpy, has it validated, and copies it back whole.
 *
 * Shows: lost-update of memory that is copied by memcpy. Fixed: a version
 * number; who finds that it has changed begins again with a fresh copy.
 */
#include <heddle/test.h>

#include <string.h>

struct settings {
    unsigned version;
    int port, workers;
    char banner[24];
};

static struct settings current = {.port = 80, .workers = 4};

static int
validate(const struct settings *settings)
{
    HD_TRY(hd_yield());
    return settings->port > 0 && settings->workers > 0 ? 0 : HD_E_USER;
}

static void
change(struct settings *settings, const char *what)
{
    if (strcmp(what, "port") == 0) {
        settings->port = 8080;
    } else {
        settings->workers = 16;
    }
}

static int
edit(void *arg)
{
    struct settings draft;

    memcpy(&draft, &current, sizeof(draft));
    change(&draft, arg);
    HD_TRY(validate(&draft));
    memcpy(&current, &draft, sizeof(current));
    return 0;
}

static int
edit_versioned(void *arg)
{
    struct settings draft;

    do {
        memcpy(&draft, &current, sizeof(draft));
        change(&draft, arg);
        HD_TRY(validate(&draft));
    } while (current.version != draft.version);
    draft.version++;
    memcpy(&current, &draft, sizeof(current));
    return 0;
}

static void
two_administrators(hd_fn *how)
{
    char port[] = "port";
    char workers[] = "workers";

    struct hd_task *a = hd_task_spawn(how, port);
    struct hd_task *b = hd_task_spawn(how, workers);
    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(settings_edit_bad)
{
    two_administrators(edit);
}

HD_TEST(settings_edit_fixed)
{
    two_administrators(edit_versioned);
}
