/*
 * What --help of a test program prints.
 */
#ifndef HD_CLI_HELP_H
#define HD_CLI_HELP_H

/* program: its name as it was called. */
void hd_help_print(const char *program);

#endif
