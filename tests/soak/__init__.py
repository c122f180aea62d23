"""Long runs under faults: `make soak`. One module per run, each registered by ``@measure``."""
