"""Every number of matvec, vecmat, matmul and vecdot is the dot of its two rows: at every size, layout and level."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import onedot
from onedot import levels
from onedot._core import row_dots as jobs
from onedot._reference.law import BLOCK
from support.bits import array_bits
from support.cells import in_one_test
from support.rows import LAYOUTS, PRODUCTS, every_product, row_dots, stack

FLOATS = ("float64", "float32")
SIZES = (*range(21), 31, 32, 33, 63, 64, 65)
AROUND_BLOCKS = (BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 33, 3 * BLOCK - 31)

pytestmark = pytest.mark.usefixtures("num_threads_restored")
both_dtypes = in_one_test("dtype", FLOATS)


def assert_dots(product, a, x):
    assert array_bits(PRODUCTS[product](a, x)) == array_bits(row_dots(a, x)), (a.shape, x.shape)


@every_product
@both_dtypes
def test_every_row_of_every_small_matrix_is_the_dot_of_that_row(level, dtype, product):
    for m in SIZES:
        for n in SIZES if m < 6 else SIZES[:21:3]:
            assert_dots(product, stack(m, n, dtype=dtype, seed=1), stack(n, dtype=dtype, seed=2))


@every_product
@both_dtypes
@pytest.mark.parametrize("order", ["C", "Fortran"])
def test_rows_of_every_length_obey_the_law_in_both_orders(compiled_level, dtype, order, product):
    for n in SIZES:
        for m in SIZES[::2]:
            a = LAYOUTS[order](stack(m, n, dtype=dtype, seed=1))
            assert_dots(product, a, stack(n, dtype=dtype, seed=2))


@both_dtypes
@in_one_test("n", [2, 3])
def test_many_rows_of_two_or_three_are_dots(compiled_level, n, dtype):
    for m in (9, 511, 512, 513, 1030):
        a, x = stack(m, n, dtype=dtype, seed=1), stack(n, dtype=dtype, seed=2)
        a[m // 2, 0], a[m - 1, n - 1] = np.nan, -np.inf
        expected = array_bits(row_dots(a, x))
        assert array_bits(onedot.matvec(a, x)) == expected, m
        assert array_bits(onedot.matvec(a, x[::-1].copy()[::-1])) == expected, m
        assert array_bits(onedot.matvec(a, x, out=np.zeros((m, 2), dtype)[:, 1]).copy()) == expected, m
        zeros = onedot.matvec(np.full((m, n), -0.0, dtype), np.ones(n, dtype))
        assert array_bits(zeros) == array_bits(np.zeros(m, dtype)), m


@both_dtypes
@in_one_test("order", ["C", "Fortran"])
@in_one_test("n", AROUND_BLOCKS)
def test_rows_around_whole_blocks_are_dots(level, n, dtype, order):
    a, x = LAYOUTS[order](stack(11, n, dtype=dtype, seed=1)), stack(3, n, dtype=dtype, seed=2)
    expected = row_dots(a, x)
    assert array_bits(onedot.matvec(a, x)) == array_bits(expected)
    assert array_bits(onedot.matvec(a, x[0])) == array_bits(expected[0])
    assert array_bits(onedot.vecmat(x[1], a.T)) == array_bits(expected[1])
    assert array_bits(onedot.vecdot(a[:3], x)) == array_bits(expected.diagonal().copy())


@both_dtypes
@pytest.mark.parametrize(("m", "n"), [(5, 16), (5, 17), (9, 33), (3, 100), (1, 40), (2, 40)])
def test_a_batch_of_any_size_is_as_many_vectors(level, m, n, dtype):
    a, batch = stack(m, n, dtype=dtype, seed=1), stack(64, n, dtype=dtype, seed=2)
    expected = row_dots(a, batch)
    for size in range(1, 65):
        assert array_bits(onedot.matvec(a, batch[:size])) == array_bits(expected[:size]), size


@both_dtypes
@pytest.mark.parametrize("order", ["C", "Fortran"])
@pytest.mark.parametrize("n", [17, 96, 130, BLOCK + 5])
def test_ragged_edges_of_a_matrix_product_are_dots(compiled_level, n, order, dtype):
    a = LAYOUTS[order](stack(21, n, dtype=dtype, seed=1))
    x = LAYOUTS[order](stack(13, n, dtype=dtype, seed=2))
    expected = row_dots(a, x)
    for m in range(1, 22):
        for b in (1, 2, 3, 4, 5, 6, 7, 8, 9, 13):
            assert array_bits(onedot.matvec(a[:m], x[:b])) == array_bits(expected[:b, :m].copy()), (m, b)


@both_dtypes
def test_a_product_of_many_panels_is_dots(compiled_level, dtype):
    """More rows of either side, and more sums of blocks, than are packed at once."""
    for m, b, n in ((300, 150, 257), (40, 9, 3 * BLOCK + 1), (2100, 70, 18)):
        a, x = stack(m, n, dtype=dtype, seed=1), stack(b, n, dtype=dtype, seed=2)
        assert array_bits(onedot.matvec(a, x)) == array_bits(row_dots(a, x)), (m, b, n)


@every_product
@in_one_test("dtype", [*FLOATS, "float16"])
@in_one_test(("m", "n"), [(1, 1), (5, 3), (9, 8), (17, 33), (66, 65)])
def test_every_layout_of_a_matrix_gives_the_same_bits(level, m, n, dtype, product):
    a, x = stack(m, n, dtype=dtype, seed=1), stack(n, dtype=dtype, seed=2)
    expected = array_bits(row_dots(a, x))
    for name, lay_out in LAYOUTS.items():
        assert array_bits(PRODUCTS[product](lay_out(a), x)) == expected, name
        assert array_bits(PRODUCTS[product](a, lay_out(x))) == expected, name
        assert array_bits(PRODUCTS[product](lay_out(a), lay_out(x))) == expected, name


@pytest.mark.parametrize("dtype", [*FLOATS, "float16"])
def test_every_layout_of_a_batch_gives_the_same_bits(level, dtype):
    a, x = stack(6, 35, dtype=dtype, seed=1), stack(5, 35, dtype=dtype, seed=2)
    expected = array_bits(row_dots(a, x))
    for name, lay_out_a in LAYOUTS.items():
        for other, lay_out_x in LAYOUTS.items():
            assert array_bits(onedot.matvec(lay_out_a(a), lay_out_x(x))) == expected, (name, other)


@every_product
@in_one_test("a_dtype", [*FLOATS, "float16"])
@in_one_test("x_dtype", [*FLOATS, "float16"])
def test_the_result_has_the_wider_type_of_the_two(level, a_dtype, x_dtype, product):
    for m, n in ((1, 1), (4, 16), (7, 33)):
        a, x = stack(m, n, dtype=a_dtype, seed=1), stack(n, dtype=x_dtype, seed=2)
        got = PRODUCTS[product](a, x)
        assert got.dtype == np.promote_types(a_dtype, x_dtype)
        assert array_bits(got) == array_bits(row_dots(a, x)), (m, n)


@every_product
@both_dtypes
def test_no_number_of_threads_changes_a_bit(level, dtype, product, monkeypatch):
    """A small grain splits a small product as a large one is split."""
    a, x = stack(2, 13, 37, dtype=dtype, seed=1), stack(3, 1, 37, dtype=dtype, seed=2)
    expected = array_bits(row_dots(a, x))
    out = np.empty((3, 2, 13), dtype)  # with it, or not, a call takes the way of large products
    for count in range(1, 17):
        onedot.set_num_threads(count)
        monkeypatch.setattr(jobs, "GRAIN", 37 * (1 + 5 * (count % 4)))
        monkeypatch.setattr(jobs, "WORTH_A_THREAD", 37)
        assert array_bits(PRODUCTS[product](a, x, out=out)) == expected, count


@both_dtypes
@pytest.mark.parametrize("count", [1, 2, 3, 16])
def test_large_products_are_dots_with_any_number_of_threads(compiled_level, dtype, count):
    onedot.set_num_threads(count)
    a, x = stack(260, 5000, dtype=dtype, seed=1), stack(5000, dtype=dtype, seed=2)
    expected = array_bits(row_dots(a, x))
    for lay_out in (np.ascontiguousarray, np.asfortranarray):
        for product in PRODUCTS.values():
            assert array_bits(product(lay_out(a), x)) == expected


@both_dtypes
@pytest.mark.parametrize("order", ["C", "Fortran"])
def test_rows_of_more_blocks_than_a_kernel_takes_are_dots(compiled_level, order, dtype):
    n = 257 * BLOCK + 3
    a, x = LAYOUTS[order](stack(3, n, dtype=dtype, seed=1)), stack(n, dtype=dtype, seed=2)
    expected = array_bits(row_dots(a, x))
    for product in PRODUCTS.values():
        assert array_bits(product(a, x)) == expected


@both_dtypes
@pytest.mark.parametrize("n", [95, 97, 127, 129, 161, 225, 255, 257, 289])
def test_columns_are_dots_however_many_rows_share_a_lane(compiled_level, dtype, n):
    for m in (4, 5, 9, 40):
        a, x = stack(n, m, dtype=dtype, seed=1), stack(n, dtype=dtype, seed=2)
        assert array_bits(onedot.vecmat(x, a)) == array_bits(row_dots(a.T, x)), m


@both_dtypes
@pytest.mark.parametrize("n", [16, 17, BLOCK - 1, BLOCK, BLOCK + 1])
def test_a_vector_in_any_layout_meets_rows_of_any_length(compiled_level, dtype, n):
    a, x = stack(9, n, dtype=dtype, seed=1), stack(2, n, dtype=dtype, seed=2)
    expected = row_dots(a, x)
    for name in ("every other", "backwards", "between others", "Fortran"):
        assert array_bits(onedot.matvec(a, LAYOUTS[name](x))) == array_bits(expected), name
        assert array_bits(onedot.matvec(a, LAYOUTS[name](x)[0])) == array_bits(expected[0]), name
        assert array_bits(onedot.matvec(LAYOUTS[name](x), a)) == array_bits(expected.T.copy()), name


@both_dtypes
def test_stacks_may_share_a_matrix_of_short_columns(compiled_level, dtype):
    for m, n in ((3, 3), (9, 16), (70, 16), (600, 1), (200, 5)):
        a, x = LAYOUTS["Fortran"](stack(m, n, dtype=dtype, seed=1)), stack(5, m, n, dtype=dtype, seed=2)
        expected = [onedot.vecdot(np.ascontiguousarray(a), rows) for rows in x]
        for lay_out in (np.ascontiguousarray, np.asfortranarray):
            assert array_bits(onedot.vecdot(a, lay_out(x))) == array_bits(np.array(expected)), (m, n)


@both_dtypes
def test_a_row_longer_than_a_strip_of_columns_is_dots(compiled_level, dtype):
    a, x = stack(3, 4096 + 5, dtype=dtype, seed=1), stack(3, dtype=dtype, seed=2)
    for rows in (a, stack(3, 5000, dtype=dtype, seed=1)[:, 7 : 7 + 4101]):
        assert array_bits(onedot.vecmat(x, rows)) == array_bits(row_dots(rows.T, x))


@pytest.mark.parametrize("dtype", [*FLOATS, "float16"])
def test_rows_that_the_reference_takes_in_parts_are_the_same(monkeypatch, dtype):
    a, x = stack(3, BLOCK + 70, dtype=dtype, seed=1), stack(BLOCK + 70, dtype=dtype, seed=2)
    products = [*PRODUCTS.values(), onedot.exact.matvec]
    with levels.using("reference"):
        expected = [array_bits(product(a, x)) for product in products]
        monkeypatch.setattr(jobs, "GRAIN_REFERENCE", 50)
        assert [array_bits(product(a, x)) for product in products] == expected
    assert expected[0] == array_bits(row_dots(a, x))


@st.composite
def laid_out(draw, shape, dtype):
    """Any values of a shape, in any of the layouts."""
    width = np.dtype(dtype).itemsize * 8
    size = int(np.prod(shape))
    values = draw(st.lists(st.floats(width=width), min_size=size, max_size=size))
    return LAYOUTS[draw(st.sampled_from(list(LAYOUTS)))](np.array(values, dtype).reshape(shape))


@given(
    data=st.data(),
    product=st.sampled_from(list(PRODUCTS)),
    shape=st.tuples(st.integers(0, 6), st.integers(0, 6)),
    dtypes=st.tuples(*[st.sampled_from([*FLOATS, "float16"])] * 2),
)
def test_any_values_in_any_layout_obey_the_law(level, data, product, shape, dtypes):
    """NaNs, infinities, zeros of both signs and subnormals among them."""
    a, x = data.draw(laid_out(shape, dtypes[0])), data.draw(laid_out(shape[1:], dtypes[1]))
    with np.errstate(all="ignore"):
        assert_dots(product, a, x)


SPECIALS = (0.0, -0.0, np.inf, -np.inf, np.nan, 5e-324, 2.0**-1030, 1.7976931348623157e308)


@both_dtypes
@pytest.mark.parametrize(("m", "n", "b"), [(9, 3, 1), (9, 20, 1), (5, 40, 4), (12, 5, 3)])
def test_special_values_stay_in_their_row(level, m, n, b, dtype):
    with np.errstate(over="ignore", under="ignore"):
        specials = np.array(SPECIALS).astype(dtype)
    a, x = stack(m, n, dtype=dtype, seed=1), stack(b, n, dtype=dtype, seed=2)
    for place in range(n):
        rows, batch = a.copy(), x.copy()
        rows[: len(specials), place] = specials[:m]
        batch[:, place] = specials[(place + np.arange(b)) % len(specials)]
        with np.errstate(all="ignore"):
            expected = array_bits(row_dots(rows, batch))
            assert array_bits(onedot.matvec(rows, batch)) == expected, place
            assert array_bits(onedot.matvec(np.asfortranarray(rows), batch)) == expected, place


@every_product
@pytest.mark.parametrize("dtype", [*FLOATS, "float16"])
def test_no_sum_is_negative_zero(level, dtype, product):
    for n in (*range(36), 64, 65, 100):
        for order in ("C", "Fortran"):
            zeros = LAYOUTS[order](np.full((9, n), -0.0, dtype))
            for ones in (np.ones(n, dtype), np.ones((4, n), dtype)):
                got = PRODUCTS[product](zeros, ones)
                assert array_bits(got) == array_bits(np.zeros(got.shape, dtype)), (n, order)


def test_a_float32_result_that_overflows_is_infinite_without_a_warning(level):
    """Warnings are errors here. Binary64 holds the sum, and it is rounded once."""
    for n in (1, 4, 17, 40, 100):
        for m in (1, 9):
            a, x = np.full((m, n), 3e38, "f4"), np.full(n, 2.0, "f4")
            a[-1] *= -1
            expected = array_bits(np.array([np.inf] * (m - 1) + [-np.inf], "f4"))
            for product in PRODUCTS.values():
                assert array_bits(product(a, x)) == expected, (m, n)
                assert array_bits(product(np.asfortranarray(a), x, out=np.empty(m, "f4"))) == expected, (m, n)


def test_a_float16_result_that_overflows_is_infinite_without_a_warning(level):
    for product in PRODUCTS.values():
        got = product(np.full((2, 3), 60000.0, "f2"), np.array([1.0, 1.0, -1.0], "f2"))
        assert array_bits(got) == array_bits(np.full(2, 60000.0, "f2"))
        got = product(np.full((2, 3), 60000.0, "f2"), np.ones(3, "f2"))
        assert array_bits(got) == array_bits(np.full(2, np.inf, "f2"))


def test_a_long_float32_row_that_overflows_is_infinite_without_a_warning(compiled_level):
    x = np.broadcast_to(np.float32(1e30), 2**20 + 1)
    assert array_bits(onedot.vecdot(x, x)) == array_bits(np.float32(np.inf))


@every_product
@both_dtypes
def test_an_empty_sum_is_zero_whatever_the_memory_held_before(level, dtype, product):
    """The rows of no elements keep the strides of the matrix they were cut from; a product leaves its sums behind."""
    for order in ("C", "Fortran"):
        a = LAYOUTS[order](np.full((64, 8), 7.0, dtype))
        for batch in ((), (5,)):
            x = np.ones((*batch, 8), dtype)
            assert PRODUCTS[product](a, x).min() == 56.0
            got = PRODUCTS[product](a[:, :0], x[..., :0])
            assert array_bits(got) == array_bits(np.zeros((*batch, 64), dtype)), order
