"""Makes a workbook of values at which readers part ways: edges.xlsx, and what LibreOffice makes of it, edges.xls and edges.ods.

Needs XlsxWriter and `soffice`. `make_expected.py` then writes down what others read from them. Each column holds values of one kind, so that a reader has to give the value and not only a text.
"""

import datetime
import pathlib
import subprocess
import tempfile

import xlsxwriter

PATH = pathlib.Path(__file__).resolve().parent / "edges.xlsx"
# Days as Excel counts them: since 1899-12-30 from March 1900 on, since 1899-12-31 before, for it has a 1900-02-29.
COLUMNS = {
    "days": ("yyyy-mm-dd", [61, 36_526, 43_890, 45_351, 73_050, 2_958_465, None, 25_569]),
    "moments": (
        "yyyy-mm-dd hh:mm:ss.000",
        [61.5, 36_526.25, 43_890.999988425926, 45_351.000011574074, 45_351.52100694445, 2_958_465.999988426, None, 25_569.75],
    ),
    "early": ("yyyy-mm-dd", [1, 2, 31, 32, 58, 59, None, 61]),
    "clock": ("hh:mm:ss", [0, 0.25, 0.5, 0.999988425925926, 0.000011574074074, 0.521006944444444, None, 0.75]),
    "hours": ("[h]:mm:ss", [0.5, 1, 1.5, 10.632060185185185, 1_000, 0.000011574074074, None, 30]),
    "thirds": (None, [1 / 3, 0.1 + 0.2, -1 / 3, 1e-300, 1e308, 5e-324, None, 123_456_789.12345679]),
    "large": (None, [2**53 - 1, 2**53, -(2**53), 1e15, 1e16, 123_456_789_012_345, None, 1e21]),
    "whole": (None, [0, -1, 127, -128, 255, 32_767, None, -32_768]),
    "percent": ("0.00%", [0, 0.155, 1, -0.005, 0.07, 0.29, None, 10]),
    "money": ("#,##0.00 [$€-407];[Red]-#,##0.00 [$€-407]", [0, 12.5, -0.01, 1_234.56, 1e6, 0.1, None, 0.29]),
    "digits": ("@", ["007", "1.50", "1e5", "0x10", "12 ", "-", None, "9007199254740993"]),
    "words": (None, ["TRUE", "NA", "#N/A", "2024-02-29", "12:30", "null", None, "1/3"]),
    "blanks": (None, [" ", "  two ", "\t", "a\nb", "a\r\nb", "\u00a0", None, "\u3000"]),
    "marks": (None, ["a & b", "<c>", "\"d\"", "'e", "_x000D_", "_x0041_", None, "😀 ﬁ é é"]),
    "yes": ("formula", [True, False, True, True, False, False, None, True]),
    "faults": ("formula", ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", None, "#VALUE!"]),
    "made": ("formula", ["text", 1.5, "", "2024", -7, "a\nb", None, 0]),
    # Formats with letters that could be of dates, but are not.
    "told": ("0.0\" days\"", [1, 2.5, 3, 4, 5, 6, None, 7]),
    "red": ("[Red]0.00", [1, 2.5, 3, 4, 5, 6, None, 7]),
}


# Formulas that give these errors.
FAULTS = {
    "#DIV/0!": "=1/0", "#N/A": "=NA()", "#NAME?": "=nosuch()", "#NULL!": "=A1:A2 B1:B2", "#NUM!": "=SQRT(-1)", "#REF!": "=#REF!+1",
    "#VALUE!": '=1+"x"',
}


def formula(value):
    if isinstance(value, bool):
        return "=TRUE()" if value else "=FALSE()"
    if not isinstance(value, str):
        return f"={value}"
    return FAULTS.get(value) or '="' + value.replace("\n", '"&CHAR(10)&"') + '"'


def main():
    with xlsxwriter.Workbook(PATH) as book:
        book.set_properties({"created": datetime.datetime(2026, 1, 1)})
        sheet = book.add_worksheet("Edges")
        for at, (name, (shown, values)) in enumerate(COLUMNS.items()):
            sheet.write_string(0, at, name)
            form = book.add_format({"num_format": shown}) if shown not in (None, "formula") else None
            for row, value in enumerate(values, 1):
                if value is None:
                    continue
                if shown == "formula":
                    sheet.write_formula(row, at, formula(value), None, value)
                elif isinstance(value, str):
                    sheet.write_string(row, at, value, form)
                else:
                    sheet.write_number(row, at, value, form)
    with tempfile.TemporaryDirectory() as profile:
        for form in ("xls", "ods"):
            command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", form, "--outdir", PATH.parent]
            subprocess.run([*command, PATH], check=True, capture_output=True, timeout=300)


main()
