"""A toy dose index registry, as another distribution would bring it."""
