"""Learning: rows as kernels read them, epochs over them, fits, and the certificates of what they found."""
