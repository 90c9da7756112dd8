# SPDX-License-Identifier: MIT
"""--jobs: workers side by side come to the same each time."""

import sys

import program


class Jobs(program.Case):
    """Several workers."""

    def twice(self, *options, status):
        first = self.run_program(*options, status=status)
        second = self.run_program(*options, status=status)
        self.assertEqual(first.stdout, second.stdout)
        self.assertEqual(first.stderr, second.stderr)
        return first

    def test_together_they_prove_what_one_proves(self):
        options = ("medium", "--strategy=dfs", "--schedules=10000")
        one = self.run_program(*options, status=0)
        self.assertIn("proved in all 4875 schedules", one.stdout)
        for jobs in (2, 3, 8):
            done = self.run_program(*options, f"--jobs={jobs}", status=0)
            self.assertEqual(done.stdout, one.stdout)

    def test_each_trace_is_executed_by_one(self):
        options = ("turns", "--strategy=dpor", "--schedules=100000")
        one = self.run_program(*options, status=0)
        proved = r"proved in all \d\d\d+ orders that matter"
        self.assertRegex(one.stdout, proved)
        for jobs in (2, 3):
            done = self.run_program(*options, f"--jobs={jobs}", status=0)
            self.assertEqual(done.stdout, one.stdout)

    def test_the_random_runs_are_those_of_one(self):
        done = self.run_program("large", "-v", "--strategy=random", "--jobs=3",
                                "--schedules=3001", status=0)
        self.assertIn("fifo (exact) 3, random (exact) 3000", done.stdout)

    def test_what_is_found_is_the_same_each_time(self):
        for strategy in ("random", "auto"):
            done = self.twice("rare", f"--strategy={strategy}", "--jobs=2",
                              "--schedules=1000000", status=1)
            self.assertEqual(done.stderr.count("assertion in test rare"), 1)
        done = self.twice("several", "--strategy=dfs", "--jobs=3",
                          "--no-shrink", "--keep-going", "--schedules=60000",
                          status=0)
        self.assertEqual(done.stderr.count("assertion in test several"), 3)

    def test_a_crash_costs_one_execution_of_one_worker(self):
        options = ("crashes", "--strategy=dfs", "--schedules=10000",
                   "--keep-going", "--no-shrink")
        one = self.run_program(*options, status=0)
        self.assertIn("crash (expected), in all 4875 schedules", one.stdout)
        done = self.twice(*options, "--jobs=2", status=0)
        self.assertEqual(done.stdout, one.stdout)

    def test_conditions_count_wherever_they_were_true(self):
        self.run_program("conditions", "never", "--strategy=dfs", "--jobs=3",
                         "--schedules=10000", status=0)

    def test_a_shard_may_have_jobs(self):
        done = self.run_program("medium", "--strategy=dfs", "--jobs=2",
                                "--shard=2/3", "--schedules=10000", status=0)
        self.assertIn("all of shard 2/3", done.stdout)

    def test_too_few_and_too_many_are_refused(self):
        for jobs in ("0", "257", "two", "-1"):
            done = self.run_program(f"--jobs={jobs}", status=2)
            self.assertIn(f"--jobs: '{jobs}'", done.stderr)


if __name__ == "__main__":
    program.main(sys.argv)
