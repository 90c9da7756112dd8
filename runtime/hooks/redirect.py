# SPDX-License-Identifier: MIT
"""Make an archive whose calls of wrapped functions go to the real ones.

usage: redirect.py AR OBJCOPY WRAPPED OUTPUT INPUT [REPLACEMENT...]

The linker's --wrap=NAME redirects every call of NAME in all that is linked;
Heddle's own must not be. WRAPPED is the list of names. Members of a
REPLACEMENT take the place of those of the same name in INPUT; `-aware` is no
part of a name.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

ar, objcopy, wrapped, result, archive, *replacements = sys.argv[1:]


def run_script(*lines):
    """Let ar do what its script language says."""
    subprocess.run([ar, '-M'], input='\n'.join([*lines, '']), text=True,
                   check=True)


def members(name):
    """The names of its members, as they are within."""
    listed = subprocess.run([ar, 't', name], capture_output=True, text=True,
                            check=True)
    return [os.path.basename(line) for line in listed.stdout.split()]


# A thin archive, as Meson makes them, cannot be copied: first a real one.
with tempfile.TemporaryDirectory() as folder:
    whole = os.path.join(folder, 'whole.a')
    run_script(f'CREATE {whole}', f'ADDLIB {archive}', 'SAVE', 'END')
    for replacement in replacements:
        flat = os.path.join(folder, 'flat.a')
        run_script(f'CREATE {flat}', f'ADDLIB {replacement}', 'SAVE', 'END')
        new = members(flat)
        old = [name.replace('-aware', '') for name in new]
        missing = set(old) - set(members(whole))
        if missing:
            sys.exit(f'{archive} has no {", ".join(sorted(missing))}')
        subprocess.run([ar, 'd', whole, *old], check=True)
        run_script(f'OPEN {whole}', f'ADDLIB {flat}', 'SAVE', 'END')
        os.remove(flat)
    options = [f'--redefine-sym={name}=__real_{name}'
               for name in pathlib.Path(wrapped).read_text('ascii').split()]
    pathlib.Path(result).unlink(missing_ok=True)
    subprocess.run([objcopy, *options, whole, result], check=True)
