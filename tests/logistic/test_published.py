"""The weights of fits to data that many know: published, so that anybody may compare them with what they get."""

import hashlib

import numpy as np
import pytest

datasets = pytest.importorskip("sklearn.datasets")

import onedot  # noqa: E402
from onedot._corpus import Draw  # noqa: E402
from onedot._corpus.perceptron import csr  # noqa: E402

PUBLISHED = {
    "digits": "62795d85b8962b20433ebd0d516b32dd4cce5206e3ec4a11b2c7ada407a39a2f",
    "breast cancer": "fe5b70ddb8ec89c471c64f17ae8b7395df47aab6ab06796312464e699cc32e0d",
    "text": "02f0bf06d874cd56e35fad5ff90d544a7736defaf6d422f939ad60eb8dfb018b",
}


def digits():
    """1797 images of 8 by 8 pixels from 0 to 1, ten classes."""
    X, y = datasets.load_digits(return_X_y=True)
    return X / 16, y


def breast_cancer():
    """569 tumours, 30 measures, each column divided by its largest number rounded up to a power of two."""
    X, y = datasets.load_breast_cancer(return_X_y=True)
    return np.ldexp(X, -np.frexp(X.max(axis=0))[1]), y


def text():
    """CSR, 2000 rows of 20,000 columns with 30 words each, the rarer the higher their column: integers all the way."""
    draw = Draw("text")
    factors = (draw.bits(120000) % np.uint64(141)).astype(np.intp).reshape(2, 2000, 30)
    columns, counts = factors[0] * factors[1], np.zeros((2000, 20000), np.float32)
    np.add.at(counts, (np.arange(2000)[:, None], columns), 1)
    scores = counts @ draw.floats("float64", 20000, 0, 1)
    return csr(counts), (scores > np.median(scores)).astype(int)


DATA = {"digits": digits, "breast cancer": breast_cancer, "text": text}


@pytest.fixture(scope="module")
def data():
    return {name: make() for name, make in DATA.items()}


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("name", PUBLISHED)
def test_the_weights_are_those_published(data, name, threads, compiled_level, num_threads_restored):
    onedot.set_num_threads(threads)
    fit = onedot.fit_logistic(*data[name], tol=1e-6)
    assert fit.converged
    assert hashlib.sha256(fit.weights.astype("<f8").tobytes()).hexdigest() == PUBLISHED[name]
