"""The invented shops a sandbox serves, each a pure function of its store's name and profile."""
