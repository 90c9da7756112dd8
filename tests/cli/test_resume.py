# SPDX-License-Identifier: MIT
"""--resume: an interrupted search comes to what it would have come to."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time

import program
import results

VERDICT = re.compile(r"^(ok|FAILED|ended) .*$", re.M)


class Case(program.Case):
    """A test with a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def forget(self):
        for name in os.listdir(self.folder):
            os.remove(self.path(name))

    def run_whole(self, *options):
        """An uninterrupted search: what it says and what it keeps."""
        start = time.monotonic()
        done = self.run_program(*options, f"--resume={self.path('whole')}")
        self.seconds = max((time.monotonic() - start) / 8, 0.03)
        return done, results.of_search(self.path("whole"))

    def run_sliced(self, *options):
        """The same in slices, a few; how many there were, too."""
        for count in range(1, 1000):
            done = self.run_program(*options, f"--time-limit={self.seconds}",
                                    f"--resume={self.path('sliced')}")
            if "out of time" not in done.stdout:
                return done, results.of_search(self.path("sliced")), count
        self.fail("it never ends")


class Resumed(Case):
    """Slices of a search against the whole."""

    def compare(self, *options, slices=2):
        self.forget()
        whole, kept = self.run_whole(*options)
        sliced, pieces, count = self.run_sliced(*options)
        while count < slices and self.seconds > 0.02:
            # The machine was busy meanwhile, and is not now.
            self.seconds = max(self.seconds / 2, 0.02)
            os.remove(self.path("sliced"))
            sliced, pieces, count = self.run_sliced(*options)
        self.assertEqual(VERDICT.findall(sliced.stdout),
                         VERDICT.findall(whole.stdout))
        self.assertEqual(sliced.returncode, whole.returncode)
        self.assertEqual(pieces[0], kept[0])
        self.assertEqual(pieces[1], kept[1])
        self.assertGreaterEqual(count, slices)
        return sliced, whole

    def test_depth_first_to_the_end(self):
        self.compare("medium", "--strategy=dfs", "--schedules=100000",
                     slices=1)
        self.compare("large", "--strategy=dfs", "--schedules=200000")

    def test_up_to_equivalence(self):
        self.compare("turns", "--strategy=dpor", "--schedules=100000",
                     slices=1)
        self.compare("more_turns", "--strategy=dpor", "--schedules=40000")

    def test_samplers(self):
        for strategy in ("pct", "pos", "surw", "delay"):
            self.compare("more_turns", f"--strategy={strategy}",
                         "--schedules=5000", slices=1)

    def test_at_random(self):
        self.compare("large", "--strategy=random", "--schedules=100000",
                     "--seed=3")

    def test_the_portfolio_under_both_clocks(self):
        self.compare("large", "--clock=auto", "--schedules=100000")

    def test_jobs(self):
        self.compare("large", "--jobs=2", "--strategy=random",
                     "--schedules=100000")

    def test_findings_are_told_again_and_not_looked_for_again(self):
        sliced, whole = self.compare("several", "--strategy=dfs",
                                     "--schedules=60000", "--keep-going",
                                     "--no-shrink")
        self.assertEqual(sliced.stderr, whole.stderr)
        self.assertEqual(whole.stderr.count(" in test several"), 3)
        again = self.run_program("several", "--strategy=dfs", "--keep-going",
                                 "--schedules=60000", "--no-shrink",
                                 f"--resume={self.path('whole')}")
        self.assertEqual(again.stderr, whole.stderr)

    def test_crashes(self):
        self.compare("crashes", "--strategy=dfs", "--schedules=3000",
                     "--keep-going", slices=1)

    def test_several_tests_of_a_program(self):
        options = ("large", "conditions", "medium", "--strategy=dfs",
                   "--schedules=5000")
        self.compare(*options, slices=1)

    def test_what_no_schedule_reaches_is_told_at_the_end(self):
        sliced, _ = self.compare("conditions", "never", "--strategy=dfs",
                                 "--schedules=3000", slices=1)
        self.assertIn("sometimes (expected)", sliced.stdout)

    def test_more_schedules_go_on_from_there(self):
        path = self.path("file")
        self.run_program("large", "--strategy=random", "--schedules=100",
                         f"--resume={path}", status=0)
        done = self.run_program("large", "--strategy=random",
                                "--schedules=300", f"--resume={path}",
                                status=0)
        self.assertIn("300 schedules", done.stdout)
        _, whole = self.run_whole("large", "--strategy=random",
                                  "--schedules=300")
        self.assertEqual(results.of_search(path), whole)


