"""However the launcher ends, nobody is left; whatever is killed below it comes back."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import psycopg
import pytest

from tests.launcher.checkout import (
    STOP_SECONDS,
    Checkout,
    all_gone,
    descendants,
    wait_for,
)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_signal_leaves_nobody(checkout: Checkout, number: signal.Signals) -> None:
    with checkout.held() as held:
        family = held.family()
        assert len(family) > 4
        os.kill(held.process.pid, number)
        held.process.wait(STOP_SECONDS)
        wait_for(lambda: all_gone(family), STOP_SECONDS)
    assert checkout.services("--", "true").returncode == 0


def test_launcher_and_guard_killed_together_leave_nobody(checkout: Checkout) -> None:
    with checkout.held() as held:
        family = held.family()
        os.kill(held.find("guard.py"), signal.SIGKILL)
        held.process.kill()
        held.process.wait(STOP_SECONDS)
        wait_for(lambda: all_gone(family), STOP_SECONDS)


def test_whole_process_group_killed_leaves_nobody(checkout: Checkout) -> None:
    with checkout.held() as held:
        family = held.family()
        os.killpg(held.process.pid, signal.SIGKILL)
        held.process.wait(STOP_SECONDS)
        wait_for(lambda: all_gone(family), STOP_SECONDS)


def test_killed_parent_takes_the_launcher_along(checkout: Checkout) -> None:
    """`make` is the parent of `make run`; it cannot forward what it cannot catch."""
    shell = ("sh", "-c", '"$@" --parent $$ -- sleep 300; exit 0', "sh")
    with checkout.held(*shell, arguments=()) as held:
        wait_for(lambda: "sleep 300 " in held.family().values(), 30, held)
        family = descendants(held.process.pid)
        held.process.kill()
        held.process.wait(STOP_SECONDS)
        wait_for(lambda: all_gone(family), STOP_SECONDS)


def test_background_job_that_ignores_interrupts_hears_them(checkout: Checkout) -> None:
    """A script's "&" starts its jobs with SIGINT ignored."""
    with checkout.held("sh", "-c", 'trap "" INT; exec "$@"', "sh") as held:
        family = held.family()
        os.kill(held.process.pid, signal.SIGINT)
        held.process.wait(STOP_SECONDS)
        wait_for(lambda: all_gone(family), STOP_SECONDS)


def test_killed_postmaster_comes_back_with_its_data(checkout: Checkout) -> None:
    with checkout.held() as held:
        url = checkout.addresses()["DATABASE_URL"]
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        first = held.find("/bin/postgres")
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: answer(url) == 42, 20, held)
        assert held.find("/bin/postgres") != first


def answer(url: str) -> int:
    try:
        with psycopg.connect(url, connect_timeout=2) as connection:
            row = connection.execute("SELECT answer FROM kept").fetchone()
    except psycopg.OperationalError:
        return 0
    return int(row[0]) if row else 0


def test_killed_broker_comes_back_on_its_port(checkout: Checkout) -> None:
    import redis

    with checkout.held() as held:
        client = redis.Redis.from_url(checkout.addresses()["REDIS_URL"])
        os.kill(held.find("valkey-server"), signal.SIGKILL)
        wait_for(lambda: pings(client), 20, held)
        client.close()


def pings(client: object) -> bool:
    import redis

    try:
        return bool(client.ping())  # type: ignore[attr-defined]
    except redis.ConnectionError:
        return False


def test_lock_file_naming_a_stranger_does_not_stop_the_start(checkout: Checkout) -> None:
    """After a reboot the number in postmaster.pid often belongs to some other program."""
    with checkout.held():
        lock = data_directory(checkout) / "postmaster.pid"
        content = lock.read_text()
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        lock.write_text(content.replace(content.split()[0], str(stranger.pid), 1))
        assert checkout.services("--", "true").returncode == 0
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def data_directory(checkout: Checkout) -> Path:
    with psycopg.connect(checkout.addresses()["DATABASE_URL"]) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
    assert row is not None
    return Path(row[0])


def test_half_made_cluster_is_made_again(checkout: Checkout) -> None:
    """Killed in the middle of initdb: the draft beside the final place never counts."""
    assert checkout.services("--", "true").returncode == 0
    with checkout.held():
        data = data_directory(checkout)
    data.rename(data.with_name("postgres.new"))
    (data.with_name("postgres.new") / "PG_VERSION").unlink()
    assert checkout.services("--", "true").returncode == 0


def test_second_interrupt_does_not_wait_for_a_stubborn_command(checkout: Checkout) -> None:
    stubborn = ("--", "sh", "-c", 'trap "" INT TERM; echo up; while :; do sleep 0.2; done')
    with checkout.held(arguments=stubborn) as held:
        wait_for(lambda: held.log.read_text() == "up\n", 30, held)
        family = held.family()
        assert any(command.startswith("sh -c trap") for command in family.values())
        os.kill(held.process.pid, signal.SIGINT)
        time.sleep(0.5)  # two equal signals sent at once arrive as one
        os.kill(held.process.pid, signal.SIGINT)
        held.process.wait(4)
        wait_for(lambda: all_gone(family), 4)
