"""Which of the idioms found stand, where they overlap."""

from __future__ import annotations

from .record import Match


def _made_of(one: Match, ending: dict[int, list[Match]]) -> bool:
    """Is every step of a match in some smaller idiom inside it? Then those are shown, and it joins them."""
    covered: set[int] = set()
    for member in one.members:
        for other in ending.get(member, ()):
            if other.members < one.members:
                covered |= other.members
    return covered == one.members


def settle(found: list[Match]) -> list[Match]:
    """Of matches that overlap the largest is kept; those inside it become its parts."""
    one_each: dict[tuple[str, int], Match] = {}
    for one in found:
        key = one.name, one.root
        if key not in one_each or len(one.members) > len(one_each[key].members):
            one_each[key] = one
    ending: dict[int, list[Match]] = {}
    for one in one_each.values():
        if not one.idiom.joined and not one.idiom.inner:
            ending.setdefault(one.root, []).append(one)
    joined = [one for one in one_each.values() if one.idiom.joined and _made_of(one, ending)]
    spanning = {(one.name, one.root) for one in joined}
    shown = [one for key, one in one_each.items() if key not in spanning]
    shown.sort(key=lambda one: (-len(one.members), one.idiom.inner, -one.idiom.specific, -one.root))
    kept: list[Match] = []
    owner: dict[int, int] = {}
    inside: dict[int, list[Match]] = {}
    for one in shown:
        owners = {owner.get(member) for member in one.members}
        if owners == {None}:
            if not one.idiom.inner:
                owner.update(dict.fromkeys(one.members, len(kept)))
                kept.append(one)
        elif len(owners) == 1:
            (place,) = owners
            assert place is not None
            if one.root != kept[place].root:
                inside.setdefault(place, []).append(one)
    whole = [one._replace(parts=tuple(settle(inside.get(place, [])))) for place, one in enumerate(kept)]
    whole += [one._replace(joined=True) for one in joined]
    return sorted(whole, key=lambda one: (one.root, one.joined, len(one.members)))
