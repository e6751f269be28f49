"""Opens a page in a headless Firefox whose own profiler is on, and quits it so that it writes the profile.

usage: firefox.py PAGE OUT.json   (run in an empty folder that can be thrown away)
"""

import json
import os
import socket
import subprocess
import sys
import time

page, out = sys.argv[1], sys.argv[2]
environment = dict(
    os.environ,
    HOME=os.getcwd(),
    MOZ_PROFILER_STARTUP="1",
    MOZ_PROFILER_STARTUP_INTERVAL="20",
    MOZ_PROFILER_STARTUP_FEATURES="js,stackwalk,cpu,nomarkerstacks",
    MOZ_PROFILER_STARTUP_FILTERS="GeckoMain",
    MOZ_PROFILER_SHUTDOWN=out,
)
os.makedirs("profile", exist_ok=True)
firefox = subprocess.Popen(
    ["firefox-esr", "--headless", "--no-remote", "--profile", "profile", "--marionette"],
    env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
)


def receive(connection):
    size = b""
    while not size.endswith(b":"):
        size += connection.recv(1)
    size, text = int(size[:-1]), b""
    while len(text) < size:
        text += connection.recv(size - len(text))
    return json.loads(text)


def ask(connection, number, command, arguments):
    text = json.dumps([0, number, command, arguments])
    connection.sendall(f"{len(text)}:{text}".encode())
    return receive(connection)


try:
    for _ in range(300):
        try:
            connection = socket.create_connection(("127.0.0.1", 2828), timeout=30)
            break
        except OSError:
            time.sleep(0.1)
    receive(connection)
    ask(connection, 1, "WebDriver:NewSession", {})
    ask(connection, 2, "WebDriver:Navigate", {"url": page})
    ask(connection, 3, "Marionette:Quit", {"flags": ["eForceQuit"]})
    firefox.wait(60)
finally:
    if firefox.poll() is None:
        firefox.kill()
