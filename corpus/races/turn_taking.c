/*
 * Two players, one board, and a variable that says whose turn it is. Each waits
 * until it is its own, moves, and gives it away.
 *
 * Near miss: both read and write the board and the turn across awaits; who does
 * not have the turn touches nothing but the turn.
 */
#include <heddle/test.h>

#define MOVES 2

struct board {
    int turn, moves, last_move;
};

struct player {
    struct board *board;
    int number;
};

static int
think(int last_move, int *out_move)
{
    HD_TRY(hd_sleep(HD_MS(1)));
    *out_move = last_move * 2 + 1;
    return 0;
}

static int
play(void *arg)
{
    const struct player *player = arg;
    struct board *board = player->board;

    for (int i = 0; i < MOVES; i++) {
        while (board->turn != player->number) {
            HD_TRY(hd_sleep(HD_MS(1)));
        }
        const int moves = board->moves;
        int move = 0;
        HD_TRY(think(board->last_move, &move));
        board->last_move = move;
        board->moves = moves + 1;
        board->turn = 1 - player->number;
    }
    return 0;
}

HD_TEST(turn_taking_near)
{
    struct board board = {0};
    struct player white = {&board, 0};
    struct player black = {&board, 1};

    struct hd_task *a = hd_task_spawn(play, &white);
    struct hd_task *b = hd_task_spawn(play, &black);
    HD_CHECK(hd_gather(a, b) == 0);
}
