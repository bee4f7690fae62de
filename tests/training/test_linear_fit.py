"""What both kinds of fits offer: w and b, predictions by averaged weights, and files."""

import numpy as np
import pytest

import onedot
from onedot import LmsFit, PerceptronFit
from support.bits import array_bits

draw = np.random.default_rng(5)
X = draw.standard_normal((40, 7))
Y = np.where(draw.random(40) < 0.5, 1, -1)
PERCEPTRON, LMS = onedot.fit_perceptron(X, Y, max_epochs=3), onedot.fit_lms(X, Y, epochs=3)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("kind", [PerceptronFit, LmsFit])
def test_w_and_b_are_those_that_units_and_hyperplanes_take(level, kind, bias):
    fit = onedot.fit_lms(X, Y, bias=bias, epochs=2) if kind is LmsFit else onedot.fit_perceptron(X, Y, bias=bias)
    assert fit.w.tolist() == fit.weights[int(bias) :].tolist()
    assert fit.b == (fit.weights[0] if bias else 0.0)
    values = fit.predict(X) if kind is LmsFit else fit.margins(X)
    assert array_bits(onedot.Unit(fit.w, fit.b)(X)) == array_bits(values)
    assert onedot.Hyperplane(fit.w, fit.b).b == fit.b


@pytest.mark.parametrize("fit", [PERCEPTRON, LMS], ids=lambda fit: type(fit).__name__)
def test_averaged_weights_predict_if_so_asked(level, fit):
    if isinstance(fit, LmsFit):
        of_averages = LmsFit(fit.averaged, fit.averaged, fit.losses, fit.bias)
        assert array_bits(fit.predict(X, averaged=True)) == array_bits(of_averages.predict(X))
        assert array_bits(fit.predict(X, averaged=True)) != array_bits(fit.predict(X))
        return
    margins = fit.margins(X, averaged=True)
    of_averages = PerceptronFit(fit.averaged, fit.averaged, fit.mistakes, False, float("nan"), 1.0, fit.bias)
    assert array_bits(margins) == array_bits(of_averages.margins(X))
    assert array_bits(margins) != array_bits(fit.margins(X))
    assert fit.predict(X, averaged=True).tolist() == np.where(margins > 0, 1, -1).tolist()


@pytest.mark.parametrize("call", ["margins", "predict"])
def test_averages_that_were_changed_are_named(call):
    fit = onedot.fit_perceptron(X, Y, max_epochs=2)
    fit.averaged[0] = np.nan
    with pytest.raises(ValueError, match=r"PerceptronFit\.margins: averaged holds NaN or infinity"):
        getattr(fit, call)(X, averaged=True)


@pytest.mark.parametrize("fit", [PERCEPTRON, LMS], ids=lambda fit: type(fit).__name__)
def test_a_fit_that_was_saved_is_loaded_to_the_bit(tmp_path, fit):
    fit.save(tmp_path / "fit")
    again = type(fit).load(tmp_path / "fit")
    assert type(again) is type(fit)
    for name, value in vars(fit).items():
        assert type(getattr(again, name)) is type(value)
        assert array_bits(np.asarray(getattr(again, name))) == array_bits(np.asarray(value))
