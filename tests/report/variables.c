/*
 * One of each kind of variable, each with what it should be called.
 */
#include "variables.h"

#include <stdint.h>
#include <string.h>

#define CALLED(...) ((struct called){__VA_ARGS__})

/* ---- static ---- */

struct account {
    int number;
    long balance;
};

struct bank {
    const char *name;
    struct account accounts[4];
    char code[16];
};

struct slot {
    long key;
    int value;
};

struct wrapped {
    int only;
};

typedef struct {
    struct {
        int x, y;
    };
    union {
        int whole;
        short half[2];
    } number;
    struct wrapped wrapped;
} point;

int balance;
struct bank bank;
static struct {
    struct slot slots[8];
    unsigned count;
} cache;
int grid[3][4];
point corner;
volatile struct {
    unsigned busy : 1, dirty : 1, level : 6;
    unsigned alone : 3;
    unsigned : 0;
    unsigned other : 9;
} flags;

/* clang does not say whose it is, if that is compiled into others. */
__attribute__((noinline)) static long *
seen_of_deposit(void)
{
    static long seen;
    seen++;
    return &seen;
}

static void
tell_statics(void)
{
    expect_static(&balance, 4, CALLED("balance", ""));
    expect_static(&bank.accounts[2].balance, 8,
                  CALLED("bank.accounts[2].balance", ""));
    expect_static((char *)&bank.accounts[2].balance + 3, 1,
                  CALLED("bank.accounts[2].balance", ""));
    expect_static(&bank.name, 8, CALLED("bank.name", ""));
    expect_static(bank.code + 4, 4, CALLED("bank.code[4..7]", ""));
    expect_static(bank.code, 16, CALLED("bank.code", ""));
    expect_static(&bank, sizeof(bank), CALLED("bank", ""));
    expect_static(&cache.slots[3].key, 8, CALLED("cache.slots[3].key", ""));
    expect_static(&cache.slots[3], sizeof(struct slot),
                  CALLED("cache.slots[3]", ""));
    expect_static(&cache.count, 4, CALLED("cache.count", ""));
    expect_static(&grid[1][2], 4, CALLED("grid[1][2]", ""));
    expect_static(grid[2], sizeof(grid[2]), CALLED("grid[2]", ""));
    expect_static(&grid[0][1], 8, CALLED("grid[0][1..2]", ""));
    expect_static(seen_of_deposit(), 8, CALLED("seen", "seen_of_deposit"));
}

static void
tell_members(void)
{
    volatile unsigned char *bits = (volatile unsigned char *)&flags;
    expect_static(&corner.x, 4, CALLED("corner.x", ""));
    expect_static(&corner.x, 8, CALLED("corner", ""));
    expect_static(&corner.number.half[1], 2, CALLED("corner.number", ""));
    expect_static(&corner.wrapped, 4, CALLED("corner.wrapped.only", ""));
    expect_static((const void *)bits, 1, CALLED("flags.busy..level", ""));
    expect_static((const void *)(bits + 1), 1, CALLED("flags.alone", ""));
    expect_static((const void *)(bits + 4), 1, CALLED("flags.other", ""));
    expect_bits((const void *)bits, 1, CALLED("flags.busy", ""));
    expect_bits((const void *)bits, 2, CALLED("flags.dirty", ""));
    expect_bits((const void *)bits, 0x18, CALLED("flags.level", ""));
}

/* ---- local ---- */

__attribute__((noinline)) static void
look_at(long *amount, struct account *account, int *element)
{
#ifndef __OPTIMIZE__ /* else gcc forgets where it is during a call */
    expect_local(amount, 8, CALLED("amount", "transfer"));
#else
    (void)amount;
#endif
    expect_local(&account->balance, 8, CALLED("account.balance", "transfer"));
    expect_local(element, 4, CALLED("rates[1]", "transfer"));
}

__attribute__((noinline)) static long
transfer(long amount)
{
    struct account account = {.number = 3, .balance = amount};
    int rates[3] = {1, 2, 3};
    look_at(&amount, &account, &rates[1]);
    return account.balance + amount + rates[2];
}

static inline __attribute__((always_inline)) long
withdraw(long start)
{
    struct account own = {.balance = start};
    expect_local(&own.balance, 8, CALLED("own.balance", "withdraw"));
    return own.balance;
}

/* Two variables may be given one place, one after the other. */
__attribute__((noinline)) static long
in_blocks(int start)
{
    long sum = withdraw(start);
    {
        int first = start;
        expect_local(&first, 4, CALLED("first", "in_blocks"));
        sum += first;
    }
    {
        int second = start + 1;
        expect_local(&second, 4, CALLED("second", "in_blocks"));
        sum += second;
    }
    return sum;
}

/* ---- allocated ---- */

struct node {
    struct node *next;
    long value;
    int tag;
};

struct table {
    struct slot *slots;
    struct node *first;
    size_t count;
    long unused[2];
};

static struct node *
make_node(void)
{
    struct node *node = allocate(sizeof(*node));
    expect_block(0, 8, CALLED("next", "struct node"));
    expect_block(16, 4, CALLED("tag", "struct node"));
    expect_block(0, sizeof(*node), CALLED("", "struct node"));
    return node;
}

__attribute__((noinline)) static void *
make_anything(size_t bytes)
{
    void *made = allocate(bytes);
    expect_block(0, 8, CALLED(NULL, NULL));
    return made;
}

__attribute__((noinline)) static void
fill_table(struct table *table)
{
    table->slots = allocate(5 * sizeof(*table->slots));
    expect_block(3 * sizeof(*table->slots), 8,
                 CALLED("[3].key", "struct slot[5]"));
}

__attribute__((noinline)) static struct node *
give_node(void)
{
    return allocate(sizeof(struct node));
}

__attribute__((noinline)) static int
get_node(struct node **out_node)
{
    *out_node = allocate(sizeof(struct node));
    expect_block(8, 8, CALLED("value", "struct node"));
    return 0;
}

__attribute__((noinline)) static long
make_two_of_a_size(void)
{
    struct node *node;
    struct {
        long three[3];
    } * other;
    node = allocate(24);
    expect_block(0, 8, CALLED(NULL, NULL));
    other = allocate(24);
    node->value = 1;
    other->three[0] = 2;
    return node->value + other->three[0];
}

__attribute__((noinline)) static long
make_numbers(void)
{
    uint64_t *numbers = allocate(10 * sizeof(*numbers));
    expect_block(24, 8, CALLED("[3]", "uint64_t[10]"));
    numbers[9] = 4;
    return (long)numbers[9];
}

static void
tell_blocks(void)
{
    struct table table = {.count = 5};
    struct node *node = make_node();
    node->next = give_node();
    expect_block(16, 4, CALLED("tag", "struct node"));
    get_node(&node->next);
    make_anything(24);
    fill_table(&table);
    make_two_of_a_size();
    make_numbers();
}

/* So that no function is made anew for a constant. */
static volatile long seven = 7;

void
tell_everything(void)
{
    tell_statics();
    tell_members();
    transfer(seven);
    in_blocks((int)seven);
    tell_blocks();
}
