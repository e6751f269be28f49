"""Writes down what other programs read from the tables of the tests, one file for each table, into the folder `expected`.

usage: make_expected.py [TABLE…]       all tables when none is named
Tables by others go to `expected/shared`, our own to `expected/own`.

Needs openpyxl, pandas, pyarrow, xlrd, pyxlsb and odfpy; `soffice` (LibreOffice) is the second opinion on workbooks, and the only
one on what pyxlsb does not tell: dates, the words of errors, and texts that stand in the cell. Ends with 1 when two of them
disagree in a way that is not listed under KNOWN.

A cell is null where the file has none, else a letter, a colon and its value:
    s text   n number as Python prints it   b TRUE or FALSE   e the word of an error
    d day or moment   u time of day or duration, in thousandths of a second
Where a sheet has more than MOST cells there are sums instead: for each column the blank cells and the SHA-256 of all cells, each as
text with `\\` and line feed written as `\\\\` and `\\n`, joined by line feeds; and, where all cells are numbers or blank, the SHA-256
of their eight bytes as hexadecimal digits, joined likewise.
"""

import csv
import datetime
import hashlib
import importlib.metadata
import io
import json
import pathlib
import platform
import re
import struct
import subprocess
import sys
import tempfile
import warnings
import zipfile

import odf
import odf.namespaces
import odf.opendocument
import odf.table
import odf.text
import openpyxl
import pandas
import pyarrow
import pyarrow.csv
import pyxlsb
import xlrd

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
# Tables by others, which may be missing, and our own.
FOLDERS = {"shared": [PROJECT.parent / "shared" / "data" / "tables"], "own": [PROJECT / "tests" / "data" / "tables", HERE]}
MOST = 4_000

# Encoding and separator of each text table, found out by eye.
TEXTS = {
    "bom.csv": ("utf-8-sig", ","),
    "boston311-dmy.csv": ("utf-8", ","),
    "flights-2013.csv.zip": ("utf-8", ","),
    "inpatients-utf16le.csv": ("utf-16", ","),
    # By its name Latin-1, but two Slovene places have letters that only Windows-1252 has.
    "italian-latin1.csv": ("cp1252", ";"),
    "japanese.csv": ("utf-8", ","),
    "leading-zeros.csv": ("utf-8", ","),
    "semicolon.csv": ("utf-8", ";"),
    "zipcodes.csv": ("utf-8", ","),
    "shift-jis.csv": ("shift_jis", ","),
    "bills-500.csv": ("utf-8", ","),
}
BOOKS = {
    "any-sheets.xlsx", "date-1904.xlsx", "date-1904.xls", "errors.xlsx", "hostile-alloc.xls", "large-floats.xlsx",
    "large-strings.xlsx", "merged-range.xlsx", "mixed.xlsx", "mixed.xlsb", "mixed.ods",
    "typed.xlsx", "typed.xls", "typed.ods", "typed.xlsb", "sheets.xlsx", "sheets.xls", "sheets.ods",
    "edges.xlsx", "edges.xls", "edges.ods", "merged.xlsx", "merged.xls", "merged.ods", "narrow-dimension.xlsx", "no-dimension.xlsx",
}
# Where LibreOffice is known to have something else, which is written down but no reason to stop.
KNOWN = {
    "errors.xlsx": "it works the formulas out anew and has other words for their errors",
    "edges.xlsx": "it counts days from 1899-12-30 even before March 1900, takes the text #N/A for the error, has one kind of line end, "
    "and words of its own for some errors",
    "edges.xls": "as edges.xlsx",
    "edges.ods": "it reads a tab as nothing",
}
# Too large to be worth converting.
NO_SECOND = {"large-strings.xlsx"}


def number(value):
    """As Python prints it, whole ones without a point; a negative zero is no other number."""
    value = float(value) + 0.0
    text = repr(value)
    return text[:-2] if text.endswith(".0") else text


def moment(value):
    text = value.strftime("%Y-%m-%d") if value.year >= 1000 else f"{value.year:04}-{value:%m-%d}"
    if (value.hour, value.minute, value.second, value.microsecond) != (0, 0, 0, 0):
        text += value.strftime(" %H:%M:%S")
        millis = round(value.microsecond / 1000)
        text += f".{millis:03}" if millis else ""
    return "d:" + text


def duration(days):
    return f"u:{round(days * 86_400_000)}"


# Workbooks: each reader gives {sheet: {(row, column): cell}} with rows and columns from 0.


