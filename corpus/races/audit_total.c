/*
 * A transfer takes from one account, waits for the clearing house, and gives to
 * the other. An audit in between finds money missing.
 *
 * Shows: dirty-read over two accounts. Fixed: transfer and audit take one
 * lock.
 */
#include <heddle/test.h>

#include <stdlib.h>

struct bank {
    struct hd_lock lock;
    int64_t savings, current;
    int64_t audited;
};

static int
clear(void)
{
    return hd_yield();
}

static int
transfer(void *arg)
{
    struct bank *bank = arg;

    bank->savings -= 40;
    HD_TRY(clear());
    bank->current += 40;
    return 0;
}

static int
audit(void *arg)
{
    struct bank *bank = arg;

    bank->audited = bank->savings + bank->current;
    return 0;
}

static int
with_lock(struct bank *bank, hd_fn *action)
{
    HD_TRY(hd_lock_acquire(&bank->lock));
    const int status = action(bank);
    hd_lock_release(&bank->lock);
    return status;
}

static int
transfer_locked(void *arg)
{
    return with_lock(arg, transfer);
}

static int
audit_locked(void *arg)
{
    return with_lock(arg, audit);
}

static void
audit_during(hd_fn *transferring, hd_fn *auditing)
{
    struct bank *bank = calloc(1, sizeof(*bank));

    HD_CHECK(bank != NULL);
    bank->savings = 100;
    bank->current = 20;
    struct hd_task *a = hd_task_spawn(transferring, bank);
    struct hd_task *b = hd_task_spawn(auditing, bank);
    HD_CHECK(hd_gather(a, b) == 0);
    free(bank);
}

HD_TEST(audit_total_bad)
{
    audit_during(transfer, audit);
}

HD_TEST(audit_total_fixed)
{
    audit_during(transfer_locked, audit_locked);
}
