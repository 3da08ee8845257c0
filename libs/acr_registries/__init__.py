"""The registries: a folder each, holding what is its own. Pure: no I/O but its own data files."""
