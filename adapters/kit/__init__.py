"""What every platform adapter shares; nothing here knows a platform."""
