"""The promises on real parts: loads a whole system, breaks it, and judges what was told and kept."""
