"""What can go wrong while starting, said so that the reader knows what to do."""

from __future__ import annotations


class LauncherError(Exception):
    """Starting is impossible; the message is meant for the person at the terminal."""


class Stopped(Exception):
    """Somebody asked the launcher to stop (Ctrl-C, TERM, HUP)."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(f"stopped by signal {signal_number}")
        self.signal_number = signal_number
