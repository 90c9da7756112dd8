# SPDX-License-Identifier: MIT
"""Running a test program, for the scripts of this folder and of ../explore."""

import re
import subprocess
import unittest

PROGRAM = None
TOKEN = re.compile(r"^  replay:  .* --replay=(\S+)$", re.M)


class Case(unittest.TestCase):
    """A test that runs PROGRAM."""

    def run_program(self, *arguments, status=None, timeout=60, cwd=None):
        """Run it; its exit status must be `status`, if that is given."""
        done = subprocess.run([PROGRAM, *arguments], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True,
                              timeout=timeout, cwd=cwd, check=False,
                              errors="replace")
        if status is not None:
            self.assertEqual(done.returncode, status,
                             f"{arguments}\n{done.stdout}{done.stderr}")
        return done

    def token_of(self, *arguments):
        """The token of the first finding."""
        done = self.run_program(*arguments)
        match = TOKEN.search(done.stderr)
        self.assertIsNotNone(match, done.stdout + done.stderr)
        return match.group(1)


def main(argv):
    """PROGRAM, then what unittest understands."""
    global PROGRAM
    PROGRAM = argv[1]
    unittest.main(module="__main__", argv=[argv[0], *argv[2:]])
