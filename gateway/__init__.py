"""The way in: everything that has a socket or a main loop."""