def with_openpyxl(path):
    book = openpyxl.load_workbook(path, data_only=True, read_only=path.name == "large-strings.xlsx")
    sheets = {}
    for sheet in book.worksheets:
        cells = sheets.setdefault(sheet.title, {})
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    cells[cell.row - 1, cell.column - 1] = of_openpyxl(cell)
    return sheets, f"openpyxl {openpyxl.__version__}"


def of_openpyxl(cell):
    value = cell.value
    if cell.data_type == "e":
        return "e:" + value
    if isinstance(value, bool):
        return "b:" + str(value).upper()
    if isinstance(value, (int, float)):
        return "n:" + number(value)
    if isinstance(value, datetime.datetime):
        return moment(value)
    if isinstance(value, datetime.timedelta):
        return duration(value / datetime.timedelta(days=1))
    if isinstance(value, datetime.time):
        return duration((value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6) / 86_400)
    # openpyxl leaves this one escape of a carriage return as it stands in the file.
    return "s:" + value.replace("_x000D_\n", "\r\n")


def with_xlrd(path):
    with io.StringIO() as log:
        book = xlrd.open_workbook(path, formatting_info=True, logfile=log)
    sheets = {}
    for sheet in book.sheets():
        cells = sheets.setdefault(sheet.name, {})
        for row in range(sheet.nrows):
            for column in range(sheet.ncols):
                cell = sheet.cell(row, column)
                if cell.ctype not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                    cells[row, column] = of_xlrd(book, cell)
    return sheets, f"xlrd {xlrd.__version__}"


def of_xlrd(book, cell):
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return "s:" + cell.value
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "b:" + str(bool(cell.value)).upper()
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return "e:" + xlrd.error_text_from_code[cell.value]
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return "n:" + number(cell.value)
    shown = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
    if cell.value < 1 or re.search(r"\[[hms]+\]", shown, re.IGNORECASE):
        return duration(cell.value)
    return moment(xlrd.xldate_as_datetime(cell.value, book.datemode))


def with_pyxlsb(path):
    """Numbers, texts and yes or no; the rest from LibreOffice, which has to agree where both have a value."""
    other, version = with_libreoffice(path)
    sheets = {}
    with pyxlsb.open_workbook(str(path)) as book:
        for name in book.sheets:
            cells = dict(other[name])
            sheets[name] = cells
            with book.get_sheet(name) as sheet:
                for row in sheet.rows(sparse=True):
                    for cell in row:
                        if cell.v not in (None, ""):
                            cells[cell.r, cell.c] = of_pyxlsb(path.name, cell, cells.get((cell.r, cell.c)))
    return sheets, f"pyxlsb {importlib.metadata.version('pyxlsb')} and {version}"


def of_pyxlsb(file, cell, other):
    value = cell.v
    if isinstance(value, str) and re.fullmatch(r"0x[0-9a-f]+", value):
        codes = {"0x0": "#NULL!", "0x7": "#DIV/0!", "0xf": "#VALUE!", "0x17": "#REF!", "0x1d": "#NAME?", "0x24": "#NUM!", "0x2a": "#N/A"}
        return "e:" + codes[value]
    if isinstance(value, bool):
        return "b:" + str(value).upper()
    if isinstance(value, str):
        return "s:" + value
    if other is not None and other[0] in "du":
        own = moment(pyxlsb.convert_date(value)) if other[0] == "d" else duration(value)
        if own != other:
            sys.exit(f"{file}: pyxlsb has {own}, LibreOffice {other}")
        return other
    return "n:" + number(value)


def with_odfpy(path):
    sheets = {}
    for table in odf.opendocument.load(path).spreadsheet.getElementsByType(odf.table.Table):
        cells = sheets.setdefault(table.getAttribute("name"), {})
        at = 0
        for row in table.getElementsByType(odf.table.TableRow):
            rows = int(row.getAttribute("numberrowsrepeated") or 1)
            column = 0
            for cell in row.childNodes:
                if cell.qname[1] not in ("table-cell", "covered-table-cell"):
                    continue
                columns = int(cell.getAttribute("numbercolumnsrepeated") or 1)
                value = of_odf(cell)
                if value is not None:
                    for r in range(at, at + rows):
                        for c in range(column, column + columns):
                            cells[r, c] = value
                column += columns
            at += rows
    return sheets, f"odfpy {importlib.metadata.version('odfpy')}"


ERROR = re.compile(r"#(NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A)$")


