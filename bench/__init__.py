"""Measures pages against a bare Flask page in the same run: ``./dev bench``; see docs/performance.md."""
