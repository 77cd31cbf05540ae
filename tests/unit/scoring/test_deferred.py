"""Numerical libraries wait until a statistic is computed."""

from __future__ import annotations

import subprocess
import sys

from scoring.deferred import Deferred

PUBLIC = (
    "app.cli",
    "scoring.agreement.summary",
    "scoring.calibration",
    "scoring.lottery",
    "scoring.portfolio.certificates",
    "scoring.uncertainty.ranking",
    "scoring.uncertainty.sensitivity",
)


def test_importing_the_statistics_loads_no_numerical_library():
    script = f"import sys, {', '.join(PUBLIC)}; print({{'numpy', 'scipy', 'ortools'}} & set(sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "set()"


def test_a_deferred_module_is_the_module():
    assert Deferred("fractions").Fraction(1, 2) * 2 == 1
