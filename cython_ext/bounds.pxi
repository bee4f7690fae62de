# The bounds of onedot.geometry: a sum or a square within them lost nothing, and needs no powers of two.

cdef double FAINT = 2.0 ** -500
cdef double GREAT = 2.0 ** 500
cdef double LEAST_SQUARE = 2.0 ** -480
cdef double GREATEST_SQUARE = 2.0 ** 480
