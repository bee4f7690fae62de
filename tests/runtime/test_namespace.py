"""What `onedot.` offers: public names alone, with signatures one can read; extras on first use, or how to get them."""

import importlib.util
import inspect

import pytest

import onedot
from onedot import activations, exact, geometry, hyperplane, levels, plot, search, single, units
from support.interpreter import last_error, printed
from support.public_functions import public_functions

SKLEARN = (
    'onedot.sklearn: scikit-learn is not installed; want pip install "onedot[sklearn]" (in a checkout: pip install'
)
PLOT = (
    'onedot.plot: Matplotlib is not installed; want pip install "onedot[plot]" (in a checkout: pip install ".[plot]")'
)
WITHOUT = """
import importlib.util, onedot
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name in ("sklearn", "matplotlib") else find(name, *rest)
"""


def test_completion_offers_the_public_names_alone():
    extra = {name for name in ("dask", "sklearn") if importlib.util.find_spec(name)}
    assert dir(onedot) == sorted({*onedot.__all__} | extra)
    assert not [name for name in dir(onedot) if name.startswith("_") and name != "__version__"]


MODULES = [activations, exact, geometry, hyperplane, levels, plot, search, single, units]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_completion_offers_the_public_names_of_a_module_alone(module):
    assert dir(module) == sorted(module.__all__)


@pytest.mark.parametrize("name", ["dask", "sklearn"])
def test_completion_offers_the_public_names_of_an_extra_alone(name):
    pytest.importorskip(name)
    module = getattr(onedot, name)
    assert dir(module) == sorted(module.__all__)


FUNCTIONS = {name: getattr(value, "__func__", value) for name, value in public_functions()}  # without `classmethod`


@pytest.mark.parametrize("name", [name for name, value in FUNCTIONS.items() if callable(value)])
def test_every_signature_can_be_read(name):
    signature = inspect.signature(FUNCTIONS[name])
    shown = str(signature)
    assert len(shown) < max(200, 30 * len(signature.parameters))  # a function of many may take more than two lines
    assert "typing" not in shown


def test_a_name_that_there_is_not_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'onedot' has no attribute 'sklern'"):
        _ = onedot.sklern


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("top_k", "onedot.search.top_k"), ("cosine", "onedot.geometry.cosine"), ("tanh", "onedot.activations.tanh")]
    + [(name, f"onedot.sklearn.{name}") for name in ("Adaline", "LogisticRegression", "Perceptron")],
)
def test_a_name_of_another_module_is_an_attribute_error_that_says_where_it_is(name, wanted):
    with pytest.raises(AttributeError, match=f"no attribute '{name}'; want {wanted}"):
        getattr(onedot, name)
    if "sklearn" in wanted:
        assert set(pytest.importorskip("onedot.sklearn").__all__) == set(onedot._ESTIMATORS)


def test_the_estimators_are_loaded_on_first_use():
    pytest.importorskip("sklearn")
    code = "import sys, onedot; print('sklearn' in sys.modules, onedot.sklearn.Perceptron(), 'sklearn' in sys.modules)"
    assert printed(code) == "False Perceptron() True\n"


def test_where_scikit_learn_is_missing_the_error_says_how_to_get_it():
    wanted = f'{SKLEARN} ".[sklearn]")'
    assert last_error(WITHOUT + "onedot.sklearn") == f"AttributeError: {wanted}"
    for line in ("import onedot.sklearn", "from onedot import sklearn", "from onedot.sklearn import Perceptron"):
        assert last_error(WITHOUT + line) == f"ModuleNotFoundError: {wanted}"


def test_where_scikit_learn_is_missing_help_and_completion_work():
    said = printed(WITHOUT + "help(onedot); print(hasattr(onedot, 'sklearn'), 'sklearn' in dir(onedot))")
    assert said.endswith("False False\n")
    assert " dot(x" in said


@pytest.mark.parametrize("call", ["boundary([0, 1], [[0, 0]], [0])", "vectors([1, 0], [0, 1])", "training(fit)"])
def test_where_matplotlib_is_missing_the_error_says_how_to_get_it(call):
    code = WITHOUT + "fit = onedot.fit_perceptron([[0], [1]], [-1, 1])\nonedot.plot." + call
    assert last_error(code) == f"ModuleNotFoundError: {PLOT}"
