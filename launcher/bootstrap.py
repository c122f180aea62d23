"""Makes ``.venv`` from the hash-locked requirements; the one file run by the machine's own Python.

    python3 launcher/bootstrap.py run|dev

Standard library only. A stamp with the lock's digest makes the second call instant. pip fetches
uv (pinned by hash), uv installs the rest; where uv cannot reach the machine's package source,
pip does it, because pip knows the machine's own configuration.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

MINIMUM = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV_LOCK = ROOT / "launcher" / "uv.lock"
LOCKS = {"run": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}


def main() -> None:
    kind = sys.argv[1] if len(sys.argv) > 1 else "run"
    if sys.version_info < MINIMUM:
        found = ".".join(map(str, sys.version_info[:3]))
        sys.exit(f"Allegro Hub needs Python {MINIMUM[0]}.{MINIMUM[1]} or newer; this is {found}")
    if up_to_date(kind):
        return
    (ROOT / ".run").mkdir(exist_ok=True)
    with open(ROOT / ".run" / "setup.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # `make run` and `make test` started together
        if not up_to_date(kind):
            install(kind)


def digest(kind: str) -> str:
    return hashlib.sha256(LOCKS[kind].read_bytes() + UV_LOCK.read_bytes()).hexdigest()


def stamp(kind: str) -> Path:
    return VENV / f".installed-{kind}"


def up_to_date(kind: str) -> bool:
    """Whether the lock of that kind is what is installed."""
    try:
        return stamp(kind).read_text() == digest(kind) and works()
    except OSError:
        return False


def works() -> bool:
    """A virtual environment breaks when its Python is upgraded away or the directory moves."""
    return os.access(PYTHON, os.X_OK)


def install(kind: str) -> None:
    started = time.monotonic()
    say(f"installing the packages of {LOCKS[kind].name} into .venv (once)")
    if not works():
        make_venv()
    for old in LOCKS:
        stamp(old).unlink(missing_ok=True)
    if not install_uv() or not install_packages(kind):
        sys.exit("error: the packages could not be installed; see the messages above")
    for done in ("run", "dev") if kind == "dev" else ("run",):  # dev contains run
        stamp(done).write_text(digest(done))
    say(f"ready after {time.monotonic() - started:.0f} s")


def make_venv() -> None:
    """Create the environment; Debian splits the part that brings pip into python3-venv."""
    shutil.rmtree(VENV, ignore_errors=True)
    command = [sys.executable, "-m", "venv"]
    if has_ensurepip() or (apt_install("python3-venv") and has_ensurepip()):
        run([*command, str(VENV)], check=True)
    elif shutil.which("uv") or run([sys.executable, "-m", "pip", "--version"], quiet=True):
        run([*command, "--without-pip", str(VENV)], check=True)
    else:
        sys.exit(
            "error: this Python has neither pip nor ensurepip. Install them and try again:\n"
            "    sudo apt-get install python3-venv      (Debian, Ubuntu)\n"
            "or put uv on the PATH."
        )


def has_ensurepip() -> bool:
    return run([sys.executable, "-c", "import ensurepip"], quiet=True)


def apt_install(package: str) -> bool:
    """As root on Debian the missing part is installed, and said so; False elsewhere."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    say(f"this Python has no ensurepip; installing {package} with apt-get")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
    return run(install, env=environment, quiet=True) or (
        run(["apt-get", "update", "-qq"], env=environment)
        and run(install, env=environment, quiet=True)
    )


def install_uv() -> bool:
    """Put uv into the environment unless it is there; a uv on the PATH serves as well."""
    if (VENV / "bin" / "uv").exists():
        return True
    requirement = ["--require-hashes", "-r", str(UV_LOCK)]
    if run([str(PYTHON), "-m", "pip", "--version"], quiet=True):
        pip = [str(PYTHON), "-m", "pip"]
        return run([*pip, "install", "-q", "--disable-pip-version-check", *requirement])
    if uv := shutil.which("uv"):
        return run([uv, "pip", "install", "-q", "--python", str(PYTHON), *requirement])
    pip = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    return run([*pip, "install", "-q", "--disable-pip-version-check", *requirement])


def install_packages(kind: str) -> bool:
    """uv first, for speed; pip when uv does not find the packages."""
    locked = ["--require-hashes", "-r", str(LOCKS[kind])]
    uv = [str(VENV / "bin" / "uv"), "pip", "install", "-q", "--python", str(PYTHON)]
    if not os.access(Path.home(), os.W_OK):
        uv.append("--no-cache")
    if run([*uv, *locked], env=os.environ | {"UV_LINK_MODE": link_mode()}):
        return True
    say("uv could not install them; trying pip with this machine's own configuration")
    run([*uv[:3], "-q", "--python", str(PYTHON), "pip"], quiet=True)  # pip itself may be missing
    return run([str(PYTHON), "-m", "pip", "install", "-q", *locked])


def link_mode() -> str:
    """Links save time and space, but only inside one file system."""
    cache = Path(os.environ.get("UV_CACHE_DIR") or Path.home() / ".cache")
    while not cache.exists():
        cache = cache.parent
    return "hardlink" if cache.stat().st_dev == VENV.stat().st_dev else "copy"


def run(
    command: list[str],
    *,
    env: dict[str, str] | None = None,
    quiet: bool = False,
    check: bool = False,
) -> bool:
    """Run a command; quiet ones are questions whose output nobody needs."""
    output = subprocess.DEVNULL if quiet else None
    try:
        status = subprocess.run(command, env=env, stdout=output, stderr=output).returncode
    except OSError as error:
        status = 127
        if not quiet:
            say(f"{command[0]}: {error.strerror}")
    if check and status:
        sys.exit(f"error: {' '.join(command)} failed")
    return status == 0


def say(text: str) -> None:
    print(f"setup   | {text}", flush=True)


main()
