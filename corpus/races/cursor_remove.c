/*
 * A player walks its list of songs; a song that is playing can be removed. The
 * player then goes on from where the song was.
 *
 * Shows: use-after-free: the element under an iterator is gone. Fixed: the
 * player keeps the song's number, and looks for the next larger one.
 */
#include <heddle/test.h>

#include <stdlib.h>

struct song {
    struct song *next;
    int number;
};

struct playlist {
    struct song *first;
    int played;
};

static int
play(struct playlist *list)
{
    HD_TRY(hd_sleep(HD_S(180)));
    list->played++;
    return 0;
}

static int
play_all(void *arg)
{
    struct playlist *list = arg;

    for (struct song *song = list->first; song != NULL; song = song->next) {
        HD_TRY(play(list));
    }
    return 0;
}

static struct song *
song_after(const struct playlist *list, int number)
{
    struct song *song = list->first;

    while (song != NULL && song->number <= number) {
        song = song->next;
    }
    return song;
}

static int
play_all_by_number(void *arg)
{
    struct playlist *list = arg;
    int number = 0;

    for (struct song *song = song_after(list, number); song != NULL;
         song = song_after(list, number)) {
        number = song->number;
        HD_TRY(play(list));
    }
    return 0;
}

static int
remove_first(void *arg)
{
    struct playlist *list = arg;
    struct song *first = list->first;

    HD_TRY(hd_sleep(HD_S(60)));
    list->first = first->next;
    free(first);
    return 0;
}

static void
add(struct playlist *list, int number)
{
    struct song *song = malloc(sizeof(*song));

    HD_CHECK(song != NULL);
    *song = (struct song){.next = list->first, .number = number};
    list->first = song;
}

static void
remove_while_playing(hd_fn *how)
{
    struct playlist list = {.first = NULL};

    add(&list, 2);
    add(&list, 1);
    struct hd_task *a = hd_task_spawn(how, &list);
    struct hd_task *b = hd_task_spawn(remove_first, &list);
    HD_CHECK(hd_gather(a, b) == 0);
    free(list.first);
}

HD_TEST(cursor_remove_bad)
{
    remove_while_playing(play_all);
}

HD_TEST(cursor_remove_fixed)
{
    remove_while_playing(play_all_by_number);
}
