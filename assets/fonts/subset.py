#!/usr/bin/env python3
"""Cuts the bundled fonts down to what the program shows. Called by make.sh.

usage: subset.py UNPACKED_PACKAGES FONTS_OUT ICONS_OUT
"""
import json
import pathlib
import sys

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

packages, fonts_out, icons_out = (pathlib.Path(p) for p in sys.argv[1:4])

LATIN = [(0x20, 0x7E), (0xA0, 0x24F), (0x2B0, 0x2FF), (0x300, 0x328), (0x1E80, 0x1E9E), (0x1EA0, 0x1EF9)]
GREEK = [(0x370, 0x3FF)]
CYRILLIC = [(0x400, 0x4FF)]
SIGNS = [
    (0x2000, 0x206F),  # spaces, dashes, quotes, ellipsis, direction marks
    (0x2070, 0x209F),  # superscripts and subscripts
    (0x20A0, 0x20C0),  # currencies
    (0x2100, 0x218F),  # №, ℃, ™, fractions
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # −, ∞, ≈, ≤, ≥
    (0x2300, 0x23FF),  # ⌘, ⌥, ⏎
    (0x2500, 0x25FF),  # box drawing, blocks, ▲ ▼ ● ■
    (0x2713, 0x2717),
    (0xFFFD, 0xFFFD),
]
# Tables cut out of a table of numbers must keep columns: the digits are the tabular ones, always, since egui asks for no features.
# No `calt`, `liga` and their like: data and code are shown as they stand, `->` does not become an arrow.
TEXT_FEATURES = ["ccmp", "locl", "mark", "mkmk", "kern"]
DEVANAGARI_FEATURES = ["*"]  # shaping needs them


def expand(ranges):
    return {c for first, last in ranges for c in range(first, last + 1)}


def tabular_digits(font):
    """Points the digits at their `tnum` glyphs, so that every digit is as wide as any other."""
    gsub = font["GSUB"].table
    lookups = {i for r in gsub.FeatureList.FeatureRecord if r.FeatureTag == "tnum" for i in r.Feature.LookupListIndex}
    swap = {}
    for index in lookups:
        for subtable in gsub.LookupList.Lookup[index].SubTable:
            swap.update(getattr(subtable, "ExtSubTable", subtable).mapping)
    cmap = dict(font.getBestCmap())
    digits = {ord(c): swap[cmap[ord(c)]] for c in "0123456789"}
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap.update(digits)
    widths = {font["hmtx"][glyph][0] for glyph in digits.values()}
    assert len(widths) == 1, widths
    # A figure space is as wide as a digit by definition.
    font["hmtx"][cmap[0x2007]] = (widths.pop(), 0)


def subset(source, out, codepoints, features, prepare=None):
    font = TTFont(source, recalcTimestamp=False)
    if prepare:
        prepare(font)
    options = Options()
    options.layout_features = features
    options.hinting = False
    options.glyph_names = False
    options.legacy_kern = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
    options.drop_tables += ["DSIG", "STAT", "meta", "FFTM"]
    options.recalc_timestamp = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=codepoints)
    subsetter.subset(font)
    font.flavor = None
    font.save(out)
    return font


text = expand(LATIN + GREEK + CYRILLIC + SIGNS)
for weight in ("Regular", "Medium", "SemiBold"):
    subset(packages / f"inter-ui-4.1.1/web/Inter-{weight}.woff2", fonts_out / f"Inter-{weight}.ttf", text, TEXT_FEATURES, tabular_digits)
mono = expand([(0x20, 0x7E), (0xA0, 0x17F), (0x2C6, 0x2DD)] + GREEK + [(0x400, 0x45F)] + SIGNS)
subset(packages / "jetbrains-mono-1.0.6/fonts/webfonts/JetBrainsMonoNL-Regular.woff2", fonts_out / "JetBrainsMonoNL-Regular.ttf", mono, TEXT_FEATURES)
devanagari = [(0x900, 0x97F), (0x1CD0, 0x1CFF), (0x200B, 0x200D), (0x20A8, 0x20A8), (0x20B9, 0x20B9), (0x25CC, 0x25CC), (0xA830, 0xA839), (0xA8E0, 0xA8FF)]
# Latin letters and signs too: the library that draws pictures can take a line of mixed scripts from one font only.
companions = [(0x20, 0x7E), (0xA0, 0xA0), (0xB7, 0xB7), (0x2010, 0x2026), (0x2212, 0x2212)]
subset(
    packages / "expo-google-fonts-noto-sans-devanagari-0.4.1/400Regular/NotoSansDevanagari_400Regular.ttf",
    fonts_out / "NotoSansDevanagari-Regular.ttf",
    expand(devanagari + companions),
    DEVANAGARI_FEATURES,
)

ICONS = """
activity archive arrow-clockwise arrow-counter-clockwise arrow-down arrow-left arrow-line-down arrow-right arrow-square-out arrow-u-up-left
arrow-u-up-right arrow-up arrows-clockwise arrows-in arrows-left-right arrows-out arrows-out-simple bell binoculars bookmark-simple broom bug
calendar-blank camera caret-double-right caret-down caret-left caret-right caret-up caret-up-down chart-bar chart-bar-horizontal chart-line
chart-line-up chart-pie-slice check check-circle check-square circle circle-half circle-notch clipboard clipboard-text clock clock-counter-clockwise code
columns copy corners-out cpu crosshair cursor-click database desktop desktop-tower dots-three dots-three-vertical download-simple eraser export
eye eye-slash file file-arrow-down file-code file-csv file-dashed file-magnifying-glass file-plus file-text file-xls files flag flame flask floppy-disk folder
folder-open function funnel gauge gear gear-six git-diff globe graph hard-drive hard-drives hash heartbeat hourglass house image image-square
info keyboard laptop lightbulb lightning link list list-bullets list-checks list-magnifying-glass list-numbers lock magic-wand magnifying-glass
magnifying-glass-minus magnifying-glass-plus memory minus minus-circle monitor monitor-play moon network note notebook package palette path
pause pencil-simple percent play play-circle plug plugs plus plus-circle power prohibit pulse push-pin push-pin-simple push-pin-slash question
queue record recycle rows ruler scales scissors share-network shield-check sidebar-simple sigma sliders-horizontal sort-ascending
sort-descending sparkle square square-half squares-four stack star stop stop-circle sun table terminal terminal-window text-aa
thermometer timer toggle-left toggle-right trash tray tree-structure trend-down trend-up upload-simple user warning warning-circle
warning-octagon wave-sine wifi-high wifi-slash windows-logo wrench x x-circle x-square
""".split()
chosen = {}
for icon in json.load(open(packages / "phosphor-icons-web-2.1.2/src/regular/selection.json"))["icons"]:
    for name in (n.strip() for n in icon["properties"]["name"].split(",")):
        if name in ICONS:
            chosen[name] = icon["properties"]["code"]
missing = sorted(set(ICONS) - set(chosen))
if missing:
    print("not in the icon set:", *missing)
subset(packages / "phosphor-icons-web-2.1.2/src/regular/Phosphor.ttf", icons_out / "phosphor-subset.ttf", set(chosen.values()), [])
with open(icons_out / "names.txt", "w") as names:
    names.write("# name codepoint, of phosphor-subset.ttf (Phosphor 2.1, regular)\n")
    names.writelines(f"{name} U+{code:04X}\n" for name, code in sorted(chosen.items()))
