# SPDX-License-Identifier: MIT
"""Reading result files, for the scripts of this folder."""


def read(path):
    """The fields by name, and the sections' sizes and checksums."""
    with open(path, "rb") as file:
        lines = file.read().split(b"\nend ")[0].decode().split("\n")
    fields, sections = {}, {}
    for line in lines:
        name, _, value = line.partition(" ")
        if name == "section":
            name, size, checksum = value.split(" ")
            sections[name] = (int(size), checksum)
        else:
            fields[name] = value
    return fields, sections


def of_search(path):
    """What there is of searches and findings, without what time has to do
    with."""
    fields, sections = read(path)
    return ({name: value for name, value in fields.items()
             if not name.endswith("/elapsed-ms")}, sections)
