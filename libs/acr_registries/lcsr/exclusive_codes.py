"""Which codes of lists with several values stand alone, from the code lists. It judges nothing."""

import functools

from acr_registries.elements import read_code_lists, read_forms

PACKAGE = "acr_registries.lcsr"


@functools.cache
def read_exclusive_codes() -> tuple[tuple[str, frozenset[str]], ...]:
    """Give the attributes of an exam whose code list has such codes, with these codes."""
    lists = read_code_lists(PACKAGE)
    alone = {
        name: frozenset(each.code for each in codes.codes if each.exclusive)
        for name, codes in lists.items()
    }
    return tuple(
        (element.attribute, alone[element.codes])
        for element in read_forms(PACKAGE)["Exam"].elements.values()
        if element.codes and alone[element.codes]
    )
