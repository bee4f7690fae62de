"""Compiled or pure: the choice of the functions that have an entry of their own, made once for all who call them.

A compiled entry hands arrays that are ready to a kernel, and all else to the face, which is what a pure build calls.
"""

from typing import TYPE_CHECKING, Any

from onedot import levels

if TYPE_CHECKING or levels.compiled:
    from onedot._entry.entry import (
        all_pairs,
        array_of_lists,
        best_rows,
        dot,
        entered,
        exact_dot,
        exact_matmul,
        exact_matvec,
        exact_sign,
        exact_vecdot,
        hyperplane_distance,
        hyperplane_side,
        layer_outputs,
        matmul,
        matvec,
        perceptron_update,
        projections,
        single_dot,
        single_layer_outputs,
        single_matmul,
        single_matvec,
        single_vecdot,
        single_vecmat,
        vecdot,
        vecmat,
    )
else:
    from onedot._core.dot import dot
    from onedot._core.environment import in_default_environment as entered
    from onedot._core.exact import dot as exact_dot
    from onedot._core.exact import matmul as exact_matmul
    from onedot._core.exact import matvec as exact_matvec
    from onedot._core.exact import sign as exact_sign
    from onedot._core.exact import vecdot as exact_vecdot
    from onedot._core.matvec import matmul, matvec, vecdot, vecmat
    from onedot._core.single import dot as single_dot
    from onedot._core.single import matmul as single_matmul
    from onedot._core.single import matvec as single_matvec
    from onedot._core.single import vecdot as single_vecdot
    from onedot._core.single import vecmat as single_vecmat
    from onedot._training.perceptron import perceptron_update

    def _for_the_face(*arguments: Any) -> Any:
        """What is asked for before a face: nothing compiled can answer."""

    all_pairs = array_of_lists = best_rows = hyperplane_distance = hyperplane_side = layer_outputs = _for_the_face
    projections = single_layer_outputs = _for_the_face

__all__ = [
    "all_pairs",
    "array_of_lists",
    "best_rows",
    "dot",
    "entered",
    "exact_dot",
    "exact_matmul",
    "exact_matvec",
    "exact_sign",
    "exact_vecdot",
    "hyperplane_distance",
    "hyperplane_side",
    "layer_outputs",
    "matmul",
    "matvec",
    "perceptron_update",
    "projections",
    "single_dot",
    "single_layer_outputs",
    "single_matmul",
    "single_matvec",
    "single_vecdot",
    "single_vecmat",
    "vecdot",
    "vecmat",
]
