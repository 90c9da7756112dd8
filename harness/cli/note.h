/*
 * The note by which the command heddle knows a test program.
 */
#ifndef HD_CLI_NOTE_H
#define HD_CLI_NOTE_H

#define HD_NOTE_NAME "Heddle"
#define HD_NOTE_TYPE 1 /* what it says: understands the options of --help */

#endif
