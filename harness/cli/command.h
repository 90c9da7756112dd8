/*
 * The commands of heddle, one file each. Each gets the arguments after its
 * name, argv[0] being the name, and returns the exit status.
 */
#ifndef HD_CLI_COMMAND_H
#define HD_CLI_COMMAND_H

#include <heddle/api.h>

int hd_command_run(int argc, char **argv);
int hd_command_replay(int argc, char **argv);
int hd_command_merge(int argc, char **argv);
int hd_command_doctor(int argc, char **argv);
int hd_command_cc(int argc, char **argv);

/* What `heddle help NAME` prints; NULL: there is no such command. */
const char *hd_command_help(const char *name);

/* "heddle NAME: ..." and where to read more. Returns the exit status. */
int hd_command_misused(const char *name, const char *format, ...)
    HD_PRINTF(2, 3);

/* Become the program; returns, with the exit status, only if that fails. */
int hd_command_become(char **argv);

#endif
