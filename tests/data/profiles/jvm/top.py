"""Adds up what `jfr print --json --stack-depth 4096` prints: for each kind of event with stacks the number, the sums, and the
twenty functions with the largest self and total. Usage: jfr print … | python3 top.py"""
import calendar, collections, json, re, sys, time

SKIP = {"jdk.ActiveSetting", "jdk.ActiveRecording"}


def nanoseconds(text):
    """PT1M2.003S as nanoseconds."""
    m = re.fullmatch(r"(-?)PT(?:(\d+)H)?(?:(\d+)M)?(?:(-?\d+)(?:\.(\d+))?S)?", text)
    sign, hours, minutes, seconds, fraction = m.groups()
    whole = (int(hours or 0) * 60 + int(minutes or 0)) * 60 + int(seconds or 0)
    return (-1 if sign else 1) * (whole * 10**9 + int((fraction or "0").ljust(9, "0")))


def moment(text):
    """2026-11-21T19:06:33.662064020Z or …+01:00 as nanoseconds since 1970."""
    whole, fraction, zone = re.fullmatch(r"([^.Z+]{19})\.?(\d*)(Z|[+-]\d\d:\d\d)", text).groups()
    away = 0 if zone == "Z" else int(zone[0] + "1") * (int(zone[1:3]) * 60 + int(zone[4:6])) * 60
    return (calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) - away) * 10**9 + int(fraction.ljust(9, "0") or 0)


def name(frame):
    """Class and method; the function alone for machine code, whose class is the library."""
    method = frame["method"]
    if frame["type"] in ("C++", "Kernel") or frame["type"] == "Native" and by_async_profiler:
        return method["name"]
    return method["type"]["name"].replace("/", ".") + "." + method["name"]


def value_of(event, what):
    if what == "count":
        return 1
    value = event["values"][what]
    return nanoseconds(value) if isinstance(value, str) and value.startswith(("PT", "-PT")) else value


recording = json.load(sys.stdin)["recording"]["events"]
by_async_profiler = any(e["type"] == "jdk.ActiveSetting" and e["values"]["name"] == "interval" for e in recording)
kinds = collections.OrderedDict()
for event in recording:
    if event["type"] not in SKIP:
        kinds.setdefault(event["type"], []).append(event)
for kind in sorted(kinds):
    events = kinds[kind]
    traced = [e for e in events if e["values"].get("stackTrace")]
    columns = ["count"] + [c for c in ("duration", "weight", "allocationSize", "tlabSize", "samples", "timeSpan", "size", "heapUsed")
                           if c in events[0]["values"] and isinstance(value_of(events[0], c), int)]
    for column in columns:
        total = sum(value_of(e, column) for e in events)
        print(f"event {kind} {column} events {len(events)} with stacks {len(traced)} sum {total}")
        if not traced:
            continue
        own, whole, threads = collections.Counter(), collections.Counter(), collections.Counter()
        for e in events:
            thread = e["values"].get("sampledThread") or e["values"].get("eventThread") or {}
            threads[str(thread.get("javaName") or thread.get("osName"))] += value_of(e, column)
        for e in traced:
            value, frames = value_of(e, column), e["values"]["stackTrace"]["frames"]
            if frames:
                own[name(frames[0])] += value
            for function in {name(f) for f in frames}:
                whole[function] += value
        for label, counter in (("self", own), ("total", whole), ("thread", threads)):
            for what, value in sorted(counter.items(), key=lambda item: (-item[1], item[0]))[:20]:
                if value:
                    print(f"  {label} {value} {what}")
    starts = [moment(e["values"]["startTime"]) for e in events]
    print(f"  times {min(starts)} {max(starts)}")
    truncated = sum(1 for e in traced if e["values"]["stackTrace"]["truncated"])
    frames = collections.Counter(f["type"] for e in traced for f in e["values"]["stackTrace"]["frames"])
    lines = collections.Counter(max(f["lineNumber"], 0) for e in traced for f in e["values"]["stackTrace"]["frames"])
    if traced:
        print(f"  truncated {truncated} deepest {max(len(e['values']['stackTrace']['frames']) for e in traced)} lines {sum(n * l for l, n in lines.items())}")
        for what, count in sorted(frames.items()):
            print(f"  frames {count} {what}")
