/*
 * Seats of a cinema. A seat that is free gets its customer when the payment has
 * come; until then it is still free.
 *
 * Shows: lost-update of an element: two customers paid, the later one sits
 * there. Fixed: a state machine: free, held, sold.
 */
#include <heddle/test.h>

#define SEATS 3

enum seat_state {
    SEAT_FREE,
    SEAT_HELD,
    SEAT_SOLD,
};

static struct {
    enum seat_state state;
    int customer;
} seats[SEATS];

static int
take_payment(int customer)
{
    HD_TRY(hd_yield());
    return customer == 13 ? HD_E_USER : 0;
}

static int
book(void *arg)
{
    const int customer = *(const int *)arg;

    if (seats[1].customer != 0) {
        return 0;
    }
    HD_TRY(take_payment(customer));
    seats[1].customer = customer;
    return 0;
}

static int
book_held(void *arg)
{
    const int customer = *(const int *)arg;

    if (seats[1].state != SEAT_FREE) {
        return 0;
    }
    seats[1].state = SEAT_HELD;
    if (take_payment(customer) < 0) {
        seats[1].state = SEAT_FREE;
        return 0;
    }
    seats[1].customer = customer;
    seats[1].state = SEAT_SOLD;
    return 0;
}

static void
two_customers(hd_fn *how)
{
    int ada = 7;
    int ben = 8;

    struct hd_task *a = hd_task_spawn(how, &ada);
    struct hd_task *b = hd_task_spawn(how, &ben);
    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(seat_booking_bad)
{
    two_customers(book);
}

HD_TEST(seat_booking_fixed)
{
    two_customers(book_held);
}