def of_odf(cell):
    get = lambda name: cell.attributes.get((odf.namespaces.OFFICENS, name))
    kind = get("value-type")
    if kind is None:
        return None
    if kind in ("float", "currency", "percentage"):
        return "n:" + number(get("value"))
    if kind == "boolean":
        return "b:" + get("boolean-value").upper()
    if kind == "date":
        text = get("date-value")
        return moment(datetime.datetime.fromisoformat(re.sub(r"(\.\d{6})\d+$", r"\1", text)))
    if kind == "time":
        hours, minutes, seconds = re.fullmatch(r"PT(\d+)H(\d+)M([\d.]+)S", get("time-value")).groups()
        return duration((int(hours) * 3600 + int(minutes) * 60 + float(seconds)) / 86_400)
    text = get("string-value")
    # LibreOffice leaves the value of an error empty and shows its word.
    if not text:
        text = "\n".join(written(node) for node in cell.childNodes if node.qname == (odf.namespaces.TEXTNS, "p"))
    return ("e:" if ERROR.match(text) else "s:") + text


def written(node):
    """A paragraph's text: odfpy's own function leaves out blanks and tabs."""
    if node.nodeType == node.TEXT_NODE:
        return str(node.data)
    name = node.qname[1]
    if name == "s":
        return " " * int(node.getAttribute("c") or 1)
    if name in ("tab", "line-break"):
        return {"tab": "\t", "line-break": "\n"}[name]
    return "".join(written(child) for child in node.childNodes)


def with_libreoffice(path):
    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", "ods", "--outdir", folder, str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=600)
        version = subprocess.run(["soffice", "--version"], capture_output=True, text=True).stdout.split()
        sheets, _ = with_odfpy(pathlib.Path(folder) / (path.stem + ".ods"))
        return sheets, f"LibreOffice {version[1]}"


READERS = {".xlsx": with_openpyxl, ".xls": with_xlrd, ".xlsb": with_pyxlsb, ".ods": with_odfpy}


def second_opinion(path, sheets):
    """Cells in which LibreOffice has something else: [sheet, row, column, LibreOffice's cell], counted from 1."""
    if path.name in NO_SECOND or path.suffix in (".xlsb",):
        return None
    other, version = with_libreoffice(path)
    differs = []
    for name, cells in sheets.items():
        found = other.get(name, {})
        for row, column in sorted(cells.keys() | found.keys()):
            own, its = cells.get((row, column)), found.get((row, column))
            if plain(own) != plain(its):
                differs.append([name, row + 1, column + 1, own, its])
    return {"by": version, "differs": differs}


def plain(cell):
    """LibreOffice writes 15 digits of a number, and some yes and no as a formula that gives 1 and 0."""
    if cell in ("b:TRUE", "b:FALSE"):
        return "n:1" if cell == "b:TRUE" else "n:0"
    return f"n:{float(cell[2:]):.15g}" if cell and cell[0] == "n" else cell


def of_sheet(name, cells):
    """Header and rows: from the first to the last row and column in which a cell has something."""
    if not cells:
        return {"sheet": name, "header": None}
    top, bottom = min(r for r, _ in cells), max(r for r, _ in cells)
    left, right = min(c for _, c in cells), max(c for _, c in cells)
    grid = [[cells.get((r, c)) for c in range(left, right + 1)] for r in range(top, bottom + 1)]
    return {"sheet": name, "first_row": top + 2, "header": grid[0], **body(grid[1:], len(grid[0]))}


def body(rows, width):
    if len(rows) * width <= MOST:
        return {"rows": rows}
    return {"count": len(rows), "columns": [sums([row[at] for row in rows]) for at in range(width)]}


def sums(cells):
    def digest(texts):
        return hashlib.sha256("\n".join(texts).encode()).hexdigest()

    plain = [text_of(cell) for cell in cells]
    told = {"blank": cells.count(None), "texts": digest(t.replace("\\", "\\\\").replace("\n", "\\n") for t in plain)}
    figure = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?(e[+-]\d+)?")
    if any(plain) and all(text == "" or figure.fullmatch(text) for text in plain):
        told["numbers"] = digest(text and struct.pack(">d", float(text)).hex() for text in plain)
    return told


def text_of(cell):
    if cell is None:
        return ""
    if cell[0] == "u":
        sys.exit("durations have no spelling here")
    return cell[2:]


# Text tables.


