# SPDX-License-Identifier: MIT
"""Includes look only down.

Which layer may include which is said in docs/architecture.md, in the table
`| layer | may include |`. The second column names layers, or a whole tree
(`runtime`, `harness`), or `everything`, or `-`.
"""

import re

from lint import ROOT, c_files, complain, finish, read

DOC = 'docs/architecture.md'
TREES = ('runtime', 'harness', 'fuzz')
INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')


def table_rows():
    """The (layer, words) rows of the table."""
    inside = False
    for line in read(DOC).splitlines():
        cells = [cell.strip() for cell in line.strip('| \t').split('|')]
        if re.match(r'\|\s*layer\s*\|\s*may include', line, re.IGNORECASE):
            inside = True
        elif inside and not line.startswith('|'):
            return
        elif inside and not set(cells[0]) <= set('-: '):
            names = re.findall(r'[\w/]+', cells[0])
            yield names[0].split('/')[-1], re.findall(r'\w+', cells[1])


def layers_of(tree):
    """The layers of a tree are its folders; fuzz is one layer by itself."""
    if tree == 'fuzz':
        return {'fuzz'}
    return {path.name for path in (ROOT / tree).glob('*')
            if path.is_dir() and path.name != 'include'}


def table():
    trees = {tree: layers_of(tree) for tree in TREES}
    trees['everything'] = set().union(*trees.values())
    allowed = {}
    for layer, words in table_rows():
        allowed[layer] = {layer}.union(
            *(trees.get(word, {word}) for word in words))
    return allowed


def layer_of(path):
    tree, folder, *rest = path.split('/')
    return 'fuzz' if tree == 'fuzz' else folder if rest else tree


def target_of(path, included):
    """The layer that a quoted include reaches, or None if its own folder."""
    parts = included.split('/')
    if parts[0] in TREES and len(parts) > 2:
        parts = parts[1:]
    return parts[0] if len(parts) > 1 else None


def check_quoted(path, line, included, allowed):
    layer = layer_of(path)
    if included.startswith('..') or '/../' in included:
        complain(path, line, f'"{included}" climbs out of its folder',
                 'name the layer: "base/list.h"')
        return
    target = target_of(path, included)
    own_folder = (ROOT / path).parent / included
    if target is None or target not in allowed and own_folder.exists():
        return
    if target not in allowed[layer]:
        may = ' '.join(sorted(allowed[layer])) or 'nothing'
        complain(path, line, f'{layer} may not include {target}',
                 f'it may include: {may} (table in {DOC})')


def check_public(path, line, included):
    from_runtime = path.startswith('runtime/')
    harness = ROOT / 'harness/include' / included
    runtime = ROOT / 'runtime/include' / included
    if from_runtime and harness.exists() and not runtime.exists():
        complain(path, line, f'runtime may not include <{included}>',
                 'it belongs to the harness; turn the dependency round')


def check_file(path, allowed):
    public = path.split('/')[1] == 'include'
    if not public and layer_of(path) not in allowed:
        complain(path, 1, f'{layer_of(path)} is not a known layer',
                 f'give it a row in the table of {DOC}')
        return
    for line, text in enumerate(read(path).splitlines(), 1):
        match = INCLUDE.match(text)
        if match is None:
            continue
        quote, included = match.groups()
        if quote == '<':
            check_public(path, line, included)
        elif public:
            complain(path, line, f'a public header includes "{included}"',
                     'public headers include only <...>')
        else:
            check_quoted(path, line, included, allowed)


def main():
    allowed = table() if (ROOT / DOC).exists() else {}
    if not allowed:
        complain(DOC, 1, 'no table `| layer | may include |`', 'write it')
        finish()
    for path in c_files(*TREES):
        check_file(path, allowed)
    finish()


main()
