"""What the benchmark scripts share: where things are, running the program, Markdown tables."""

import json
import os
import platform
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(os.environ.get("TASKTYPE_PROGRAM", ROOT / ".build/release/tasktype"))
PROGRAMS = ROOT / "Benchmarks/.build/release"


def datasets_folder():
    """Public data sets, which are not part of the project."""
    return Path(os.environ.get("TASKTYPE_DATASETS", ROOT / "../shared/datasets"))


def default_texts():
    """Real prompts where they are there, else the training data."""
    prompts = datasets_folder() / "prompts.csv"
    if prompts.exists():
        return [prompts]
    texts = training_files()
    if not texts:
        sys.exit("no texts to measure with: name a .csv, .jsonl or .txt file")
    return texts


def training_files():
    """The CSV files of training-data/ with texts; public-labels.csv holds none."""
    return sorted(path for path in (ROOT / "training-data").glob("*.csv") if path.name != "public-labels.csv")


def require_program():
    if not PROGRAM.exists():
        sys.exit("the release program is not built: swift build -c release --product tasktype")


def build(product):
    """Builds a program of the package beside this file and returns where it is."""
    print(f"building {product}", file=sys.stderr)
    command = ["swift", "build", "-c", "release", "--package-path", ROOT / "Benchmarks", "--product", product]
    subprocess.run(command, check=True, stdout=sys.stderr)
    return PROGRAMS / product


def note(name, value):
    """Keeps a figure by name for the head of docs/performance.md, where `Benchmarks/report` asks for that."""
    path = os.environ.get("TASKTYPE_FIGURES")
    if path:
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps({"name": name, "value": value}) + "\n")


def run_tasktype(*arguments):
    """Runs the program and returns what it prints."""
    finished = subprocess.run([PROGRAM, *map(str, arguments)], stdout=subprocess.PIPE, text=True)
    if finished.returncode != 0:
        sys.exit(f"tasktype {arguments[0]} failed with status {finished.returncode}")
    return finished.stdout


def run_tasktype_json(*arguments):
    return json.loads(run_tasktype(*arguments, "--format", "json"))


def measure_process(command, quiet=True):
    """Wall-clock seconds and peak memory in bytes of a process of its own."""
    output = subprocess.DEVNULL if quiet else None
    start = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=output, stderr=output)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed with status {process.returncode}")
    return seconds, usage.ru_maxrss * 1024


def own_peak_memory():
    """A child's peak memory is never reported below what its parent held when it was started."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def print_heading(title):
    processor = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                processor = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    load = os.getloadavg()[0]
    print(f"### {title}\n")
    print(f"{os.cpu_count()} processors ({processor}); load average at the start {load:.1f}.\n", flush=True)


def print_table(columns, rows):
    """A Markdown table; the first column is text, the others are figures."""
    print("| " + " | ".join(columns) + " |")
    print("|---|" + "--:|" * (len(columns) - 1))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print(flush=True)


def microseconds(seconds):
    return f"{seconds * 1e6:.2f} µs"


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def byte_size(count):
    if count >= 1 << 20 and count % (1 << 20) == 0:
        return f"{count >> 20} MiB"
    return f"{count >> 10} KiB" if count >= 1024 and count % 1024 == 0 else f"{count} B"


def mebibytes(count):
    return f"{count / (1 << 20):,.0f} MiB"
