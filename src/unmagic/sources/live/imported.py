"""``file.py:function``: the file imported as a module, and its function."""

from __future__ import annotations

import importlib.util
import os
import sys
from typing import Any

from unmagic.core.errors import Raised, Unbound, UnmagicError
from unmagic.sources.sniff import path_form


def function_of(source: str) -> Any:
    """The function that ``file.py:function`` names; the file is run, as an import does. Raises an `UnmagicError`."""
    form = path_form(source)
    if form is None or not form.part:
        raise UnmagicError(f"{source!r} names no function of a file")
    name = os.path.splitext(os.path.basename(form.path))[0]
    spec = importlib.util.spec_from_file_location(name, os.path.abspath(form.path))
    if spec is None or spec.loader is None:
        raise UnmagicError(f"can't open {form.path}")
    module = importlib.util.module_from_spec(spec)
    folder = os.path.dirname(os.path.abspath(form.path))
    sys.path.insert(0, folder)
    before = sys.modules.get(name)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise Raised(type(error).__name__, f"{error} (while {form.path} was imported)") from error
    finally:
        sys.path.remove(folder)
        if before is None:
            sys.modules.pop(name, None)
        else:
            sys.modules[name] = before
    found = getattr(module, form.part, None)
    if not callable(found):
        functions = [key for key, value in vars(module).items() if callable(value) and not key.startswith("_")]
        raise Unbound(f"{form.path} has no function {form.part}", notes=(f"its functions: {', '.join(functions)}",))
    return found


__all__ = ["function_of"]
