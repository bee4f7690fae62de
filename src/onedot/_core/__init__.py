"""Products: reading arguments, sharing work among threads, and the faces of the kernels."""
