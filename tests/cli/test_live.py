# SPDX-License-Identifier: MIT
"""The live line: on a terminal, and gone when anything else is said."""

import os
import pty
import subprocess
import sys
import threading

import program

ERASE = "\r\x1b[K"


class Live(program.Case):
    """A search that takes a second, with stderr on a terminal."""

    def run_on_terminal(self, *arguments):
        """stdout, and what the terminal got."""
        try:
            ours, theirs = pty.openpty()
        except OSError as error:  # a bare chroot has none
            self.skipTest(str(error))
        seen = []

        def read():
            try:
                while True:
                    seen.append(os.read(ours, 4096))
            except OSError:  # the other end is closed
                pass

        reader = threading.Thread(target=read)
        reader.start()
        done = subprocess.run([program.PROGRAM, *arguments],
                              stdout=subprocess.PIPE, stderr=theirs,
                              text=True, timeout=60, check=False)
        os.close(theirs)
        reader.join()
        os.close(ours)
        return done.stdout, b"".join(seen).decode()

    def test_it_tells_how_far_the_search_has_come(self):
        _, seen = self.run_on_terminal("long_search", "--time-limit=1.5",
                                       "--schedules=1000000000")
        self.assertRegex(seen, r"\r\x1b\[Klong_search: \d+ schedules, "
                               r"\d+/s, \d+ different")
        for line in seen.split(ERASE):
            self.assertLess(len(line), 80)

    def test_nothing_is_left_of_it(self):
        out, seen = self.run_on_terminal("long_search", "--time-limit=1.5",
                                       "--schedules=1000000000")
        self.assertTrue(seen.endswith(ERASE), repr(seen[-80:]))
        self.assertNotIn("\r", out)
        self.assertNotIn("\n", seen)

    def test_who_wants_quiet_has_it(self):
        _, seen = self.run_on_terminal("long_search", "--time-limit=1", "-q",
                                       "--schedules=1000000000")
        self.assertEqual(seen, "")

    def test_there_is_none_where_there_is_no_terminal(self):
        done = self.run_program("long_search", "--time-limit=1",
                                "--schedules=1000000000")
        self.assertEqual(done.stderr, "")


if __name__ == "__main__":
    program.main(sys.argv)
