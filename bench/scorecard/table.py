# SPDX-License-Identifier: MIT
"""Results as Markdown that also reads well in a terminal, and its place in a document."""
import pathlib


def aligned(header, rows):
    """A Markdown table; the first column is text, the others are numbers. None is a dash."""
    cells = [header] + [["-" if cell is None else str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    lines = ["| " + " | ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:]))]) + " |"
             for row in cells]
    lines.insert(1, "|" + "|".join(["-" * (widths[0] + 2), *("-" * (w + 1) + ":" for w in widths[1:])]) + "|")
    return "\n".join(lines)


def number(value):
    """Three significant digits, without exponent."""
    if value is None:
        return None
    for digits, least in ((0, 99.95), (1, 9.995), (2, 0.9995)):
        if value >= least:
            return f"{value:.{digits}f}"
    return f"{value:.3f}"


def ratio(a, b):
    return f"{a / b:.2f}" if a and b else None


def record(path, name, text):
    """Puts text between the marks of that name in the document, or with its marks at the document's end."""
    begin, end = f"<!-- bench/peers: {name} begins -->", f"<!-- bench/peers: {name} ends -->"
    document = pathlib.Path(path)
    old = document.read_text() if document.exists() else ""
    section = f"{begin}\n{text}\n{end}"
    if begin in old and end in old:
        section = old[:old.index(begin)] + section + old[old.index(end) + len(end):]
    else:
        section = "\n\n".join(filter(None, [old.rstrip(), section])) + "\n"
    document.write_text(section)
