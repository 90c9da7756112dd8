# SPDX-License-Identifier: MIT
"""--shard: as given, and from what a batch system puts into the environment."""

import os
import re
import subprocess
import sys

import program

SYSTEMS = ("JOB_COMPLETION", "SLURM_ARRAY", "CI_NODE")


class Case(program.Case):
    """A test that runs PROGRAM in an environment."""

    def shard(self, text, status=0, **variables):
        """What it says to --shard=text: the shard, or the complaint."""
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith(SYSTEMS)}
        done = subprocess.run(
            [program.PROGRAM, "clean", f"--shard={text}"], text=True,
            capture_output=True, check=False, timeout=60,
            env={**environment, **variables})
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        if status != 0:
            return done.stderr
        match = re.search(r"all of shard (\d+/\d+) ", done.stdout)
        return match.group(1) if match else "all"

    def refused(self, text, *says, **variables):
        complaint = self.shard(text, status=2, **variables)
        for part in says:
            self.assertIn(part, complaint)


class Given(Case):
    """K and N on the command line."""

    def test_they_count_from_one(self):
        self.assertEqual(self.shard("1/4"), "1/4")
        self.assertEqual(self.shard("4/4"), "4/4")
        self.assertEqual(self.shard("1/1"), "all")

    def test_what_makes_no_sense_is_refused(self):
        for text in ("0/4", "5/4", "1", "1/", "/4", "1/0", "a/b", "1/4/2",
                     "-1/4", "1/99999999", "4294967297/4294967298", "env/0",
                     "env/x", "environment", ""):
            self.refused(text, "--shard", f"'{text}'", "1/4 to 4/4")

    def test_without_being_asked_for_the_environment_means_nothing(self):
        done = self.run_program("clean", status=0)
        os.environ["CI_NODE_INDEX"], os.environ["CI_NODE_TOTAL"] = "2", "4"
        try:
            self.assertEqual(self.run_program("clean").stdout, done.stdout)
        finally:
            del os.environ["CI_NODE_INDEX"], os.environ["CI_NODE_TOTAL"]


class Environment(Case):
    """--shard=env."""

    def test_kubernetes_counts_from_zero(self):
        self.assertEqual(self.shard("env/4", JOB_COMPLETION_INDEX="0"), "1/4")
        self.assertEqual(self.shard("env/4", JOB_COMPLETION_INDEX="3"), "4/4")
        self.assertEqual(self.shard("env", JOB_COMPLETION_INDEX="1",
                                    JOB_COMPLETIONS="2"), "2/2")
        self.refused("env", "JOB_COMPLETION_INDEX", "JOB_COMPLETIONS",
                     "--shard=env/N", JOB_COMPLETION_INDEX="1")
        self.refused("env/4", "JOB_COMPLETION_INDEX=4",
                     JOB_COMPLETION_INDEX="4")

    def test_slurm_counts_from_where_it_was_told_to(self):
        def slurm(index, count, first, step="1"):
            return {"SLURM_ARRAY_TASK_ID": index,
                    "SLURM_ARRAY_TASK_COUNT": count,
                    "SLURM_ARRAY_TASK_MIN": first,
                    "SLURM_ARRAY_TASK_STEP": step}
        self.assertEqual(self.shard("env", **slurm("0", "4", "0")), "1/4")
        self.assertEqual(self.shard("env", **slurm("4", "4", "1")), "4/4")
        self.assertEqual(self.shard("env", **slurm("5", "4", "1", "2")), "3/4")
        self.refused("env", "SLURM_ARRAY_TASK_ID=9", **slurm("9", "4", "1"))
        self.refused("env", "SLURM_ARRAY_TASK_ID=2",
                     **slurm("2", "4", "1", "2"))
        self.refused("env", "SLURM_ARRAY_TASK_ID", "'one'",
                     **slurm("one", "4", "1"))

    def test_gitlab_counts_from_one(self):
        self.assertEqual(self.shard("env", CI_NODE_INDEX="1",
                                    CI_NODE_TOTAL="3"), "1/3")
        self.assertEqual(self.shard("env", CI_NODE_INDEX="3",
                                    CI_NODE_TOTAL="3"), "3/3")
        self.refused("env", "CI_NODE_INDEX=0", CI_NODE_INDEX="0",
                     CI_NODE_TOTAL="3")

    def test_none_and_two_are_refused_by_name(self):
        self.refused("env", "JOB_COMPLETION_INDEX", "SLURM_ARRAY_TASK_ID",
                     "CI_NODE_INDEX")
        self.refused("env", "JOB_COMPLETION_INDEX", "CI_NODE_INDEX", "both",
                     JOB_COMPLETION_INDEX="0", CI_NODE_INDEX="1",
                     CI_NODE_TOTAL="2")


if __name__ == "__main__":
    program.main(sys.argv)
