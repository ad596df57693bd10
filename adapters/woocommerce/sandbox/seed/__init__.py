"""The invented contents of the sandbox's stores, the same every time for the same name, profile and sizes."""
