"""The process that makes PDFs: reads one request a line on standard input, answers on standard output.

Web processes never load the layout engine; they keep one of these beside them.
"""

from __future__ import annotations

import base64
import json
import sys

from app.pdf.papers import make_paper


def answer(line: str) -> str:
    """Return the answer to one request: the PDF in Base64, or why there is none."""
    try:
        request = json.loads(line)
        pdf = make_paper(request["kind"], request["data"])
    except Exception as error:  # noqa: BLE001 - the caller is told, whatever it is, and the process lives on
        return json.dumps({"error": f"{type(error).__name__}: {error}"})
    return json.dumps({"pdf": base64.b64encode(pdf).decode("ascii")})


def main() -> None:
    """Answer requests until the input ends."""
    for line in sys.stdin:
        sys.stdout.write(answer(line) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
