"""Calls made of arbitrary bytes: every level makes the same of them, number or error, and believes no lies."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("scipy")
pytest.importorskip("sklearn")

from support.fuzz.fuzzers import FUZZERS, LENGTH


@pytest.mark.parametrize("name", FUZZERS)
def test_every_level_makes_the_same_of_any_bytes(name):
    @settings(max_examples=250)
    @given(st.binary(min_size=8, max_size=LENGTH))
    def check(data):
        FUZZERS[name](data)

    check()


def sparse(size, **places):
    """So many bytes, all but those 0."""
    return bytes(places.get(f"at{i}", 0) for i in range(size))


# What was found, and what looks as if it might find something.
ANY = (b"", b"\0" * 64, b"\xff" * 64, bytes(range(64)), bytes(range(128)), bytes(range(255, 191, -1)))
CSR_OVERFLOW = bytes.fromhex(
    "f15cba40baaf90ddc52d73d410d9090f5b0aca5addaa59601da3f88d4a8fa94a"
    "aac87696269e763dbdc340cab2468c425858ce20b36264643d95fba9b7a4b2d1"
)
FOUND = {
    "calls": {"CSR whose sums overflow": CSR_OVERFLOW},
    "forged": {
        "the weights of a fit that say they are more": sparse(65, at7=13, at24=23, at25=136, at31=219, at64=42),
        "a matrix of one row that is said to be more": bytes.fromhex(
            "2f527aa158e89feb31de0c861f24ef971b104670d6316f65a48b09eb51622cadfd812ebb843d27d4aa237ef1f416ef70"
            "ae30c2075f503f8a39766b8e1cddcf7a33357610d76b028ca4588b8bd83830191891da16462bcdd6984ac1e4ae77c880"
            "ff0706d546763447132dad0462b0f30d04cf2789e42b7491dbd35de1f26a6ad4"
        ),
        "an array that calls itself a list without end": bytes.fromhex(
            "1c10e45041b4992e4d350467a6e142e9531c0dafe45a05e045afaf2512608a519930b7aa14b3a55e3a7dc359b46467e8"
            "d78077fb1e69842746eed34f7122b5c912bc"
        ),
        "a matrix that says it is longer": sparse(93, at24=196, at27=191, at29=188, at30=198, at92=74),
        "a matrix that says it is sparse when asked again": bytes.fromhex(
            "2ac22d726ed51a63e11c9d76c0e07e07339857565dc660d202a3566d019a8027e1fef18905b485507bb0b49af873daaa"
            "02e0cd6c74145182895e2f926e39c2da773ac7e28ec381fd73ed45b6bdfbbf7412f85047e35c757a3c074b813ee37cc1"
            "dedd5257387eb972908e14f9cdbcc806735b4193de2908ea8f0ae0253334a16b"
        ),
        "rows that say they are others": sparse(86, at3=134, at7=29, at24=231, at25=223, at26=144, at84=226, at85=70),
    },
    "objects": {
        "a number of features that lies": bytes.fromhex("2c25a0aa6445634ce91358896882"),
        "a bias of fewer elements than units": sparse(65, at2=67, at59=231, at64=178),
        "mistakes that are complex numbers": bytes.fromhex(
            "b9752507b89caac55aedfda825f9bd8d6eee5758be5e3a1412922467175b1636a1fa16e3afed7ae944b36cf658ef44af"
            "a209d51136bd60041f68408cd3ef64bad63c3133957eb7b4e7db41e54531970c6d789c75bcb37176140b628c0082fd63"
            "7d5908a48171a806e5a8aae53d104220faa718374762f7626b0d840b19f65dfa"
        ),
    },
    "csr": {
        "data that is a tuple": bytes.fromhex(
            "a83a572abd24b81f2cefbd62627c90a15491d4e6311e138ae7cd686cf83e27e8fdc60fcccc65d826fedf02604b5c20f0"
            "442551187d9d4e653a01f7774599d49c790ea4b7df1ebdd7c37cf346b2d229959a7cdc40f699d14ed17b03dc01b1ebcd"
            "e4c242768e8050b1488bfc1cd7fcef908892fb2feb44da2aad9dcfb9a86e9d18"
        ),
        "a matrix of no columns": bytes.fromhex(
            "6e83518c81f3d063ec0b693d09f8e535abd96760249bf6d84094a0f17bafe02c801f9258be00dac4be7d4a41c0febbd4"
            "73b7edfaa79172d187d620551cc41b1693958b98c8b1039593e1456bd302e521f86db5c5ea5e6516588d444ffc0b3703"
            "f92addd1a25b1351737c051fa210102fde28b428f9a6a87d5a3a131c604564dd"
        ),
        "data that is no array": sparse(83, at0=25, at1=174, at55=12, at80=57, at82=12),
        "more data than indices": sparse(84, at0=178, at1=225, at81=188, at83=184),
        "an empty indptr": sparse(84, at55=143, at80=8, at82=64, at83=88),
        "parts on which SciPy runs out of memory": sparse(
            89, at0=18, at1=169, at3=238, at9=235, at29=96, at30=49, at55=218, at81=65, at83=243, at86=198, at88=5
        ),
    },
    "logistic": {
        "weights that are a number": bytes.fromhex(
            "ede1de7cd8def83c619d58387f03ad72591e41e88ebc0a4b10d3df9442e17c933ec6c90ebe9b351a409c09fd4ac18657"
            "cae7d175fbe9d9d34955fbf7e4171f9354a72b8a5a5c92c53cf0acb172ce6f0155108352295215789b29ff276d9a039d"
            "08e566179621db8f0596048c3d82df3ecf6c618c0954c4957358125a43367277"
        ),
        "classes of another length": bytes.fromhex(
            "453a04f8e93aca2e29f1efe36d01cb0f00db42f546f57618cdf3b0e50ad69665943d6dabe03c3dd8b87548b663625735"
            "84dbea8ecfb46e517f0e705781e2a655e1639fea6bcb9e3728e4700f586b8d3b1944f51f0e465bc62ce3b533c4535510"
            "902ad6820c6d2b4492bc465a29310a27d64e77f1996d9c95ca37a2ada48e2eff"
        ),
    },
}
CASES = [pytest.param(name, data, id=f"{name}: {what}") for name, each in FOUND.items() for what, data in each.items()]


@pytest.mark.parametrize(("name", "data"), CASES)
def test_what_was_found_stays_mended(name, data):
    FUZZERS[name](data)


@pytest.mark.parametrize("data", ANY, ids=lambda data: f"{len(data)} bytes from {data[:1].hex()}")
@pytest.mark.parametrize("name", FUZZERS)
def test_plain_bytes_make_calls(name, data):
    FUZZERS[name](data)
