"""Measures of speed: `make bench`. One module per measure, each registered by ``@measure``."""
