"""The Dockerfile without an engine: what a reviewer would look for."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
LINES = [line for line in TEXT.splitlines() if line and not line.startswith("#")]


def test_base_images_name_a_python_version_we_support() -> None:
    bases = {line.split()[1] for line in LINES if line.startswith("FROM ")}
    outside = {base for base in bases if ":" in base}
    assert outside == {"python:3.12-slim-bookworm"}


def test_packages_are_installed_with_their_hashes() -> None:
    installs = re.findall(r"pip install[^&]*", TEXT)
    assert len(installs) == 2
    assert all("--require-hashes" in install for install in installs)


def test_the_last_stage_runs_as_an_ordinary_user() -> None:
    final = LINES[max(i for i, line in enumerate(LINES) if line.startswith("FROM ")) :]
    assert [line for line in final if line.startswith("USER ")] == ["USER 10001:10001"]
    assert any(line.startswith("HEALTHCHECK") for line in final)
    assert not any("build-essential" in line or "gcc" in line for line in final)


def test_copied_files_exist() -> None:
    for line in LINES:
        words = line.split()
        if words[0] == "COPY" and not words[1].startswith("--from"):
            assert all((ROOT / source).exists() for source in words[1:-1])


def test_no_secret_is_baked_in() -> None:
    assert not re.search(r"^(ENV|ARG)\b.*(SECRET|PASSWORD|MASTER_KEYS)", TEXT, re.MULTILINE)
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {".env", ".env.*", ".run", ".git", ".venv"} <= set(ignored)
