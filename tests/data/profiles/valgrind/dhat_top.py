"""Prints what a DHAT file holds, reckoned from the JSON alone: for each measure its sum, then for each function the part of it
that was measured there and the part measured there or below it, each once. Usage: dhat_top.py FILE"""
import json
import re
import sys
from collections import defaultdict

data = json.load(open(sys.argv[1]))
for key in ["tb", "tbk", "tl", "mb", "mbk", "gb", "gbk", "eb", "ebk", "rb", "wb"]:
    points = [point for point in data["pps"] if key in point]
    if not points:
        continue
    print(f"# {key} {sum(point[key] for point in points)}")
    self, total = defaultdict(int), defaultdict(int)
    for point in points:
        names = []
        for row in point["fs"]:
            text = re.sub(r"^0x[0-9A-Fa-f]+: ", "", data["ftbl"][row])
            names.append(re.sub(r" \([^()]*(:\d+){0,2}\)$", "", text))
        self[names[0]] += point[key]
        for name in set(names):
            total[name] += point[key]
    for name in sorted(total):
        print(f"{self[name]}\t{total[name]}\t{name}")
