"""Networks that others trained, as the layers that compute the same."""

from onedot._importers.affine import Dense
from onedot._importers.from_onnx import dense_of_onnx
from onedot._importers.from_sklearn import dense_of_sklearn

__all__ = ["Dense", "dense_of_onnx", "dense_of_sklearn"]
