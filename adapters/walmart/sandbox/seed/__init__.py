"""The invented rows of a store: all of them follow from its name, its profile and the instant its history ends."""
