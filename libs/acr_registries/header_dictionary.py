"""What the header's elements and form rules mean, for people. Decides nothing: the models do.

Elements of the header are described once for all registries, those of `programspecificdata` by each.
"""

import functools
from collections.abc import Mapping

import acr_registries
from acr_registries.elements import ELEMENTS_FOLDER, FormText, read_form_file
from acr_registries.header import DartHeader
from acr_registries.registry import Registry

HEADER_FOLDER, HEADER_ELEMENTS_FILE = "header_elements", "header.toml"
PROGRAM_ELEMENTS_FILE = "program.toml"

# The rules about the form of body and header that every registry shares; each refuses the submission
# at the door, but HEADER-120, which warns. Those across elements, HEADER-201 and so on, are rules as any
# other.
HEADER_FORM_RULES: Mapping[str, str] = {
    "JSON-101": "The body is empty.",
    "JSON-102": "The body is not encoded as UTF-8.",
    "JSON-103": "The body is no JSON text.",
    "JSON-104": "An object has a member twice.",
    "JSON-105": "A string or name holds the character NUL.",
    "JSON-106": "A string or name holds half of a surrogate pair.",
    "JSON-107": "A number is beyond the range of a double, or too long.",
    "JSON-108": "NaN or Infinity, which are not JSON.",
    "JSON-109": "Objects and arrays are nested too deep.",
    "HEADER-101": "A required element of the header, or the payload, is missing.",
    "HEADER-102": "An element has the wrong type.",
    "HEADER-103": "An element is empty.",
    "HEADER-104": "A text is too long.",
    "HEADER-105": "A value is not among the codes of its element.",
    "HEADER-106": "A number held as a string is no number, or has the wrong count of digits.",
    "HEADER-107": "The record's id is no GUID.",
    "HEADER-108": "A date and time is none of RFC 3339, or has no zone.",
    "HEADER-109": "The version number is no whole number from 1 on.",
    "HEADER-110": "An element is there twice, in other letter case.",
    "HEADER-111": "An element disagrees with the address of the request.",
    "HEADER-112": "A text holds a control character or line break.",
    "HEADER-113": "A number lies outside its limits.",
    "HEADER-114": "There is no contract version of this name.",
    "HEADER-120": "An element is not part of the contract; it is kept, but not used.",
}


@functools.cache
def header_text() -> FormText:
    """Read what the header's elements are.

    Raises:
        BadDeclaration: if the file says something that no element has.
    """
    forms = read_form_file(acr_registries.__name__, HEADER_FOLDER, HEADER_ELEMENTS_FILE)
    return forms[DartHeader.__name__]


def program_text(registry: Registry) -> FormText:
    """Read what the elements of a registry's `programspecificdata` are; none, if it says nothing.

    Raises:
        BadDeclaration: if the file says something that no element has.
    """
    forms = read_form_file(registry.package, ELEMENTS_FOLDER, PROGRAM_ELEMENTS_FILE)
    return next(iter(forms.values()), FormText("", {}))
