"""Shapes of the catalogue in the API. They validate and present; operations save."""
