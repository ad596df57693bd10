"""The language: the canonical types all layers speak. No I/O happens here; everybody may import it, it imports nobody."""
