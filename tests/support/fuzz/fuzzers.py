"""Calls of the public API made of arbitrary bytes, and what every level makes of them. A fuzzer chooses the bytes.

calls    functions and arrays of every type and layout
forged   arrays whose attributes lie
objects  layers, planes, fits, estimators and model files whose fields were changed
csr      CSR matrices whose parts do not fit each other
logistic logistic regression and separation of all of these
search   searches among rows, and files of an index
"""

from support.fuzz import calls, csr, forged, logistic, objects, search

LENGTH = 128  # bytes a call
FUZZERS = {
    "calls": calls.check,
    "forged": forged.check,
    "objects": objects.check,
    "csr": csr.check,
    "logistic": logistic.check,
    "search": search.check,
}
