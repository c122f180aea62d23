"""What the sandbox remembers. Everything lives in memory and on one event loop."""
