"""Starts a .NET program and records it over its diagnostics socket, as dotnet-trace does
(https://github.com/dotnet/diagnostics/blob/main/documentation/design-docs/ipc-protocol.md).
Usage: collect.py OUT SECONDS COMMAND…"""
import glob, os, socket, struct, subprocess, sys, threading, time

PROVIDERS = [
    ("Microsoft-DotNETCore-SampleProfiler", 0, 5),
    ("Microsoft-Windows-DotNETRuntime", 0x8001 | 0x10, 5),
]


def text(value):
    return struct.pack("<I", len(value) + 1) + (value + "\0").encode("utf-16-le")


def command(kind, payload):
    return b"DOTNET_IPC_V1\0" + struct.pack("<HBBH", 20 + len(payload), 2, kind, 0) + payload


def connect(path):
    s = socket.socket(socket.AF_UNIX)
    s.connect(path)
    return s


def main(out, seconds, argv):
    process = subprocess.Popen(argv)
    pattern = os.path.join(os.environ.get("TMPDIR", "/tmp"), f"dotnet-diagnostic-{process.pid}-*-socket")
    while not (found := glob.glob(pattern)):
        time.sleep(0.01)
    time.sleep(0.1)
    payload = struct.pack("<III", 64, 1, len(PROVIDERS))
    for name, keywords, level in PROVIDERS:
        payload += struct.pack("<QI", keywords, level) + text(name) + text("")
    session = connect(found[0])
    session.sendall(command(2, payload))
    header = session.recv(20, socket.MSG_WAITALL)
    size = struct.unpack("<H", header[14:16])[0]
    answer = session.recv(size - 20, socket.MSG_WAITALL)
    if len(answer) != 8:
        sys.exit(f"not started: {header!r} {answer!r}")

    def copy():
        with open(out, "wb") as file:
            while data := session.recv(1 << 16):
                file.write(data)

    thread = threading.Thread(target=copy)
    thread.start()
    time.sleep(seconds)
    stop = connect(found[0])
    stop.sendall(command(1, answer))
    stop.recv(64)
    thread.join()
    process.wait()


main(sys.argv[1], float(sys.argv[2]), sys.argv[3:])
