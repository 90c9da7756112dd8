# SPDX-License-Identifier: MIT
"""heddle merge: shards are together the search."""

import os
import re
import subprocess
import sys
import tempfile

import program
import results

HEDDLE = None
VERDICT = re.compile(r"^(?:ok|FAILED) .*$", re.M)


class Case(program.Case):
    """A test that makes shards and merges them."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, str(name))

    def make(self, shards, *options):
        for shard in range(1, shards + 1):
            if os.path.exists(self.path(shard)):
                os.remove(self.path(shard))
            self.run_program(*options, f"--shard={shard}/{shards}",
                             f"--resume={self.path(shard)}")
        return [self.path(shard) for shard in range(1, shards + 1)]

    def merge(self, *arguments, status=None):
        done = subprocess.run([HEDDLE, "merge", *arguments], text=True,
                              capture_output=True, timeout=60, check=False)
        if status is not None:
            self.assertEqual(done.returncode, status,
                             done.stdout + done.stderr)
        return done

    def refused(self, *arguments, says):
        done = self.merge(*arguments, status=2)
        self.assertEqual(done.stdout, "")
        for part in says:
            self.assertIn(part, done.stderr)


class Whole(Case):
    """All shards are there."""

    def test_a_proof_of_all_shards_is_a_proof(self):
        options = ("medium", "--strategy=dfs", "--schedules=10000")
        whole = self.run_program(*options, status=0)
        self.assertIn("proved in all 4875", whole.stdout)
        for shards in (1, 2, 5):
            done = self.merge(*self.make(shards, *options), status=0)
            self.assertEqual(done.stdout, whole.stdout)

    def test_traces_are_dealt_too(self):
        options = ("turns", "--strategy=dpor", "--schedules=100000")
        whole = self.run_program(*options, status=0)
        done = self.merge(*self.make(3, *options), status=0)
        self.assertEqual(done.stdout, whole.stdout)

    def test_shards_of_jobs_are_shards(self):
        options = ("medium", "--strategy=dfs", "--schedules=10000")
        whole = self.run_program(*options, status=0)
        done = self.merge(*self.make(2, *options, "--jobs=2"), status=0)
        self.assertEqual(done.stdout, whole.stdout)

    def test_random_runs_are_those_of_one_search(self):
        options = ("large", "--strategy=random", "--schedules=3001")
        self.run_program(*options, f"--resume={self.path('whole')}")
        done = self.merge("-v", *self.make(3, *options), status=0)
        self.assertIn("fifo (exact) 3, random (exact) 3000", done.stdout)

    def test_the_order_of_the_files_does_not_matter(self):
        one, two, three = self.make(3, "several", "--keep-going",
                                    "--strategy=dfs", "--schedules=60000",
                                    "--no-shrink")
        first = self.merge("-o", self.path("a"), one, two, three, status=0)
        second = self.merge("-o", self.path("b"), three, one, two, status=0)
        self.assertEqual(first.stdout, second.stdout)
        self.assertEqual(first.stderr, second.stderr)
        with open(self.path("a"), "rb") as a, open(self.path("b"), "rb") as b:
            self.assertEqual(a.read(), b.read())

    def test_a_finding_of_several_shards_is_one(self):
        files = self.make(4, "rare", "--strategy=random", "--no-shrink",
                          "--schedules=400000")
        found = [name for name in files if any(
            field.endswith("/kind") for field in results.read(name)[0])]
        self.assertGreater(len(found), 1)
        done = self.merge(*files, status=1)
        self.assertEqual(done.stderr.count("assertion in test rare"), 1)
        self.assertRegex(done.stderr, "replay:  .* rare --replay=hd1:")
        self.assertIn("FAILED rare: assertion, after", done.stdout)
        self.assertEqual(self.merge("-q", *files, status=1).stderr, "")

    def test_conditions_are_true_if_they_are_in_any_shard(self):
        files = self.make(3, "conditions", "never", "--strategy=dfs",
                          "--schedules=10000")
        done = self.merge(*files, status=0)
        self.assertRegex(done.stdout, "ok +conditions: nothing found, proved")
        self.assertRegex(done.stdout, r"ok +never: sometimes \(expected\)")
        self.assertIn("order == 7 was true in no schedule of any shard",
                      done.stderr)
        self.assertIn("jobs.c:", done.stderr)

    def test_what_was_merged_can_be_merged(self):
        one, two, three = self.make(3, "medium", "several", "--keep-going",
                                    "--strategy=dfs", "--no-shrink",
                                    "--schedules=30000")
        whole = self.merge("-o", self.path("all"), one, two, three)
        self.merge("-o", self.path("some"), three, one)
        done = self.merge("-o", self.path("again"), self.path("some"), two)
        self.assertEqual(done.stdout, whole.stdout)
        self.assertEqual(self.merge(self.path("all")).stdout, whole.stdout)
        self.assertEqual(
            results.of_search(self.path("again"))[0]["shard"], "1,2,3/3")


class Lacking(Case):
    """Something is missing, twice, damaged or foreign."""

    def setUp(self):
        super().setUp()
        self.options = ("medium", "--strategy=dfs", "--schedules=10000")
        self.files = self.make(3, *self.options)

    def test_without_all_shards_nothing_is_proved(self):
        done = self.merge(self.files[0], self.files[2], status=0)
        self.assertNotIn("proved", done.stdout)
        self.assertIn("of 3 shards 1 is missing: 2", done.stderr)

    def test_without_the_end_of_a_shard_nothing_is_proved(self):
        files = self.make(2, "large", "--strategy=dfs", "--time-limit=0.05",
                          "--schedules=10000000")
        done = self.merge(*files, status=0)
        self.assertNotIn("proved", done.stdout)
        self.assertIn("not every shard has ended", done.stdout)

    def test_a_shard_given_twice_is_named(self):
        self.refused(self.files[0], self.files[0], says=[
            "has shard 1 of 3, and so has", self.files[0]])

    def test_shards_of_another_search_are_named(self):
        self.run_program("medium", "--strategy=dfs", "--schedules=10000",
                         "--seed=2", "--shard=2/3",
                         f"--resume={self.path('other')}")
        self.refused(self.files[0], self.path("other"), says=[
            self.path("other"), "--seed is '2' there and '1' here"])
        self.run_program(*self.options, "--shard=2/4",
                         f"--resume={self.path('fourth')}")
        self.refused(self.files[0], self.path("fourth"), says=[
            self.path("fourth"), "shard is '2/4' there and '1/3' here"])

    def test_a_damaged_file_is_named(self):
        with open(self.files[1], "rb") as file:
            whole = file.read()
        with open(self.files[1], "wb") as file:
            file.write(whole[:-1])
        self.refused(*self.files, says=[self.files[1], "is cut short"])
        self.refused(self.files[0], "/no/file",
                     says=["/no/file: No such file"])

    def test_other_builds_prove_nothing_together(self):
        other = self.path(os.path.basename(program.PROGRAM))
        with open(program.PROGRAM, "rb") as file:
            whole = file.read()
        with open(other, "wb") as file:
            file.write(whole + b"\0")
        os.chmod(other, 0o755)
        os.remove(self.files[1])
        subprocess.run([other, *self.options, "--shard=2/3",
                        f"--resume={self.files[1]}"], check=True,
                       capture_output=True)
        done = self.merge(*self.files, status=0)
        self.assertNotIn("proved", done.stdout)
        self.assertIn("different builds", done.stderr)

    def test_calls_that_make_no_sense_are_refused(self):
        self.refused(says=["which files?"])
        self.refused("-x", self.files[0], says=["'-x' is not understood"])
        self.refused("-o", "/no/where/out", *self.files,
                     says=["cannot write /no/where/out"])


if __name__ == "__main__":
    HEDDLE = os.path.abspath(sys.argv.pop(1))
    program.main(sys.argv)
