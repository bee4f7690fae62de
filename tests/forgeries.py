"""Arrays that are not what they say they are."""

import numpy as np

__all__ = ["Lying", "lying"]


class Lying(np.ndarray):
    """An array that tells whoever asks for its shape what it was given as `says`."""

    says = ()

    @property
    def shape(self):
        return self.says

    @property
    def ndim(self):
        return len(self.says)

    @property
    def size(self):
        return int(np.prod(self.says))

    def __len__(self):
        return self.says[0]


def lying(v, *says):
    """v, which says of itself that it has another shape."""
    forged = np.asarray(v).view(Lying)
    forged.says = says
    return forged
