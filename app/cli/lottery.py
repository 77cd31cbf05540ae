"""The command that draws a recorded lot again: a file in, the same order out, no database."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from scoring.lottery import (
    VERIFIER,
    CommitmentBroken,
    SeedTooShort,
    draw_order,
    hash_list,
    reveal_seed,
)

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
DIFFERENT, REFUSED = 1, 2
NEEDED = ("call", "ids", "order")
SEALED = ("secret", "commitment")


@click.group()
def lottery() -> None:
    """Verify draws of lots."""


@lottery.command("verify")
@click.option("--record", "path", type=FILE, required=True, help="The annex of the draw (JSON).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify_command(path: Path, as_json: bool) -> None:
    """Draw again from call, ids and order, with secret (hexadecimal), public_value and commitment.

    A record with a public seed instead of a secret, as of the lot that ends a tie, is drawn again
    too. Exit 1 when the draw was another, 2 when the record cannot be used.
    """
    record = _read(path)
    try:
        seed = _seed(record)
        draw = draw_order(record["call"], record["ids"], seed)
    except (ValueError, TypeError, CommitmentBroken, SeedTooShort) as error:
        _refuse(path, error)
    public = str(record.get("public_value", ""))
    again = [lot.id for lot in draw.lots]
    is_same_list = record.get("ids_sha256") in (None, hash_list(record["ids"]))
    is_same = again == record["order"] and is_same_list
    if as_json:
        data = {
            "same": is_same,
            "order": again,
            "seed": draw.seed,
            "with_public_value": bool(public),
        }
        click.echo(json.dumps(data, ensure_ascii=False))
    else:
        for lot in draw.lots:
            click.echo(f"{lot.position:>4}  {lot.id}  {lot.digest}")
        click.echo("the draw is confirmed" if is_same else "the record says something else")
    sys.exit(0 if is_same else DIFFERENT)


def _seed(record: dict[str, Any]) -> bytes:
    """Return the seed: from the revealed secret, or as it is where it was public from the start."""
    if "seed" in record and "secret" not in record:
        return bytes.fromhex(record["seed"])
    public = str(record.get("public_value", ""))
    return reveal_seed(bytes.fromhex(record["secret"]), record["commitment"], public.encode())


@lottery.command("script")
def script_command() -> None:
    """Print the script that verifies a draw without this program."""
    click.echo(VERIFIER, nl=False)


def _read(path: Path) -> dict[str, Any]:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        _refuse(path, error)
    if not isinstance(record, dict):
        _refuse(path, "is not an object")
    sealed = () if "seed" in record and "secret" not in record else SEALED
    missing = [key for key in (*NEEDED, *sealed) if key not in record]
    if missing:
        _refuse(path, f"lacks {', '.join(missing)}")
    texts = [record["call"], *(record[key] for key in sealed or ("seed",))]
    lists = [record["ids"], record["order"]]
    if not all(isinstance(each, list) for each in lists) or not all(
        isinstance(name, str) for name in [*texts, *(name for each in lists for name in each)]
    ):
        _refuse(path, "holds something other than texts and lists of texts")
    return dict(record)


def _refuse(path: Path, reason: object) -> NoReturn:
    click.echo(f"{path.name}: {reason}", err=True)
    sys.exit(REFUSED)
