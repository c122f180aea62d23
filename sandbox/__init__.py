"""A stateful stand-in for Allegro: OAuth, API, journals and a control API, in one process.

It shares no code with the rest of the product, so that it cannot share its mistakes.
"""
