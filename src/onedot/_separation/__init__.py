"""Whether a plane separates two classes, with a proof of the answer.

Let z_i = y_i (1, x_i), in d+1 dimensions. The weights w separate if w·z_i > 0 for every i.

**Gordan's theorem** (1873) [1]_: exactly one of these exists: w with w·z_i > 0 for all i; or c >= 0, not all zero,
with sum c_i z_i = 0. Both cannot: then 0 = w·sum c_i z_i = sum c_i (w·z_i) > 0. And one does: let p be the point
of the convex hull of the z_i next to 0. If p = 0, its coefficients are c. Otherwise, for every i and small t > 0,
||p + t(z_i - p)|| >= ||p||, so p·(z_i - p) >= 0, so p·z_i >= p·p > 0, and w = p separates.

**Caratheodory's theorem** (1911) [2]_: at most d+2 of the c_i need be positive. If more than d+2 are, their
vectors (z_i, 1), in d+2 dimensions, are dependent: sum a_i z_i = 0 and sum a_i = 0 for some a that is not 0. Then
c - t a serves as well as c, and at the least t > 0 for which a coefficient of it is 0, one point fewer has one.
So, if every d+2 samples can be separated, all can: that is **Kirchberger's theorem** (1903) [3]_.

Sets whose hulls only touch are not separable: w·z_i > 0 is wanted of every sample.

.. [1] P. Gordan, "Ueber die Aufloesung linearer Gleichungen mit reellen Coefficienten", Math. Ann. 6 (1873), 23-28.
   https://doi.org/10.1007/BF01442864
.. [2] C. Caratheodory, "Ueber den Variabilitaetsbereich der Fourier'schen Konstanten von positiven harmonischen
   Funktionen", Rend. Circ. Mat. Palermo 32 (1911), 193-217. https://doi.org/10.1007/BF03014795
.. [3] P. Kirchberger, "Ueber Tchebychefsche Annaeherungsmethoden", Math. Ann. 57 (1903), 509-540.
   https://doi.org/10.1007/BF01445182
"""

from onedot._separation.certificates import Inseparable, Separable
from onedot._separation.kinds import Certificate, Complete, Overlap, QuasiComplete, Variables
from onedot._separation.search import separability
from onedot._separation.separate import separation

__all__ = [
    "Certificate",
    "Complete",
    "Inseparable",
    "Overlap",
    "QuasiComplete",
    "Separable",
    "Variables",
    "separability",
    "separation",
]
