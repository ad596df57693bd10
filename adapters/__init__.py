"""The way out: one folder a platform, and `kit`, which all of them share and which knows none of them."""
