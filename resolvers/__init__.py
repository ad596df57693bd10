"""The core: from a resolver to an adapter, through loaders, fan-out and cache. It knows no platform."""
