"""Starts PostgreSQL, Valkey and the product's processes on one machine.

Imports nothing of the product; it only runs its commands. Production uses ``docker-compose.yml``.
"""
