"""CDSR, the clinical decision support registry."""
