"""GRID, the general radiology improvement database."""
