"""HTTP only: portals, access, errors, and what templates use to show values."""
