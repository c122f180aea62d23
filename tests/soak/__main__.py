"""`make soak`."""

from __future__ import annotations

import tests.soak
from tests.measures import main

main(tests.soak)
