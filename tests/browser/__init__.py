"""The running product through a real browser, as a seller meets it."""
