"""The page of states is written from the state tables."""

from __future__ import annotations

import subprocess
import sys

from tests.architecture.sources import ROOT


def test_the_page_of_states_is_current():
    command = [sys.executable, "-m", "tools.state_diagrams", "--check"]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0
