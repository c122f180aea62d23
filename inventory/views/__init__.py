"""The pages of Stock, a module a room."""
