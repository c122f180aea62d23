"""One small class per part of Allegro's API; each turns keyword arguments into one call."""
