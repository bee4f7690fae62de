"""The corpus as digests: one SHA-256 an operation, one over all, and those that are published.

To publish after adding to `onedot._corpus`: run `onedot verify`, check that every level prints the same
SHA-256, and copy the digests it calls new into `PUBLISHED_BY_OPERATION`. A published digest never changes
short of a major version: the bits are public API.
"""

import hashlib
from collections.abc import Mapping

import numpy as np

from onedot._corpus import OPERATIONS, Draw, Result

__all__ = ["OPERATIONS", "PUBLISHED", "PUBLISHED_BY_OPERATION", "differences", "digest_of", "overall"]

PUBLISHED_BY_OPERATION = {
    "activation float64": "98bd1d2d509be8254f93ad1a55db518ec5ec8759cc314d55aa8015c85c62518f",
    "activation types": "fa0bec750d123d55db92d0345dac2e3ea8500611d4b56284edb04f466a53d79c",
    "batched empty": "e41596e8d980e0e21c61de731670a18ea920f6af0b06241d62fcc03e625de9d2",
    "batched layouts": "2c0924ae40d9302c4a3f6dd36d6a70598e4980bd6775209e295d14daad788cbc",
    "batched out": "9d1b063abc6b875724a4fea433644cd26a3c9ae18aad222bb5193b74c8793fda",
    "batched range": "87f327a2dadc461edb18408cdb1b2c6b8572058991858654a5789af3a52efbb9",
    "batched specials": "6bccdd3b751d862766c5ad2436fcf53e61d3c5da91149dd84de9bdaf4a7d077f",
    "batched types": "4c677f61ff041bd9b6f722dd71610d7dca1f9e9b24cf662116e4c2001b2e50eb",
    "dot bfloat16": "a4d052012acc7d09dc0a8b754be72a171c4da59cc1ed4aa18b6a93f04789164e",
    "dot cancellation": "5cf3309595a611d7a3606cdb84ab884472fcb79d91730d46d286fe55812727b8",
    "dot float16": "2ded6be572884b504fdc2f666798b47226ef1daecdf38757ecd176d1e72fae84",
    "dot float32": "6aa2037835baf32249c9a8d24ca8223c9366292bb74a59a66d10fc7a67fc205c",
    "dot float64": "ec1c579c79cce0c6c32ef2b1cc2ffd9b8a0749c85584cba2454ac1622994562f",
    "dot integer blocks": "21cf65d446543e50c9d060fccb5b887a37193212046068947fc477541fb46afa",
    "dot integers": "36251cab42f9fa273032cd305a44449ae8afd9d9a25c4e60289de9306b6549aa",
    "dot integers and floats": "7b98f478348db66725a7f514a756cdd8278818147a8bf37343c1f75c16a5db6d",
    "dot layouts": "444cbb94014978de9838d8792bad1038de104349ce329b3c4498be1bbc36856f",
    "dot mixed widths": "b23e114384d868b3d522ce69575b360fe6a9d2ef224b3407df8aaad205a37c24",
    "dot range": "af4e6d8fa3e716906cf15ef408bbcfb77c5e45d136f89c80f92c0409a159a842",
    "dot small integers": "c439f56bb573b5fb5a0d984c62012a52b9b4631f6995618136747a448095947f",
    "dot specials": "d739a4fbc07ae1022f483d1bb6f3f1b31523cbb3b266cb917b6234f5cf04a191",
    "exact cancellation": "c91c41ff719bed3ab1359775151c171a84d022a77bae328710948c9d2ab78144",
    "exact dot": "de4c8f47dd58ee1ad3568a2bc17609b84fc7cdf2feacafdc87304f834a369b28",
    "exact halves": "88f75819483a8fb9c6ae31f2329ad3612f7a407fc78df26bdb104ef8e793dc7b",
    "exact matmul": "732898c7c4afb0dc14424def3ff4d798d120ddf02b8e37a82e510e7adee5e496",
    "exact range": "0ed49097940ad19e9a3c9c1f71d6a25af1ffd8ae041625bd51e650a808eff142",
    "exact rows": "93a68646114f658dc7dc1e05ec52fcc618c3ae32ff1344e4b9a47309d58b9336",
    "exact specials": "e8244363c260336f0cc1ad3abfdbb4ffc44615d123c4b2755efa414be3fd01f8",
    "exact ties": "2a5e469564f589738a83069a4189fc952c5ce9939c4025342e56ba438b3fb123",
    "gelu": "3f8080144bfb01ffb8b300b34f7f87c50fbcb9a55332176ab1b24d2826723542",
    "geometry": "1be4f5bb50174aeca93fae54dc83ea3b232988ce87912a895e162334f7508c31",
    "layer float32": "c654a83674107d1ddf546869f7b669110d39ae63c6e2c4d3fbec20ea2a24aed1",
    "layer float64": "875f70d578c4385c73e661a8633ad395bb875cefc4aacdeadbd00ddb5fbe4ab2",
    "leaky_relu": "ee04542d4de9004aed63c3e7640cb88dbec981f232a3df10769ac66ba26e0801",
    "log_softmax": "e428e1a3f3fcbc37b3478c87ecc7eff921f87db487f6321c27a1f3cd880d8bb3",
    "logistic lbfgs": "a805cc45971324138ad7aa4196679c2d29aca1c2b485662cf4f9d7e8cf021514",
    "logistic newton": "d5c621ff34b3de76fa10e151184ec623f7be36abd2198010ba1755ee7db8b260",
    "logistic unpenalised": "b5a39111915064a11381b08fc36e08bac944e8bdc05e5514d317271e009bb9ab",
    "logit and log_expit": "91891259a145bab43b44429d1711e03074eb103ce99ac2b1b779f23cd33c457e",
    "matmul float32": "39738276a3975a017db71caa0e814cde8cfdb5e2886c7126fb703f04445a07d9",
    "matmul float64": "d6d2bde65ecc3a72b7839d380064aa1f7404bda2dd3f604a0280468bb121171a",
    "matmul layouts and types": "4a87d5805cd0d37ff0677928bc173ed3aba7624a9745a7e1ce4df10612732996",
    "matvec float32": "cfae72128f23e9a37f48ce93ba116de780a3675e7e8d23b90f51ed124cc76aef",
    "matvec float64": "375ba6de5ea02b575c4d41617989ffdea2ab089078d15532e61ce81100448343",
    "narrow layouts": "225670f5a2349d017b0dbd7d75cc11eb602dfb6747e1bd203836032900e2f8e2",
    "narrow threads": "39b44e3a322c6abf8b822365cdbee95b757e342079a6c5e7a7bd200147c527db",
    "perceptron epoch float32": "3406a8af216316f07f6f401c840a852cd869a115b0654f475a5655b7015ccf63",
    "perceptron epoch float64": "4a7fc5f461045a63fdbad08d0ba169693391fd5f437855c8f8c1c38fe31e5a85",
    "perceptron fit float32": "6ec3d4a662a364f0ee05a6c3f05efbda96fc5533659a018a808f4c1ec3d6e635",
    "perceptron fit float64": "efc3e2104c0e0f0eb6558769f9ecca1845403c0582bccefec8630710686fa160",
    "perceptron joint float32": "63f70aa27383be9e31e327cf63eacccbcd6fa01fa463882c3d007e230522b761",
    "perceptron joint float64": "99bb6714ec6f125a8a81a5e98a76f4862e71e719f016507e89f01564205f845b",
    "perceptron orders": "33698328a66aa7142baedc9a93c84918b5e42573f951ca197249aedc2b932c84",
    "perceptron update float32": "272c0870917e19c8e00940ef72fc8a80c3b230f3ca6f003771d252f70c3bc364",
    "perceptron update float64": "01dfd10ba0b1fe34e9cdf89abcacc8ccce027f69ebd63fae9962b8e2d6274d1f",
    "rows at the ends of int64": "89d49be7b49afd1a94296c5a674dd9775dcc1dab7ff97cb9c7942c527e901d2a",
    "rows bfloat16": "0a10860dcc8d19c1cbe4840672b50842a3fb72ad06456f7b8daf8e9060e62081",
    "rows float16": "d0380c7575dfd8132febec3593ccc01b04d2561bd54d43fcf84991b54bef78ae",
    "rows of integers": "d0b13b9a389ff7d3e408a6aed8447c93bc1ecaa499fff4f27cf2ce5ebd3e1663",
    "rows of special halves": "5f1ed332ad9e8544da2559f89d15f2cb9fa8bf36cfaaafa329a61f5f067a1dff",
    "search": "de4062f02a157eabb270eddafeaacb92385db8855b5b888532e36b7d8c6a4212",
    "silu": "b6bfa93a6ea78f0171a629f7dd8e2825a070a1833f98671d0dca317554f14ec2",
    "single dot": "a1602110281bc233a1cc0bac92bef3f1d225027b9a0798c479f655c1a0ee0b8f",
    "single layers": "8a96904c358c934b6608b8c7277f1c6c431a95f081c54340547d422e69083bd0",
    "single products": "5141330380e6042bcbde020531a34e9a36837200958073886a26f1c9cbcae975",
    "single range": "dac3ba03615a6b0659df068ff229597afa824c3476b31a883e518d9bb60340c8",
    "single rows": "b1d547dbf581618c9b06738b04fdb599deaf7e27c524b49e95e353cc5b021bf2",
    "single specials": "187af3f852d0718a5cdfc0117c158f71afa1c0075bb86c8d29bd8739fe1a95ce",
    "single ties": "816dfd55ce12c5fd2c57a7c775693e79ae153b801e84c9c0a541b2fec1ec91e3",
    "softmax": "ee509c57ace0296d96b6d049b46f2ed8a84261e210d7a2a43489e1b3c2339a64",
    "sparse float32 int32": "0945a7502255e7dee71f19d507e930210dd75d43267939833d769a640c4c69cf",
    "sparse float64 int32": "8b328f2f2175c981d410c6f0db9726a5e84d4925034e67b9318bb48961abb22d",
    "sparse float64 int64": "5b2dba51feda9cf41241d61f918f61c222a7fd903eac8c64d592af0ff84b0bae",
    "sparse integers": "0c52e10076d43b9d2eaf4b7a9b3c4f546ad6f30315b675cff0b2b8d4bae7989a",
    "units": "1027dcada0ba108b7f21210b999a87f1f7940ead628e99490fbf5ff976f3abd7",
    "vecdot along an axis": "7ded6789f1eed6b8b1efccdadd60e0b25c2b7ba185ad6d3996ac43cfb574e1ec",
    "vecdot float32": "99d6c20f1cc8d91521a654e12eecf0ef392f307d106288027d7c0c5ddf6c9f67",
    "vecdot float64": "f3a7fd706ea8956f60231fc36d5060c4cb931915dee6ab7370306ae15e37bd5b",
    "vecmat float32": "288d5b796ddab385767f40c09bd2d1ba7a0c72cd20ff80fbe2eb492cdabd0e71",
    "vecmat float64": "10b068e08027f450ef7c9318a1a336b4440d381191cfaa0c91d8f29554223794",
}