def of_text(path):
    encoding, separator = TEXTS[path.name]
    data = path.read_bytes()
    if path.suffix == ".zip":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = archive.read(archive.namelist()[0])
    text = data.decode(encoding)
    header, *records = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    # A line without anything is no row, save where there is one column only.
    rows = [row for row in records if row or len(header) == 1]
    rows = [row + [""] * (len(header) - len(row)) for row in rows]
    blanks = blank_cells(text, separator, len(header))
    for row, blank in zip(rows, blanks, strict=True):
        for at, cell in enumerate(row):
            if blank[at] and cell:
                sys.exit(f"{path.name}: csv has {cell!r} where pyarrow has nothing")
            row[at] = None if blank[at] else "s:" + cell
    agree_with_pandas(path.name, text, separator, rows)
    made = {
        "made_with": f"csv of Python {platform.python_version()}, pyarrow {pyarrow.__version__} (blank or empty), "
        f"pandas {pandas.__version__} agrees",
        "file": path.name,
        "text": {"separator": separator, "encoding": encoding},
        "sheets": [{"sheet": None, "first_row": 2, "header": ["s:" + name for name in header], **body(rows, len(header))}],
    }
    return made


def blank_cells(text, separator, width):
    """For each row, which cells have nothing between the separators, not even quotation marks: csv does not tell."""
    names = [str(at) for at in range(width)]
    table = pyarrow.csv.read_csv(
        io.BytesIO(text.encode()),
        read_options=pyarrow.csv.ReadOptions(column_names=names, skip_rows_after_names=1, block_size=1 << 28),
        parse_options=pyarrow.csv.ParseOptions(delimiter=separator, newlines_in_values=True, ignore_empty_lines=width > 1),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types={name: pyarrow.string() for name in names}, strings_can_be_null=True, quoted_strings_can_be_null=False,
            null_values=[""]),
    )
    return list(zip(*(column.is_null().to_pylist() for column in table.columns)))


def agree_with_pandas(file, text, separator, rows):
    frame = pandas.read_csv(io.StringIO(text, newline=""), sep=separator, dtype=str, keep_default_na=False,
                            skip_blank_lines=len(rows[0]) > 1)
    for own, its in zip(rows, frame.itertuples(index=False, name=None), strict=True):
        if [cell[2:] if cell else "" for cell in own] != list(its):
            sys.exit(f"{file}: csv has {own}, pandas {its}")


def of_book(path):
    sheets, version = READERS[path.suffix](path)
    second = second_opinion(path, sheets)
    made = {"made_with": f"{version}, Python {platform.python_version()}", "file": path.name}
    if second:
        made["second"] = second
    made["sheets"] = [of_sheet(name, cells) for name, cells in sheets.items()]
    return made


def store(made, folder):
    """One row a line, so that changes can be read."""
    text = json.dumps(made, ensure_ascii=False, indent=0, separators=(",", ":"))
    decoder = json.JSONDecoder()
    lines = ["{"]
    for at, (key, value) in enumerate(made.items()):
        end = "" if at == len(made) - 1 else ","
        if key == "sheets":
            lines.append('"sheets":[')
            for number, sheet in enumerate(value):
                lines.extend(sheet_lines(sheet))
                lines[-1] += "" if number == len(value) - 1 else ","
            lines.append("]" + end)
        elif key == "second" and value["differs"]:
            lines.append('"second":{"by":' + compact(value["by"]) + ',"differs":[')
            lines.append(",\n".join(compact(cell) for cell in value["differs"]))
            lines.append("]}" + end)
        else:
            lines.append(compact(key) + ":" + compact(value) + end)
    text = "\n".join(lines + ["}", ""])
    assert decoder.decode(text) == json.loads(json.dumps(made))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / (made["file"] + ".json")).write_text(text, encoding="utf-8", newline="\n")


def sheet_lines(sheet):
    rest = {key: value for key, value in sheet.items() if key not in ("rows", "columns")}
    first = compact(rest)
    for key in ("rows", "columns"):
        if key in sheet:
            entries = ",\n".join(compact(row) for row in sheet[key])
            return [first[:-1] + f',"{key}":[', *entries.split("\n"), "]}"]
    return [first]


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def main():
    warnings.simplefilter("ignore")
    csv.field_size_limit(1 << 30)
    faults = 0
    for whose, folders in FOLDERS.items():
        for path in sorted(path for folder in folders for path in folder.glob("*")):
            if path.name not in (sys.argv[1:] or [*TEXTS, *BOOKS]):
                continue
            made = of_text(path) if path.name in TEXTS else of_book(path)
            store(made, HERE / "expected" / whose)
            differs = made.get("second", {}).get("differs", [])
            print(f"{whose}/{path.name}: {len(made['sheets'])} sheets, {len(differs)} cells differ in LibreOffice")
            print("".join(f"  {cell}\n" for cell in differs), end="")
            faults += bool(differs) and path.name not in KNOWN
    sys.exit(faults > 0)


main()
