"""Whether a product can become an offer, what is in the way, and what is sent. Pure; no database."""
