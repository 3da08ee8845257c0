"""A made-up registry, of scans of phantoms: every kind of element and place that a form can have."""
