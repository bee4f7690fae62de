"""Products with a sparse matrix, beside those with the dense one."""

from onedot import exact
from support.bits import array_bits

__all__ = ["check_products_by_columns", "check_products_by_rows"]


def check_products_by_rows(tier, S, X, W):
    """Products of S, which is X, that sum along its rows have the bits of those of X."""
    assert array_bits(tier.matvec(S, W[0])) == array_bits(tier.matvec(X, W[0]))
    assert array_bits(tier.matvec(S, W)) == array_bits(tier.matvec(X, W))
    assert array_bits(tier.matvec(W, S)) == array_bits(tier.matvec(W, X))
    assert array_bits(tier.matmul(S, W.T)) == array_bits(tier.matmul(X, W.T))


def check_products_by_columns(tier, S, X, V):
    """The same along its columns; `onedot.exact` has no vecmat."""
    assert array_bits(tier.matmul(V, S)) == array_bits(tier.matmul(V, X))
    if tier is not exact:
        assert array_bits(tier.vecmat(V, S)) == array_bits(tier.vecmat(V, X))
