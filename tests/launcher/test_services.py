"""Services around a command: addresses that work, on any path, in any locale, for any user."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.launcher.checkout import Checkout

LOOK = """
import json, os, psycopg, redis
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    row = connection.execute(
        "SELECT upper('zażółć'), current_setting('server_encoding'), current_setting('fsync'),"
        " current_setting('listen_addresses')"
    ).fetchone()
broker = redis.Redis.from_url(os.environ["REDIS_URL"])
print(json.dumps([*row, broker.ping(), broker.config_get("databases")["databases"]]))
"""
EXPECTED = ["ZAŻÓŁĆ", "UTF8", "off", "", True, "64"]


def look(checkout: Checkout, **extra: str) -> list[object]:
    result = checkout.services("--", sys.executable, "-c", LOOK, **extra)
    assert result.returncode == 0, result.stderr
    answer: list[object] = json.loads(result.stdout)
    return answer


def test_command_reaches_both_services(checkout: Checkout) -> None:
    assert look(checkout) == EXPECTED


def test_checkout_open_to_others_keeps_its_data_inside(open_checkout: Checkout) -> None:
    assert look(open_checkout) == EXPECTED
    assert (open_checkout.path / ".run" / "t" / "postgres" / "PG_VERSION").exists()


def test_locale_that_is_not_installed_does_no_harm(checkout: Checkout) -> None:
    assert look(checkout, LANG="pl_PL.UTF-8", LC_ALL="xx_YY.UTF-8", LANGUAGE="pl") == EXPECTED


def test_long_path_with_a_space_and_a_comma_works(checkout: Checkout) -> None:
    far = Checkout(checkout.path / ("a, b " + "x" * 120) / "hub")
    assert look(far) == EXPECTED


def test_foreign_postgres_variables_are_not_heard(checkout: Checkout) -> None:
    assert look(checkout, PGDATA="/nonexistent", PGPORT="1", PGHOST="nowhere") == EXPECTED


def test_exit_status_of_the_command_is_kept(checkout: Checkout) -> None:
    assert checkout.services("--", "sh", "-c", "exit 7").returncode == 7
    assert checkout.services("--", "sh", "-c", "kill -TERM $$").returncode == 143


def test_addresses_of_the_environment_are_used_instead(checkout: Checkout) -> None:
    result = checkout.services(
        "--", "sh", "-c", "echo $DATABASE_URL $REDIS_URL",
        DATABASE_URL="postgres://elsewhere/x", REDIS_URL="redis://elsewhere/0",
    )  # fmt: skip
    assert result.stdout.split() == ["postgres://elsewhere/x", "redis://elsewhere/0"]
    assert not (checkout.path / ".run" / "t" / "postgres").exists()


def test_second_start_in_the_same_place_is_refused(checkout: Checkout) -> None:
    with checkout.held() as first:
        result = checkout.services("--", "true")
    assert result.returncode == 1
    assert f"already running here (process {first.process.pid})" in result.stderr


def test_two_checkouts_run_side_by_side(checkout: Checkout, open_checkout: Checkout) -> None:
    with checkout.held(), open_checkout.held():
        first, second = checkout.addresses(), open_checkout.addresses()
    assert first["DATABASE_URL"] != second["DATABASE_URL"]
    assert first["REDIS_URL"] != second["REDIS_URL"]


def test_data_and_secrets_are_closed_and_no_parent_is_opened(checkout: Checkout) -> None:
    before = {path: path.stat().st_mode for path in checkout.path.parents}
    with checkout.held():
        url = checkout.addresses()["DATABASE_URL"]
        with psycopg.connect(url) as connection:
            sockets = Path(connection.info.host)
            data = connection.execute("SHOW data_directory").fetchone()
        assert data is not None
        assert mode(sockets) == 0o700
        assert mode(Path(data[0])) == 0o700
        run = checkout.path / ".run" / "t"
        private = ("env", "secrets.json", "valkey.json", "valkey.conf", "logs/postgres.log")
        assert [mode(run / name) for name in private] == [0o600] * len(private)
        assert mode(run) & 0o066 == 0
    assert {path: path.stat().st_mode for path in checkout.path.parents} == before


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_password_of_the_broker_is_in_no_process_list(checkout: Checkout) -> None:
    with checkout.held() as held:
        password = checkout.addresses()["REDIS_URL"].split(":")[2].split("@")[0]
        assert len(password) >= 20
        assert not [command for command in held.family().values() if password in command]


def test_root_runs_the_server_as_somebody_else(checkout: Checkout, needs_root: None) -> None:
    with checkout.held() as held:
        server = held.find("/bin/postgres")
        assert Path(f"/proc/{server}").stat().st_uid != 0


def test_ordinary_user_can_start_too(open_checkout: Checkout, needs_root: None) -> None:
    if not nobody_can_run(sys.executable):
        pytest.skip("this Python lies where an ordinary user cannot reach it")
    for path in (open_checkout.path, *open_checkout.path.rglob("*")):
        os.chown(path, 65534, 65534)
    result = subprocess.run(
        open_checkout.command("--", sys.executable, "-c", LOOK),
        cwd=open_checkout.path,
        env=open_checkout.environment(HOME="/nonexistent"),
        user="nobody",
        group="nogroup",
        extra_groups=[],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == EXPECTED


def nobody_can_run(program: str) -> bool:
    command = [program, "-c", "import psycopg, redis"]
    try:
        return subprocess.run(command, user="nobody", group="nogroup", cwd="/").returncode == 0
    except PermissionError:
        return False


def test_background_services_start_once_and_stop(checkout: Checkout) -> None:
    first = checkout.services("--detach")
    assert first.returncode == 0, first.stderr
    before = checkout.addresses()
    again = checkout.services("--detach")
    assert again.returncode == 0
    assert checkout.addresses() == before
    psycopg.connect(before["DATABASE_URL"]).close()
    assert checkout.services("--stop").stdout == "stopped\n"
    assert not checkout.env_file.exists()
    assert checkout.services("--stop").stdout == "nothing is running\n"
