"""`make soak`."""

from __future__ import annotations

import tests.soak
from tests.measures import main
from tests.own_database import own_database

with own_database("hub_soak"):
    main(tests.soak)
