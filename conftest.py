"""The seam to pytest."""
