"""Puts cells into LibreOffice Calc, copies them as a person would, and writes the text that other programs get of it.

usage: calc_clipboard.py PIPE CELLS.json OUT        (for the Python that has LibreOffice's module uno)
       calc_clipboard.py compare CELLS.json TABLE.csv
"""

import csv
import json
import sys
import time


def connect(pipe):
    import uno

    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    for _ in range(240):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:  # noqa: BLE001 - LibreOffice is still starting
            time.sleep(0.5)
    sys.exit("Calc did not start")


def copied(pipe, cells):
    context = connect(pipe)
    # Known only once `uno` is there.
    from com.sun.star.beans import PropertyValue

    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    hidden = PropertyValue()
    hidden.Name, hidden.Value = "Hidden", True
    document = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, (hidden,))
    sheet = document.Sheets.getByIndex(0)
    for row, texts in enumerate(cells):
        for column, text in enumerate(texts):
            if text:
                sheet.getCellByPosition(column, row).setString(text)
    whole = sheet.getCellRangeByPosition(0, 0, len(cells[0]) - 1, len(cells) - 1)
    document.CurrentController.select(whole)
    content = document.CurrentController.getTransferable()
    flavors = content.getTransferDataFlavors()
    return content.getTransferData(next(one for one in flavors if one.MimeType == "text/plain;charset=utf-16"))


def compare(cells, path):
    # As text Calc has blanks for line ends and tabs in cells.
    expected = [[text.replace("\n", " ").replace("\t", " ") for text in row] for row in cells]
    with open(path, newline="", encoding="utf-8") as file:
        found = list(csv.reader(file))
    for number, (theirs, ours) in enumerate(zip(expected, found, strict=False), 1):
        if theirs != ours:
            sys.exit(f"row {number}: {theirs} became {ours}")
    if len(expected) != len(found):
        sys.exit(f"{len(expected)} rows became {len(found)}")
    print(f"{len(found)} rows of {len(found[0])} cells are equal")


if sys.argv[1] == "compare":
    compare(json.load(open(sys.argv[2], encoding="utf-8")), sys.argv[3])
else:
    text = copied(sys.argv[1], json.load(open(sys.argv[2], encoding="utf-8")))
    open(sys.argv[3], "w", newline="", encoding="utf-8").write(text)
