"""Write docs/states.md from the state tables; with --check only say whether it is current."""

from __future__ import annotations

import sys
from pathlib import Path

from app.domain.lifecycle import INITIAL, MACHINES

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "states.md"
HEAD = """# States

Written by `tools/state_diagrams.py` from `app/domain/lifecycle.py`; do not edit by hand.
Each arrow names the step and who may take it.
"""


def diagram(name: str) -> str:
    """Return the Mermaid diagram of one state table."""
    lines = [f"## {name.capitalize()}", "", "```mermaid", "stateDiagram-v2"]
    lines.append(f"    [*] --> {INITIAL[name].value}")
    for step, rule in MACHINES[name].items():
        who = ", ".join(sorted(role.value for role in rule.roles))
        lines += [
            f"    {source} --> {rule.target.value}: {step.value} ({who})"
            for source in sorted(state.value for state in rule.sources)
        ]
    return "\n".join([*lines, "```", ""])


def document() -> str:
    """Return the whole page."""
    return "\n".join([HEAD, *(diagram(name) for name in MACHINES)])


def main(arguments: list[str]) -> int:
    """Write the page, or check it: 0 when it is current, 1 when not."""
    if arguments == ["--check"]:
        return 0 if DOCUMENT.read_text(encoding="utf-8") == document() else 1
    DOCUMENT.write_text(document(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
