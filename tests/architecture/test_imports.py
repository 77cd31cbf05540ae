"""Imports point downwards and stand at the top of the file."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from tests.architecture.sources import ROOT, module_paths, parsed, shown

# Heavy libraries are imported where they are used, so that a web worker starts without them.
HEAVY = {
    *("weasyprint", "ortools", "highspy", "numpy", "page", "pikepdf", "scipy"),
    *("pyhanko", "pkcs11"),
}
SEALING = {"app.pdf.issuing", "app.pdf.seal.checking", "app.pdf.seal.keys", "app.pdf.seal.record"}
"""Own modules that begin with the signing library: loaded where a letter is sealed or checked, and nowhere else."""


def test_the_import_contracts_of_setup_cfg_are_kept():
    program = Path(sys.executable).parent / "lint-imports"
    result = subprocess.run(
        [program, "--config", "setup.cfg", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def imported_roots(node: ast.AST) -> set[str]:
    """Return the top packages that an import statement names; a module of ``SEALING`` stands for its library."""
    if isinstance(node, ast.ImportFrom) and node.module in SEALING:
        return {"pyhanko"}
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").split(".")[0]}
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    return set()


def inner_imports(tree: ast.Module) -> set[tuple[int, str]]:
    """Return line and package of the imports inside functions."""
    return {
        (node.lineno, root)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        for root in imported_roots(node)
    }


def test_only_heavy_libraries_are_imported_inside_functions():
    found = [
        f"{shown(path)}:{line} imports {root}"
        for path in module_paths()
        for line, root in sorted(inner_imports(parsed(path)))
        if root not in HEAVY
    ]
    assert found == []


def test_heavy_libraries_are_not_imported_with_the_web_application():
    script = f"import sys, wsgi; print(sorted({HEAVY - {'pikepdf'}!r} & set(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={"INNOVERKKO_DEMO": "true", "PATH": ""},
    )
    assert result.stdout.splitlines()[-1:] == ["[]"], result.stderr
