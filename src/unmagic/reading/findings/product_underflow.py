"""A product of small numbers that became 0."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unmagic.core.finding import Finding

from .case import Case, first_entry


def rule(case: Case) -> Iterator[Finding]:
    """No factor is 0, and yet the product is (or has lost its digits on the way down)."""
    for step in case.steps("prod", "cumprod", "multiply"):
        inputs = [np.asarray(value) for value in case.inputs(step)]
        if step.dtype.kind != "f":
            continue
        y = np.asarray(case.values[step.id])
        tiny = np.abs(y) < np.finfo(step.dtype).tiny
        if step.op.name == "prod":
            some_zero = np.any(inputs[0] == 0, axis=step.attrs.get("axis"), keepdims=step.attrs.get("keepdims", False))
            at = first_entry(tiny & ~some_zero)
        elif step.op.name == "cumprod":
            at = first_entry(tiny & ~np.logical_or.accumulate(inputs[0] == 0, axis=step.attrs["axis"]))
        else:
            at = first_entry(tiny & np.logical_and.reduce([value != 0 for value in inputs]))
        if at is None or not case.once("product-underflow", step):
            continue
        gathers = step.op.name != "multiply" or (step.name and step.name in {case.name(i) for i in step.inputs})
        name = case.called(case.source_of(step.inputs[0]).id)
        yield Finding(
            code="product-underflow",
            title="a product of small numbers becomes 0"
            if y[at] == 0
            else "a product of small numbers runs out of digits",
            steps=(step.id,),
            span=step.span,
            where=case.place(step.id, at),
            evidence=case.worked(step, at),
            meaning=(
                f"No factor is 0, but the product is below the smallest {step.dtype}. "
                "The sum of their logarithms stays in range, and is largest where the product is."
            ),
            mend=(f"- prod({name})", f"+ sum(log({name}))")
            if step.op.name != "multiply"
            else ("+ add logarithms instead",),
            confidence="high" if gathers else "low",  # one small product among many large ones is nothing to mind
        )
