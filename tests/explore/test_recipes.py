# SPDX-License-Identifier: MIT
"""Recipes of samplers: any run of a search can be executed alone."""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "cli"))

import program  # noqa: E402

SAMPLERS = ["pct", "pct:3", "pos", "surw", "surw:all"]


class Recipes(program.Case):
    """The finding of a search, again from what is printed with it."""

    def search(self, test, strategy, seed):
        """The recipe of the first finding and its trace."""
        done = self.run_program(test, f"--strategy={strategy}", "-v",
                                f"--seed={seed}", "--order=any",
                                "--clock=exact", "--no-shrink")
        recipe = re.search(r"recipe:  (\S+)", done.stderr)
        trace = re.search(r"trace:   (\S+)", done.stderr)
        self.assertIsNotNone(trace, done.stdout + done.stderr)
        return recipe and recipe[1], trace[1]

    def test_a_run_alone_is_that_of_the_search(self):
        late = 0
        for strategy in SAMPLERS:
            for seed in range(1, 3):
                recipe, trace = self.search("between", strategy, seed)
                if recipe is None:
                    continue  # the fifo run had it
                with self.subTest(recipe=recipe):
                    late += int(recipe.rsplit(",", 1)[1]) > 1
                    done = self.run_program("between", "-v",
                                            f"--replay={recipe}", status=1)
                    self.assertIn(f"assertion, trace {trace}", done.stderr)
        self.assertGreater(late, 7)

    def test_it_is_also_where_the_profiling_run_crashes(self):
        for strategy in ("pct:3", "surw"):
            crashes = (self.search("fatal", strategy, seed)[0]
                       for seed in range(1, 20))
            crash = next(recipe for recipe in crashes
                         if recipe and recipe.endswith(",0"))
            self.run_program("fatal", f"--replay={crash}", status=1)
            later = crash[:-1] + "3"
            first, again = (self.run_program("fatal", "-v",
                                             f"--replay={later}")
                            for _ in range(2))
            self.assertEqual(first.stderr, again.stderr)
            self.assertIn(first.returncode, (0, 1))
            self.assertIn(", trace ", first.stderr)


if __name__ == "__main__":
    program.main(sys.argv)
