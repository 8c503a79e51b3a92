"""The tree against published values, a plain reading of RFC 6962, and proofs that are bent."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.sealing import merkle

# The inputs and roots of the reference tests of Certificate Transparency.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [merkle.leaf_hash(bytes.fromhex(text)) for text in INPUTS]
INCLUSION_OF_SIX_IN_EIGHT = [
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]
CONSISTENCY_OF_SIX_AND_EIGHT = [
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]
sizes = st.integers(min_value=1, max_value=300)


def some_leaves(count):
    return [merkle.leaf_hash(number.to_bytes(4)) for number in range(count)]


def by_the_book(leaves):
    """RFC 6962 §2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return merkle.node_hash(by_the_book(leaves[:half]), by_the_book(leaves[half:]))


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_certificate_transparency(size):
    assert merkle.root(LEAVES[:size]).hex() == ROOTS[size]


def test_proofs_are_those_of_certificate_transparency():
    assert [node.hex() for node in merkle.inclusion_proof(LEAVES, 5)] == INCLUSION_OF_SIX_IN_EIGHT
    assert [node.hex() for node in merkle.consistency_proof(LEAVES, 6)] == CONSISTENCY_OF_SIX_AND_EIGHT


@given(sizes)
def test_the_tree_splits_at_the_largest_power_of_two(size):
    assert merkle.root(some_leaves(size)) == by_the_book(some_leaves(size))


@given(sizes, st.data())
def test_every_leaf_can_be_proven_and_no_other_in_its_place(size, data):
    leaves = some_leaves(size)
    index = data.draw(st.integers(0, size - 1))
    proof, root = merkle.inclusion_proof(leaves, index), merkle.root(leaves)
    claim = {"index": index, "size": size, "proof": proof, "root": root}
    assert merkle.includes(leaf=leaves[index], **claim)
    assert not merkle.includes(leaf=merkle.leaf_hash(b"another"), **claim)
    assert not merkle.includes(leaf=leaves[index], **claim | {"index": size})
    assert not merkle.includes(leaf=leaves[index], **claim | {"proof": [*proof, root]})
    if size > 1:
        elsewhere = data.draw(st.integers(0, size - 1).filter(lambda other: other != index))
        assert not merkle.includes(leaf=leaves[index], **claim | {"index": elsewhere})
        assert not merkle.includes(leaf=leaves[index], **claim | {"proof": proof[:-1]})


@given(sizes, st.data())
@settings(max_examples=60)
def test_a_grown_tree_can_be_proven_to_begin_with_the_smaller_one(size, data):
    leaves = some_leaves(size)
    earlier = data.draw(st.integers(1, size))
    proof = merkle.consistency_proof(leaves, earlier)
    claim = {
        "earlier": earlier,
        "earlier_root": merkle.root(leaves[:earlier]),
        "size": size,
        "root": merkle.root(leaves),
        "proof": proof,
    }
    assert merkle.extends(**claim)
    assert not merkle.extends(**claim | {"earlier_root": merkle.root([*leaves[: earlier - 1], b"x" * 32])})
    assert not merkle.extends(**claim | {"root": merkle.root([*leaves, b"x" * 32])})
    assert not merkle.extends(**claim | {"proof": [*proof, merkle.EMPTY]})
    assert not merkle.extends(**claim | {"earlier": 0})


def test_a_leaf_cannot_pass_for_a_node():
    left, right = some_leaves(2)
    assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)


def test_proofs_of_what_is_not_there_are_refused():
    with pytest.raises(IndexError):
        merkle.inclusion_proof(LEAVES, 8)
    with pytest.raises(IndexError):
        merkle.consistency_proof(LEAVES, 9)


def test_a_hundred_thousand_leaves_need_no_recursion():
    leaves = [sha256(number.to_bytes(4)).digest() for number in range(100_000)]
    proof = merkle.inclusion_proof(leaves, 77_777)
    assert len(proof) == 17
    assert merkle.includes(
        leaf=leaves[77_777], index=77_777, size=100_000, proof=proof, root=merkle.root(leaves)
    )
