# SPDX-License-Identifier: MIT
"""No committed file names one machine's paths, or a registry's host."""

import re

from lint import Allowances, committed, complain, finish, read

PATHS = re.compile(r'(?<![\w.*)}\]])/(?:work|tmp|root|home)/')
HOSTS = re.compile(
    r'pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|crates\.io|rubygems\.org'
    r'|proxy\.golang\.org|deb\.debian\.org|docker\.io|ghcr\.io|gcr\.io|quay\.io'
)


def main():
    allowances = Allowances()
    for path in committed():
        try:
            text = read(path)
        except UnicodeDecodeError:
            continue
        for line, words in enumerate(text.splitlines(), 1):
            found = [(name, 'a path of one machine', 'make it relative')
                     for name in PATHS.findall(words)]
            found += [(name, 'the host of a registry', 'name the package')
                      for name in HOSTS.findall(words)]
            for name, what, cure in found:
                if not allowances.excuse(path, name):
                    complain(path, line, f'{name} is {what}', cure)
    finish()


main()
