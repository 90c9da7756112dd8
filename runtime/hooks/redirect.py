# SPDX-License-Identifier: MIT
"""Copy an archive whose calls of wrapped functions go to the real ones.

usage: redirect.py AR OBJCOPY WRAPPED INPUT OUTPUT

The linker's --wrap=NAME redirects every call of NAME in all that is linked;
Heddle's own must not be. WRAPPED is the list of names.
"""

import os
import subprocess
import sys

ar, objcopy, wrapped, archive, result = sys.argv[1:]

# A thin archive, as Meson makes them, cannot be copied: first a real one.
whole = result + '.whole'
script = f'CREATE {whole}\nADDLIB {archive}\nSAVE\nEND\n'
subprocess.run([ar, '-M'], input=script, text=True, check=True)

with open(wrapped, encoding='ascii') as names:
    options = [f'--redefine-sym={name}=__real_{name}'
               for name in names.read().split()]
subprocess.run([objcopy, *options, whole, result], check=True)
os.remove(whole)