class Interrupted(Case):
    """By a signal, at any time."""

    def interrupt(self, number):
        path = self.path("file")
        options = ["large", "--strategy=random", "--schedules=1000000000",
                   f"--resume={path}"]
        with subprocess.Popen([program.PROGRAM, *options], text=True,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as child:
            while not os.path.exists(path):
                pass
            child.send_signal(number)
            output, errors = child.communicate(timeout=60)
        self.assertEqual(child.returncode, 128 + number, output + errors)
        self.assertIn("interrupted", output)
        done = self.run_program(*options, "--time-limit=0.2", status=0)
        more = int(re.search(r"(\d+) schedules", done.stdout).group(1))
        before = re.search(r"(\d+) schedules?", output)
        self.assertGreater(more, int(before.group(1)) if before else 0)

    def test_by_the_user(self):
        self.interrupt(signal.SIGINT)

    def test_by_the_system(self):
        self.interrupt(signal.SIGTERM)


class Refused(Case):
    """A file that is damaged, or of something else, is named and kept."""

    def setUp(self):
        super().setUp()
        self.file = self.path("file")
        self.run_program("medium", "large", "--strategy=dfs",
                         "--schedules=100", f"--resume={self.file}", status=0)

    def refused(self, *options, says=(), tests=("medium", "large"),
                run=None, searches=("--strategy=dfs", "--schedules=100")):
        with open(self.file, "rb") as file:
            before = file.read()
        done = subprocess.run(
            [run or program.PROGRAM, *tests, *searches,
             *options, f"--resume={self.file}"], check=False,
            capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertEqual(done.stdout, "")
        for part in (self.file, *says):
            self.assertIn(part, done.stderr)
        with open(self.file, "rb") as file:
            self.assertEqual(file.read(), before)

    def test_a_damaged_file(self):
        with open(self.file, "rb") as file:
            whole = file.read()
        header = whole.index(b"\nend ")
        for at in (3, 20, header // 2, header + 8, header + 100,
                   len(whole) - 1):
            with open(self.file, "wb") as file:
                file.write(whole[:at] + bytes([whole[at] ^ 4])
                           + whole[at + 1:])
            self.refused()
        with open(self.file, "wb") as file:
            file.write(whole[:-7])
        self.refused(says=["is cut short", "of section medium/"])
        with open(self.file, "wb") as file:
            file.write(b"")
        self.refused(says=["is empty"])

    def test_other_settings(self):
        self.refused("--seed=2", says=["--seed is '1' there and '2' here"])
        self.refused("--order=loop", says=["--order"])
        self.refused("--points=await", says=["--points"])
        self.refused("--clock=auto", says=["--clock"])
        self.refused("--jumps=3", says=["--jumps is 'not set' there"])
        self.refused("--faults=cancel", says=["--faults", "cancel:1"])
        self.refused("--ignore=deadlock", says=["--ignore"])
        self.refused("--jobs=2", says=["jobs is '1' there and '2' here"])
        self.refused("--shard=1/2", says=["shard is '1/1' there and '1/2'"])
        self.refused(searches=(), says=["--strategy is 'dfs' there"])

    def test_other_tests(self):
        self.refused(tests=["medium"], says=["tests", "'large medium'"])

    def test_another_program_of_the_same_name(self):
        other = self.path(os.path.basename(program.PROGRAM))
        with open(program.PROGRAM, "rb") as file:
            whole = file.read()
        with open(other, "wb") as file:
            file.write(whole + b"\0")
        os.chmod(other, 0o755)
        self.refused(run=other, says=["build is"])
        os.rename(other, self.path("other"))
        self.refused(run=self.path("other"), says=["program is"])

    def test_a_file_that_cannot_be_written_is_told_at_once(self):
        done = self.run_program("medium", "--resume=/no/where/file", status=2)
        self.assertIn("cannot write /no/where/file", done.stderr)
        self.assertEqual(done.stdout, "")


if __name__ == "__main__":
    program.main(sys.argv)
