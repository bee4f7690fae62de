"""Tables of quick calls: all cells in one test, since pytest takes longer over a test than a call over a cell."""

import functools
import inspect

import pytest


def in_one_test(names, values, ids=str):
    """As `pytest.mark.parametrize`, in one test, which names every cell that fails.

    What is asked of fixtures is the same for all cells. If none fails and some are skipped, the test counts as skipped.
    """
    names = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    cells = [(cell,) if len(names) == 1 else tuple(cell) for cell in values]

    def gathered(test):
        @functools.wraps(test)
        def run(*args, **keywords):
            failed, skipped = {}, {}
            for k, cell in enumerate(cells):
                try:
                    test(*args, **keywords, **dict(zip(names, cell, strict=True)))
                except pytest.skip.Exception as reason:
                    skipped[k] = reason
                except (Exception, pytest.fail.Exception) as error:
                    failed[k] = error
            if failed or skipped:
                labels = ["-".join(str(ids(v)) for v in cell) for cell in cells] if callable(ids) else list(ids)
                said = [f"{labels[k]}: {type(why).__name__}: {why}" for k, why in (failed or skipped).items()]
                report = "\n".join([f"{len(said)} of {len(cells)} cells", *said])
                if not failed:
                    pytest.skip(report)
                raise AssertionError(report) from next(iter(failed.values()))

        signature = inspect.signature(test)
        kept = [parameter for name, parameter in signature.parameters.items() if name not in names]
        assert len(kept) + len(names) == len(signature.parameters), f"{test.__name__} takes no {names}"
        run.__signature__ = signature.replace(parameters=kept)
        return run

    return gathered
