# The table of kernels that calls go to. Another thread may change the level at any moment, even between two lines that
# ask for it, so there is always one: a call that a change overtakes ends with the old kernels or the new.

from cpython.pycapsule cimport PyCapsule_GetPointer

from onedot.levels.table import LEVELS

cdef const KernelTable *current_table = NULL


cdef inline const KernelTable *kernels() noexcept nogil:
    return load_table(&current_table)


cdef bint use_table(object module) except -1:
    """Call the kernels of this level from now on; in place of the reference, which has no table, the baseline's.

    Returns whether it has one.
    """
    table = getattr(module, "table", None)
    usable = levels.kernels(LEVELS[0].name).table if table is None else table
    store_table(&current_table, <const KernelTable *> PyCapsule_GetPointer(usable, "onedot.KernelTable"))
    return table is not None
