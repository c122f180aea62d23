"""Command line: ``python -m launcher run | services``; `make help` shows the everyday targets."""

from __future__ import annotations

import argparse
import os
import sys

from launcher.errors import LauncherError
from launcher.places import ROOT, RunDirectory


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m launcher", description=__doc__)
    verbs = top.add_subparsers(dest="verb", required=True)
    everything = verbs.add_parser("run", help="everything, with demo data, until Ctrl-C")
    services = verbs.add_parser("services", help="PostgreSQL and Valkey alone, throw-away")
    for verb in (everything, services):
        verb.add_argument(
            "--parent",
            type=int,
            default=0,
            metavar="PID",
            help="stop when this parent process (make) is gone",
        )
    services.add_argument("--name", default="test", help="directory below .run (default: test)")
    way = services.add_mutually_exclusive_group()
    way.add_argument("--hold", action="store_true", help="stay until a signal")
    way.add_argument("--detach", action="store_true", help="stay in the background")
    way.add_argument("--stop", action="store_true", help="stop those in the background")
    services.add_argument("command", nargs=argparse.REMAINDER, help="-- a command to run")
    verbs.add_parser("check", help="all static checks (inside `services`)")
    verbs.add_parser("clean", help="remove the data of every set of services")
    return top


def services_verb(arguments: argparse.Namespace) -> int:
    from launcher import services

    run = RunDirectory(ROOT / ".run" / arguments.name, throwaway=True)
    if arguments.hold:
        return services.hold(run)
    if arguments.detach:
        return services.detach(run, arguments.name)
    if arguments.stop:
        return services.stop_detached(run)
    command = arguments.command[1:] if arguments.command[:1] == ["--"] else arguments.command
    if not command:
        raise LauncherError("say what to run: python -m launcher services -- <command>")
    return services.run_command(run, command, parent=arguments.parent)


def run_verb(arguments: argparse.Namespace) -> int:
    from launcher.run import run_everything

    os.umask(0o077)  # uploads and mails hold buyers' data
    run = RunDirectory(ROOT / ".run")
    return run_everything(run, parent=arguments.parent)


def check_verb(arguments: argparse.Namespace) -> int:
    from launcher.check import run_checks

    return run_checks()


def clean_verb(arguments: argparse.Namespace) -> int:
    top = ROOT / ".run"
    places = [RunDirectory(path.parent) for path in top.glob("**/lock")]
    for run in places:
        if run.in_use():
            raise LauncherError(f"still running (process {run.owner()}): {run.path}")
    for run in places:
        run.remove()
    return 0


def main() -> int:
    arguments = parser().parse_args()
    verbs = {
        "run": run_verb,
        "services": services_verb,
        "check": check_verb,
        "clean": clean_verb,
    }
    try:
        return verbs[arguments.verb](arguments)
    except LauncherError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # before anything was started
        return 130


sys.exit(main())