NAN = bytes.fromhex("000000000000f87f")


def digest_of(name: str) -> str:
    """The SHA-256 of the results of one operation of the corpus, run at the level in use."""
    sha = hashlib.sha256()
    with np.errstate(all="ignore"):  # the corpus overflows on purpose
        for result in OPERATIONS[name](Draw(name)):
            sha.update(encode(result))
    return sha.hexdigest()


def encode(result: Result) -> bytes:
    """A result as bytes: floats little-endian, integers in decimal, every NaN alike, as payloads are not promised."""
    if isinstance(result, float):
        return b"float " + (NAN if np.isnan(result) else np.array(result, "<f8").tobytes())
    if isinstance(result, int):
        return f"int {result}\n".encode()
    v = np.where(np.isnan(result), result.dtype.type("nan"), result) if result.dtype.kind == "f" else result
    return f"{v.dtype.name} {v.shape} ".encode() + v.astype(v.dtype.newbyteorder("<")).tobytes()


def overall(by_operation: Mapping[str, str]) -> str:
    """The SHA-256 over the names of operations and their digests, in the order of the names."""
    lines = [f"{name} {by_operation[name]}\n" for name in sorted(by_operation)]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def differences(by_operation: Mapping[str, str]) -> list[str]:
    """The names of the operations whose digest is not the published one, or that have only one of the two."""
    names = sorted(by_operation.keys() | PUBLISHED_BY_OPERATION.keys())
    return [name for name in names if by_operation.get(name) != PUBLISHED_BY_OPERATION.get(name)]


PUBLISHED = overall(PUBLISHED_BY_OPERATION)
"""The SHA-256 of the whole corpus, the same at every level and on every machine."""
