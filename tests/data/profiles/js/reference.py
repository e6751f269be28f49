"""Figures of JavaScript profiles and traces, computed in the plainest way: what the readers are held against.

usage: reference.py cpu|heap|trace FILE > FILE.top.tsv
Columns: self, total, hits, name. Self and total are nanoseconds or bytes; hits are samples or calls. A function that calls itself counts
once in its total; functions of one name are one.
"""
import collections, decimal, gzip, json, sys


def load(path):
    with (gzip.open(path) if path.endswith(".gz") else open(path, "rb")) as file:
        return json.load(file, parse_float=decimal.Decimal)


def function(node):
    frame, first = (node["callFrame"], 1) if "callFrame" in node else (node, 0)
    url = frame.get("url", "")
    line = frame.get("lineNumber", 0 if url else -1) + first
    place = f" {url.split('/')[-1]}:{max(line, 0)}" if url else ""
    return frame["functionName"] or f"(anonymous{place})"


def flat(head):
    nodes, waiting = [], [(head, None)]
    while waiting:
        node, parent = waiting.pop()
        nodes.append(dict(node, up=parent, id=node.get("id", len(nodes))))
        waiting += [(child, nodes[-1]["id"]) for child in node.get("children", [])]
    return nodes


class Table:
    def __init__(self):
        self.rows = collections.defaultdict(lambda: [0, 0, 0])

    def add(self, stack, value, hits):
        if stack:
            self.rows[stack[-1]][0] += value
            self.rows[stack[-1]][2] += hits
        for key in set(stack):
            self.rows[key][1] += value

    def print(self):
        for key, row in sorted(self.rows.items(), key=lambda item: (-item[1][0], -item[1][1], item[0])):
            print(*row, key, sep="\t")


def stacks(nodes):
    known = {node["id"]: node for node in nodes}
    for node in nodes:
        for child in node.get("children", []):
            if not isinstance(child, dict):
                known[child]["up"] = node["id"]

    def stack(at):
        out = []
        while at is not None:
            out.append(function(known[at]))
            at = known[at].get("up", known[at].get("parent"))
        return [key for key in reversed(out) if key != "(root)"]

    return {node["id"]: stack(node["id"]) for node in nodes}


def cpu_table(table, profile):
    nodes = profile.get("nodes") or flat(profile["head"])
    if "timestamps" in profile:
        times, end = list(profile["timestamps"]), 0
    else:
        at, times, end = profile["startTime"], [], profile.get("endTime", 0)
        for delta in profile["timeDeltas"]:
            at += delta
            times.append(at)
    pairs = sorted(zip(times, profile["samples"]), key=lambda pair: pair[0])
    mean = (pairs[-1][0] - pairs[0][0]) * 1000 // max(len(pairs) - 1, 1)
    last = pairs[-1][0]
    ends = [time * 1000 for time, _ in pairs[1:]] + [end * 1000 if end > last else last * 1000 + mean]
    paths = stacks(nodes)
    for (time, sample), until in zip(pairs, ends):
        table.add(paths[sample], until - time * 1000, 1)


def cpu(document):
    table = Table()
    if "traceEvents" not in document:
        cpu_table(table, document)
        return table
    events = sorted(document["traceEvents"], key=lambda event: event.get("ts", 0))
    profiles = {}
    for event in events:
        if event["name"] == "Profile":
            profiles[event["pid"], event["id"]] = dict(event["args"]["data"], nodes=[], samples=[], timeDeltas=[])
        if event["name"] == "ProfileChunk":
            profile, data = profiles[event["pid"], event["id"]], event["args"]["data"]
            profile["nodes"] += data.get("cpuProfile", {}).get("nodes", [])
            profile["samples"] += data.get("cpuProfile", {}).get("samples", [])
            profile["timeDeltas"] += data.get("timeDeltas", [])
            profile["endTime"] = data.get("cpuProfile", {}).get("endTime", data.get("endTime", profile.get("endTime", 0)))
    for profile in profiles.values():
        if profile["samples"]:
            cpu_table(table, profile)
    return table


def heap(document):
    table, nodes = Table(), flat(document["head"])
    for node in nodes:
        del node["children"]
    paths, hits = stacks(nodes), collections.Counter(sample["nodeId"] for sample in document.get("samples", []))
    for node in nodes:
        table.add(paths[node["id"]], node["selfSize"], hits[node["id"]])
    return table


def trace(document):
    """Each duration event is looked at against each other one of its thread: slow, and nothing to get wrong."""
    events = document["traceEvents"] if isinstance(document, dict) else document
    slices, open_, last = collections.defaultdict(list), collections.defaultdict(list), collections.Counter()
    for event in sorted((event for event in events if "ts" in event), key=lambda event: decimal.Decimal(event["ts"])):
        key, begin = (event["pid"], event["tid"]), int(decimal.Decimal(event["ts"]) * 1000)
        if event["ph"] == "X":
            slices[key].append([begin, begin + int(decimal.Decimal(event.get("dur", 0)) * 1000), event["name"]])
        elif event["ph"] == "B":
            open_[key].append([begin, None, event["name"]])
            slices[key].append(open_[key][-1])
        elif event["ph"] == "E":
            open_[key].pop()[1] = begin
        if event["ph"] in "XBE":
            last[key] = max(last[key], begin, slices[key][-1][1] or 0)
    table = Table()
    for key, of_thread in slices.items():
        spans = [(begin, last[key] if end is None else end, name, nth) for nth, (begin, end, name) in enumerate(of_thread)]

        def holds(outer, inner):
            """Of two that last equally long, the first in the file holds the other."""
            within = outer[0] <= inner[0] and inner[1] <= outer[1]
            return within and (outer[:2] != inner[:2] or outer[3] < inner[3])

        for one in spans:
            covered, at = 0, one[0]
            for begin, end, _, _ in sorted(other for other in spans if holds(one, other)):
                covered, at = covered + max(0, end - max(begin, at)), max(at, end)
            row = table.rows[one[2]]
            row[0] += one[1] - one[0] - covered
            row[2] += 1
            if not any(other[2] == one[2] and holds(other, one) for other in spans):
                row[1] += one[1] - one[0]
    return table


{"cpu": cpu, "heap": heap, "trace": trace}[sys.argv[1]](load(sys.argv[2])).print()
