"""Clients of outside APIs.

Nothing here knows Django, Celery or our settings: everything a client needs comes in through its
constructor, so a connector can be read, tested and reused alone.
"""
