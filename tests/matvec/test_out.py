"""out: where the result goes, and that a wider one keeps all of binary64 wherever it lies."""

import numpy as np

from support.bits import array_bits
from support.cells import in_one_test
from support.rows import LAYOUTS, PRODUCTS, binary64_dots, every_product, stack

WRITABLE = [name for name in LAYOUTS if not name.startswith("byte-swapped") and name != "read-only"]


@every_product
@in_one_test("lay_out", WRITABLE)
@in_one_test("dtype", ["float32", "float16"])
def test_a_float64_out_of_any_layout_keeps_what_the_inputs_type_could_not(level, dtype, lay_out, product):
    a, x = stack(7, 33, dtype=dtype, seed=1), stack(3, 33, dtype=dtype, seed=2)
    out = LAYOUTS[lay_out](np.full((3, 7), np.nan))
    assert PRODUCTS[product](a, x, out=out) is out
    assert array_bits(out) == array_bits(binary64_dots(a, x))


@every_product
def test_a_float64_out_over_a_float32_input_keeps_them_too(level, product):
    room = np.empty(7 * 33 + 14, "f4")
    a, out = room[: 7 * 33].reshape(7, 33), room[7 * 33 - 7 : 7 * 33 + 7].view("f8")
    a[...] = stack(7, 33, dtype="float32", seed=1)
    x = stack(33, dtype="float32", seed=2)
    expected = binary64_dots(a.copy(), x)
    assert PRODUCTS[product](a, x, out=out) is out
    assert array_bits(out) == array_bits(expected)
