"""LCSR, the lung cancer screening registry."""
