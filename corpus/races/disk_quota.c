/*
 * A quota of bytes. An upload is accepted if there is room, stored, and counted
 * when it has been stored; together they are more than the quota.
 *
 * Shows: stale-read (check, await, act). Fixed: a lock around the three.
 */
#include <heddle/test.h>

#define QUOTA 1000

struct disk {
    struct hd_lock lock;
    int used;
};

struct upload {
    struct disk *disk;
    int bytes;
};

static int
store(void)
{
    return hd_yield();
}

static int
accept_upload(void *arg)
{
    const struct upload *upload = arg;
    struct disk *disk = upload->disk;

    if (disk->used + upload->bytes > QUOTA) {
        return 0;
    }
    HD_TRY(store());
    disk->used += upload->bytes;
    return 0;
}

static int
accept_upload_locked(void *arg)
{
    const struct upload *upload = arg;

    HD_TRY(hd_lock_acquire(&upload->disk->lock));
    const int status = accept_upload(arg);
    hd_lock_release(&upload->disk->lock);
    return status;
}

static void
two_uploads(hd_fn *how)
{
    struct disk disk = {.used = 0};
    struct upload film = {&disk, 600};
    struct upload music = {&disk, 500};

    struct hd_task *a = hd_task_spawn(how, &film);
    struct hd_task *b = hd_task_spawn(how, &music);
    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(disk_quota_bad)
{
    two_uploads(accept_upload);
}

HD_TEST(disk_quota_fixed)
{
    two_uploads(accept_upload_locked);
}
