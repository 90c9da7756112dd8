/*
 * An auction. A bid is compared with the highest one, the bidder's credit is
 * checked, and the bid becomes the highest; a higher one may have come.
 *
 * Shows: lost-update of the highest bid. Fixed: compared again after the check.
 */
#include <heddle/test.h>

struct auction {
    int highest, bidder;
};

struct bid {
    struct auction *auction;
    int amount, bidder;
};

static int
check_credit(void)
{
    return hd_yield();
}

static int
place(void *arg)
{
    const struct bid *bid = arg;

    if (bid->amount <= bid->auction->highest) {
        return 0;
    }
    HD_TRY(check_credit());
    bid->auction->highest = bid->amount;
    bid->auction->bidder = bid->bidder;
    return 0;
}

static int
place_if_still_higher(void *arg)
{
    const struct bid *bid = arg;

    HD_TRY(check_credit());
    if (bid->amount > bid->auction->highest) {
        bid->auction->highest = bid->amount;
        bid->auction->bidder = bid->bidder;
    }
    return 0;
}

static void
two_bids(hd_fn *how)
{
    struct auction auction = {.highest = 10};
    struct bid high = {&auction, 50, 1};
    struct bid low = {&auction, 20, 2};

    struct hd_task *a = hd_task_spawn(how, &high);
    struct hd_task *b = hd_task_spawn(how, &low);
    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(auction_bid_bad)
{
    two_bids(place);
}

HD_TEST(auction_bid_fixed)
{
    two_bids(place_if_still_higher);
}
