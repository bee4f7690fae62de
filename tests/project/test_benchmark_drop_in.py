"""The bench beside scikit-learn's estimator does the same with both, and finds the same."""

import numpy as np
import pytest

pytest.importorskip("sklearn")

from onedot._benchmark.operations.drop_in import DROP_IN


@pytest.mark.parametrize("label", DROP_IN.cases("float64", ((40, 5),), False))
def test_both_libraries_find_the_same(label):
    case = DROP_IN.cases("float64", ((40, 5),), False)[label]()
    everyone = {contender.name: contender for contender in DROP_IN.contenders()}
    theirs = everyone.pop("scikit-learn").functions["float64"]
    for contender in everyone.values():
        with contender.setting():
            found = contender.functions["float64"](*case.timed.arguments)
        if "shuf" not in label:  # whose order is each one's own
            assert np.allclose(found, theirs(*case.timed.arguments), rtol=1e-9, atol=1e-9)
