# Which dtype of kernel_table.pxd an array has, and an integer of 192 bits as Python's.

from onedot._core.arrays import is_bfloat16

cdef extern from "numpy/arrayobject.h":
    enum: NPY_HALF
    enum: NPY_USERDEF

cdef int bfloat16_number = -1  # NumPy numbers dtypes of other packages in the order in which they register


cdef inline int dtype_of_number(int number):
    """The dtype with a number of NumPy's own; `long` is of 32 or 64 bits."""
    if number == cnp.NPY_DOUBLE:
        return FLOAT64
    if number == cnp.NPY_FLOAT:
        return FLOAT32
    if number == NPY_HALF:
        return FLOAT16
    if number == cnp.NPY_BOOL:
        return BOOL
    if number == cnp.NPY_BYTE:
        return INT8
    if number == cnp.NPY_UBYTE:
        return UINT8
    if number == cnp.NPY_SHORT:
        return INT16
    if number == cnp.NPY_USHORT:
        return UINT16
    if number == cnp.NPY_INT or number == cnp.NPY_LONG and sizeof(long) == 4:
        return INT32
    if number == cnp.NPY_UINT or number == cnp.NPY_ULONG and sizeof(long) == 4:
        return UINT32
    if number == cnp.NPY_LONG or number == cnp.NPY_LONGLONG:
        return INT64
    if number == cnp.NPY_ULONG or number == cnp.NPY_ULONGLONG:
        return UINT64
    return NO_DTYPE


cdef int foreign_dtype(cnp.ndarray array):
    """BFLOAT16 if NumPy gave this number to ml_dtypes' bfloat16, otherwise NO_DTYPE."""
    if not is_bfloat16(array.dtype):
        return NO_DTYPE
    store_int(&bfloat16_number, cnp.PyArray_TYPE(array))
    return BFLOAT16


cdef inline int dtype_of(cnp.ndarray array):
    """The dtype of an array that kernels can read where it lies, otherwise NO_DTYPE."""
    cdef int number = cnp.PyArray_TYPE(array)
    if not cnp.PyArray_ISNOTSWAPPED(array):
        return NO_DTYPE
    if number == load_int(&bfloat16_number):
        return BFLOAT16
    return dtype_of_number(number) if number < NPY_USERDEF else foreign_dtype(array)


cdef inline int dtype_in_any_order(cnp.ndarray array):
    """The same, whatever the order of its bytes."""
    if cnp.PyArray_ISNOTSWAPPED(array):
        return dtype_of(array)
    return dtype_of_number(cnp.PyArray_TYPE(array))


cdef inline object python_int(const int192 *v):
    if fits_int64(v):
        return <int64_t> v.low
    return (<object> v.high << 128) + (<object> v.middle << 64) + v.low
