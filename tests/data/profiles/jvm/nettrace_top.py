"""A second, independent reading of a .nettrace file (version 4), after
https://github.com/microsoft/perfview/blob/main/src/TraceEvent/EventPipe/NetTraceFormat_v5.md: prints how many events of each kind
there are, and for samples of the profiler the functions with the largest self and total. Usage: nettrace_top.py FILE.gz"""
import bisect, collections, gzip, struct, sys

data = gzip.open(sys.argv[1]).read()
at = 8 + 4 + 20
assert data[:8] == b"Nettrace" and data[12:32] == b"!FastSerialization.1"


def u32(p):
    return struct.unpack_from("<I", data, p)[0]


def varint(p):
    value = shift = 0
    while True:
        byte = data[p]
        p += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, p


def utf16(blob, p):
    end = p
    while blob[end:end + 2] != b"\0\0":
        end += 2
    return blob[p:end].decode("utf-16-le"), end + 2


def blobs(p, end, flags):
    """Metadata number, stack, thread, time and payload of each event of a block."""
    assert flags & 1, "only compressed headers are expected here"
    meta = stack = thread = time = size = 0
    while p < end:
        f = data[p]
        p += 1
        if f & 1: meta, p = varint(p)
        if f & 2:
            for _ in range(3): _, p = varint(p)
        if f & 4: thread, p = varint(p)
        if f & 8: stack, p = varint(p)
        delta, p = varint(p)
        time += delta
        p += 16 * (f >> 4 & 1) + 16 * (f >> 5 & 1)
        if f & 128: size, p = varint(p)
        yield meta & 0x7fffffff, stack, thread, time, data[p:p + size]
        p += size


kinds, methods, samples, stacks, counts, threads, allocated = {}, [], [], {}, collections.Counter(), collections.Counter(), 0
while data[at] == 5:
    assert data[at + 1] == 5 and data[at + 2] == 1
    length = u32(at + 11)
    name = data[at + 15:at + 15 + length].decode()
    at += 15 + length + 1
    if name == "Trace":
        print("header", struct.unpack_from("<8hqqiiii", data, at))
        at += 48
    else:
        size = u32(at)
        start = at + 4 + (-(at + 4)) % 4
        end = start + size
        if name == "StackBlock":
            first, count = u32(start), u32(start + 4)
            p = start + 8
            for i in range(count):
                n = u32(p)
                stacks[first + i] = struct.unpack_from(f"<{n // 8}Q", data, p + 4)
                p += 4 + n
        elif name in ("MetadataBlock", "EventBlock"):
            header, flags = struct.unpack_from("<hh", data, start)
            for meta, stack, thread, time, blob in blobs(start + header, end, flags):
                if name == "MetadataBlock":
                    provider, p = utf16(blob, 4)
                    kinds[struct.unpack_from("<I", blob)[0]] = (provider, struct.unpack_from("<I", blob, p)[0])
                    continue
                kind = kinds[meta]
                counts[kind] += 1
                if kind[0] == "Microsoft-DotNETCore-SampleProfiler":
                    samples.append((stacks[stack], thread, struct.unpack_from("<I", blob)[0]))
                    threads[thread] += 1
                elif kind[1] in (141, 143, 144) and "DotNETRuntime" in kind[0]:
                    _, _, address, length = struct.unpack_from("<QQQI", blob)
                    space, p = utf16(blob, 36)
                    method, p = utf16(blob, p)
                    methods.append((address, length, space, method))
                elif kind == ("Microsoft-Windows-DotNETRuntime", 10):
                    allocated += struct.unpack_from("<Q", blob, 10)[0]
        elif name == "SPBlock":
            stacks = {}
        at = end
    assert data[at] == 6, (name, at)
    at += 1
for kind, count in sorted(counts.items()):
    print("events", count, *kind)
print("allocated", allocated)
methods = sorted(set(methods))
starts = [m[0] for m in methods]


def symbol(ip):
    i = bisect.bisect_right(starts, ip) - 1
    if i >= 0 and ip < methods[i][0] + methods[i][1]:
        return methods[i][2] + "." + methods[i][3]
    return "?"


own, whole, states = collections.Counter(), collections.Counter(), collections.Counter()
for stack, thread, state in samples:
    states[state] += 1
    names = [symbol(ip) for ip in stack]
    if names:
        own[names[0]] += 1
    for function in set(names):
        whole[function] += 1
print("samples", len(samples), dict(states), "without stack", sum(not s[0] for s in samples))
for label, counter in (("self", own), ("total", whole), ("thread", threads)):
    for what, value in sorted(counter.items(), key=lambda item: (-item[1], str(item[0])))[:20]:
        print(f"  {label} {value} {what}")
