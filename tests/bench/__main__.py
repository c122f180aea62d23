"""`make bench`."""

from __future__ import annotations

import tests.bench
from tests.measures import main

main(tests.bench)
