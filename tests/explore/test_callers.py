# SPDX-License-Identifier: MIT
"""The report names who called what suspends, up to the task's function."""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "cli"))

import program  # noqa: E402


class Callers(program.Case):
    def lines_of(self, source, text):
        return [number for number, line in enumerate(source, 1)
                if text in line]

    def test_each_caller_is_told_once_from_the_inside_out(self):
        source = pathlib.Path(__file__).with_name("callers.c")
        source = source.read_text().splitlines()
        wait, = self.lines_of(source, "= hd_lock_acquire(lock)")
        inner, = self.lines_of(source, "HD_TRY(acquire_patiently(lock))")
        outer, = self.lines_of(source, "HD_TRY(acquire_twice(lock))")
        for options in ([], ["--points=await"]):
            with self.subTest(options=options):
                done = self.run_program("a_wait_deep_down", *options)
                self.assertIn("wait_deep_down: left-early, after 1 schedule",
                              done.stdout)
                found = re.findall(
                    r"^  (called from )?\S*callers\.c:(\d+) in (\w+)$",
                    done.stderr, re.M)
                self.assertEqual(found, [
                    ("", str(wait), "acquire_patiently"),
                    ("called from ", str(inner), "acquire_twice"),
                    ("called from ", str(outer), "work")])
                self.assertIn(f":{outer}>:{wait}", done.stderr)

    def test_callers_leave_the_trace_as_it_is(self):
        done = self.run_program("-v", "a_wait_deep_down")
        token = re.search(r"--replay=(\S+)", done.stderr)[1]
        trace = re.search(r"trace: +(\w+)", done.stderr)[1]
        again = self.run_program(f"--replay={token}", "a_wait_deep_down")
        self.assertIn(f"trace {trace}", again.stderr)


if __name__ == "__main__":
    program.main(sys.argv)
