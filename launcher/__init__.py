"""Starts everything Allegro Hub needs on one machine: PostgreSQL, Valkey and the product's processes.

Imports nothing of the product; it only runs its commands. Production uses ``docker-compose.yml``.
"""
