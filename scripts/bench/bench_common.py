"""What the benchmarks share: the server under test, CPU and memory of processes, wrk."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request

PORT = 18090
TICK = os.sysconf("SC_CLK_TCK")
# Of every installation that a benchmark makes; never of another.
KEYS = "1:" + bytes(range(32)).hex()
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.environ.get("COURTYARD_BINARY", os.path.join(ROOT, ".build/release/courtyard"))


def environment(url):
    """Settings of a server that is measured: no rate limits, the log switched on."""
    inherited = {k: v for k, v in os.environ.items() if k != "COURTYARD_BINARY"}
    return dict(
        inherited,
        COURTYARD_DATABASE_URL=url,
        COURTYARD_KEYS=KEYS,
        COURTYARD_LISTEN=f"127.0.0.1:{PORT}",
        COURTYARD_RATE_TOKEN="1000000000",
        COURTYARD_RATE_WORKSPACE="1000000000",
        COURTYARD_SQL=os.path.join(ROOT, "sql"),
    )


@contextlib.contextmanager
def server(url, output=subprocess.DEVNULL, **settings):
    """The release server on loopback; yields its process and the seconds to its first answer.

    What it prints goes to `output`; `settings` are added to its environment.
    """
    started = time.monotonic()
    process = subprocess.Popen(
        [BINARY, "serve"], env=dict(environment(url), **settings), stdout=output
    )
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{PORT}/health").read()
                break
            except OSError:
                if process.poll() is not None:
                    sys.exit(
                        "the server ended by itself; is it built (swift build -c release)?"
                    )
                time.sleep(0.005)
        yield process, time.monotonic() - started
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def cpu(pid):
    """User and system seconds of a process."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def postgres_cpu(postmaster):
    """Seconds of the postmaster, its children, and its children that have ended."""
    total = 0.0
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat") as file:
                fields = file.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == postmaster:
            total += (int(fields[11]) + int(fields[12])) / TICK
        if int(entry) == postmaster:
            total += sum(int(fields[i]) for i in (11, 12, 13, 14)) / TICK
    return total


def resident(pid):
    with open(f"/proc/{pid}/status") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) / 1024


def largest_backend(postmaster):
    """MB that the largest child of the postmaster shares with nobody."""
    largest = 0
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat") as file:
                parent = int(file.read().rsplit(")", 1)[1].split()[1])
            if parent != postmaster:
                continue
            with open(f"/proc/{entry}/smaps_rollup") as file:
                private = re.findall(r"Private_\w+:\s+(\d+)", file.read())
        except OSError:
            continue
        largest = max(largest, sum(int(size) for size in private))
    return largest / 1024


def port_of(url):
    """The port of a URL, also of one that names a Unix socket in its parameters."""
    parts = urllib.parse.urlparse(url)
    return parts.port or int(urllib.parse.parse_qs(parts.query)["port"][0])


def find_postmaster(port):
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/cmdline") as file:
                command = file.read().split("\0")
            if "postgres" not in os.path.basename(command[0]) or "-D" not in command:
                continue
            folder = command[command.index("-D") + 1]
            with open(os.path.join(folder, "postmaster.pid")) as file:
                lines = file.read().split("\n")
            if lines[3].strip() == str(port):
                return int(entry)
        except (OSError, IndexError):
            continue
    sys.exit("requests: no postmaster on this machine listens on the port of OWNER_URL")


def wrk(script, connections, seconds, expects_errors=False):
    output = subprocess.run(
        [
            "wrk",
            "-t1",
            f"-c{connections}",
            f"-d{seconds}s",
            "-s",
            script,
            f"http://127.0.0.1:{PORT}",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    fields = re.search(r"RESULT (.*)", output).group(1).split()
    requests, errors, broken = int(fields[0]), int(fields[1]), int(fields[2])
    if (errors or broken) and not expects_errors:
        print(f"  {errors} answers were errors, {broken} requests broke", file=sys.stderr)
    return (
        requests,
        requests / (int(fields[3]) / 1e6),
        float(fields[4]) / 1e3,
        float(fields[5]) / 1e3,
    )
