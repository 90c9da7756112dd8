# SPDX-License-Identifier: MIT
"""What breaks a worker costs one execution, is reported, and replays."""

import os
import re
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "cli"))

import program  # noqa: E402

COMMAND = re.compile(r"^  replay:  \S+ (\S+) (--replay=\S+)$", re.M)


class Breaking(program.Case):
    """Signals, exits, forks, hangs."""

    def breaks(self, test, kind, says):
        done = self.run_program(test, "--expect=", status=1)
        self.assertIn(f"FAILED {test}: {kind}, ", done.stdout)
        self.assertRegex(done.stderr, f"(?m)^{kind} in test {test}: .*{says}")
        again = self.run_program(*COMMAND.search(done.stderr).groups(),
                                 status=1)
        self.assertIn(f"replay {test}: {kind}, trace", again.stderr)

    def test_a_segmentation_fault(self):
        self.breaks("segv", "crash", "SIG")

    def test_an_abort(self):
        self.breaks("aborts", "crash", "SIGABRT")

    def test_a_division(self):
        self.breaks("divides", "crash", "SIG")

    def test_a_kill(self):
        self.breaks("kills_itself", "crash", "SIGKILL")

    def test_a_stack_overflow(self):
        self.breaks("overflows", "stack-overflow", "task 0.1")

    def test_an_exit(self):
        self.breaks("exits", "crash", "exited with status 3")

    def test_an_exit_without_farewell(self):
        self.breaks("exits_at_once", "crash", "exited with status 0")

    def test_a_fork(self):
        self.breaks("forks", "crash", "forked")
        self.run_program("forks", "--keep-going", status=0)

    def test_a_step_without_end(self):
        self.breaks("spins", "livelock", "never yields")


class GoingOn(program.Case):
    """The search goes on where it was."""

    def test_after_a_crash(self):
        done = self.run_program("sometimes_segv", "--keep-going", status=0)
        self.assertIn("in all 20 schedules", done.stdout)

    def test_after_a_crash_in_fifo_order(self):
        done = self.run_program("segv", "--keep-going", status=0)
        self.assertIn("in the only schedule", done.stdout)

    def test_with_the_next_test(self):
        done = self.run_program("clean", "segv", "exits", "prints", status=0)
        self.assertEqual(len(re.findall("^ok", done.stdout, re.M)), 4)


def children_of(process):
    path = f"/proc/{process}/task/{process}/children"
    with open(path, encoding="utf-8") as children:
        return [int(child) for child in children.read().split()]


class Ending(program.Case):
    """Ctrl-C, kill and time limits."""

    def interrupt(self, test, number, after=0.5):
        """Start a long search, end it, return (status, stdout, stderr)."""
        with subprocess.Popen(
                [program.PROGRAM, test, "differs", "--schedules=1000000000",
                 "--keep-going"], stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, text=True) as process:
            time.sleep(after)
            workers = children_of(process.pid)
            process.send_signal(number)
            out, err = process.communicate(timeout=20)
        for worker in workers:
            self.assertFalse(os.path.exists(f"/proc/{worker}"))
        return process.returncode, out, err

    def test_an_interrupt_tells_what_was_covered(self):
        status, out, err = self.interrupt("long_search", signal.SIGINT)
        self.assertEqual(status, 128 + signal.SIGINT)
        self.assertRegex(out, r"ended  long_search: nothing found, \d+ "
                              r"schedules, .*, interrupted")
        self.assertIn("1 test was not run", err)

    def test_termination_keeps_what_was_found(self):
        status, out, err = self.interrupt("finds_and_goes_on", signal.SIGTERM)
        self.assertEqual(status, 1)
        self.assertIn("unretrieved-error, ", out)
        self.assertIn(", interrupted", out)
        self.assertIn("reproduced 10/10", err)

    def test_a_hang_does_not_delay_the_end(self):
        status, out, err = self.interrupt("blocks", signal.SIGINT, 0.3)
        self.assertEqual(status, 128 + signal.SIGINT)
        self.assertIn("interrupted", out)
        self.assertNotIn("in test", err)

    def test_a_killed_supervisor_takes_its_worker_along(self):
        with subprocess.Popen([program.PROGRAM, "spins"],
                              stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as process:
            time.sleep(0.3)
            workers = children_of(process.pid)
            self.assertTrue(workers)
            process.kill()
            process.wait()
        for _ in range(100):
            if not any(os.path.exists(f"/proc/{w}") for w in workers):
                return
            time.sleep(0.05)
        self.fail("a worker lives on")

    def test_a_time_limit_holds(self):
        start = time.monotonic()
        done = self.run_program("long_search", "--schedules=1000000000",
                                "--time-limit=0.5", status=0)
        self.assertIn(", out of time", done.stdout)
        self.assertLess(time.monotonic() - start, 10)


if __name__ == "__main__":
    program.main(sys.argv)
