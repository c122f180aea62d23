"""docker-compose.yml without an engine: schema, references, commands and variables."""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if "build" in service]


def documented_variables() -> set[str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    return {line.split("=", 1)[0] for line in lines if re.match(r"[A-Z_]+=", line)}


def words(service: dict[str, Any]) -> list[str]:
    """The command of a service; of `sh -c "exec …"` the program it becomes."""
    command = [str(word) for word in service.get("command", [])]
    if command[:2] == ["sh", "-c"]:
        return shlex.split(command[2].rpartition("exec ")[2])
    return command


def test_compose_fits_the_schema() -> None:
    command = ["check_jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]
    result = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stdout


def test_every_process_of_the_architecture_is_there() -> None:
    assert set(SERVICES) == {
        "postgres", "redis", "migrate", "web", "worker", "beat", "flower", "sandbox",
    }  # fmt: skip
    assert SERVICES["flower"]["profiles"] == ["monitoring"]
    assert SERVICES["sandbox"]["profiles"] == ["demo"]


@pytest.mark.parametrize("name", SERVICES)
def test_dependencies_exist_and_can_meet_their_condition(name: str) -> None:
    needs: dict[str, dict[str, str]] = SERVICES[name].get("depends_on", {})
    for other, how in needs.items():
        assert other in SERVICES
        condition = how["condition"]
        if condition == "service_completed_successfully":
            assert SERVICES[other]["restart"] == "no"
        else:
            assert condition == "service_healthy"
            assert "healthcheck" in SERVICES[other]


@pytest.mark.parametrize("name", OURS)
def test_module_or_management_command_exists(name: str) -> None:
    command = words(SERVICES[name])
    if not command:  # the image's own
        command = dockerfile_command()
    assert command[0] == "python"
    if command[1] == "manage.py":
        assert command[2] in get_commands()
    else:
        assert command[1] == "-m"
        assert importlib.util.find_spec(command[2]) is not None


def dockerfile_command() -> list[str]:
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", "")
    lines = [line for line in text.splitlines() if line.startswith("CMD ")]
    return [str(word) for word in yaml.safe_load(lines[-1].removeprefix("CMD "))]


def test_every_queue_of_the_settings_has_a_worker() -> None:
    command = words(SERVICES["worker"])
    queues = command[command.index("-Q") + 1].split(",")
    from launcher.run import QUEUES

    assert queues == QUEUES.split(",")


def test_every_variable_is_documented() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    used = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", text))
    assert used
    assert used <= documented_variables()


def test_no_secret_has_a_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    secret = re.compile(r"\$\{([A-Z_]*(?:PASSWORD|SECRET|KEY|AUTH)[A-Z_]*)(:?[-?])([^}]*)\}")
    found = secret.findall(text)
    assert found
    assert all(kind in (":?", "-") and (kind == ":?" or not rest) for _, kind, rest in found)


def test_volumes_are_declared_and_postgres_keeps_versions_apart() -> None:
    mounted = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
    }
    assert mounted == set(COMPOSE["volumes"])
    # postgres:18 moved its data below this directory; the old .../data mount would stay empty.
    assert "postgres:/var/lib/postgresql" in SERVICES["postgres"]["volumes"]


@pytest.mark.parametrize("name", OURS)
def test_our_containers_have_no_privileges(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["env_file"] == [{"path": ".env", "required": True}]


def test_published_ports_stay_on_this_machine() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith(("127.0.0.1:", "${HUB_WEB_BIND:-127.0.0.1:")) for port in ports)
