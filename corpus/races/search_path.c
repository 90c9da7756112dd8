/*
 * A list of folders in one string, as PATH is. Adding one copies the string,
 * asks whether the folder exists, and stores the longer string.
 *
 * Shows: lost-update of a string. Fixed: one task owns the string; who wants a
 * folder in it puts it into the owner's queue.
 */
#include <heddle/test.h>

#include <stdio.h>
#include <string.h>

#define PATH_BYTES 80

struct path {
    char folders[PATH_BYTES];
    struct hd_queue wanted;
};

static struct path path;

static int
folder_exists(const char *folder)
{
    HD_TRY(hd_yield());
    return folder[0] == '/' ? 0 : HD_E_USER;
}

static int
add(void *arg)
{
    const char *folder = arg;
    char longer[PATH_BYTES];

    strcpy(longer, path.folders);
    HD_TRY(folder_exists(folder));
    strcat(longer, ":");
    strcat(longer, folder);
    strcpy(path.folders, longer);
    return 0;
}

static int
own(void *arg)
{
    (void)arg;
    for (int i = 0; i < 2; i++) {
        void *folder = NULL;
        HD_TRY(hd_queue_get(&path.wanted, &folder));
        HD_TRY(add(folder));
    }
    return 0;
}

static int
want(void *arg)
{
    return hd_queue_put(&path.wanted, arg);
}

HD_TEST(search_path_bad)
{
    char opt[] = "/opt/bin";
    char local[] = "/usr/local/bin";

    strcpy(path.folders, "/bin");
    struct hd_task *a = hd_task_spawn(add, opt);
    struct hd_task *b = hd_task_spawn(add, local);
    HD_CHECK(hd_gather(a, b) == 0);
    puts(path.folders);
}

HD_TEST(search_path_fixed)
{
    char opt[] = "/opt/bin";
    char local[] = "/usr/local/bin";

    strcpy(path.folders, "/bin");
    hd_queue_init(&path.wanted, 0);
    struct hd_task *owner = hd_task_spawn(own, NULL);
    struct hd_task *a = hd_task_spawn(want, opt);
    struct hd_task *b = hd_task_spawn(want, local);
    HD_CHECK(hd_gather(owner, a, b) == 0);
    hd_queue_finish(&path.wanted);
    puts(path.folders);
}
