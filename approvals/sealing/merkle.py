"""Merkle trees as RFC 6962 draws them: many leaves under one root, and short proofs about both.

A leaf is SHA-256(0x00 ‖ data), a node SHA-256(0x01 ‖ left ‖ right), and a tree of n leaves splits at the largest power
of two below n. Pairing neighbours level by level and lifting a last one without a neighbour draws the same tree.
"""

from collections.abc import Sequence
from hashlib import sha256

EMPTY = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes."""
    level = list(leaves)
    while len(level) > 1:
        level = _above(level)
    return level[0] if level else EMPTY


def _above(level: list[bytes]) -> list[bytes]:
    paired = [
        sha256(b"\x01" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)
    ]
    if len(level) % 2:
        paired.append(level[-1])
    return paired


def levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """Every level of the tree, from the leaves up to the root."""
    drawn = [list(leaves)]
    while len(drawn[-1]) > 1:
        drawn.append(_above(drawn[-1]))
    return drawn


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The neighbours met on the way from leaf ``index`` up to the root (RFC 6962 §2.1.1)."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"there is no leaf {index} among {len(leaves)}")
    proof = []
    for level in levels(leaves)[:-1]:
        if index ^ 1 < len(level):
            proof.append(level[index ^ 1])
        index >>= 1
    return proof


def includes(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows that the tree of that size and root has this leaf there (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    last, found = size - 1, leaf
    for neighbour in proof:
        if last == 0:
            return False
        if index & 1 or index == last:
            found = node_hash(neighbour, found)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            found = node_hash(found, neighbour)
        index, last = index >> 1, last >> 1
    return last == 0 and found == root


def consistency_proof(leaves: Sequence[bytes], earlier: int) -> list[bytes]:
    """What shows that the first ``earlier`` leaves were there before the others came (RFC 6962 §2.1.2)."""
    if not 0 < earlier <= len(leaves):
        raise IndexError(f"a tree of {len(leaves)} leaves never had {earlier}")
    drawn = levels(leaves)
    low, high, whole, proof = 0, len(leaves), True, []
    while earlier != high - low:
        half = (high - low - 1).bit_length() - 1
        if earlier <= 1 << half:
            proof.append(drawn[half][(low >> half) + 1])
            high = low + (1 << half)
        else:
            proof.append(drawn[half][low >> half])
            low, earlier, whole = low + (1 << half), earlier - (1 << half), False
    if not whole:
        height = (high - low - 1).bit_length()
        proof.append(drawn[height][low >> height])
    return proof[::-1]


def extends(*, earlier: int, earlier_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the later tree begins with the earlier one (RFC 9162 §2.1.4.2)."""
    if not 0 < earlier <= size:
        return False
    if earlier == size:
        return not proof and earlier_root == root
    path = [earlier_root, *proof] if earlier & (earlier - 1) == 0 else list(proof)
    index, last = earlier - 1, size - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    if not path:
        return False
    then = now = path[0]
    for neighbour in path[1:]:
        if last == 0:
            return False
        if index & 1 or index == last:
            then, now = node_hash(neighbour, then), node_hash(neighbour, now)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            now = node_hash(now, neighbour)
        index, last = index >> 1, last >> 1
    return last == 0 and then == earlier_root and now == root
