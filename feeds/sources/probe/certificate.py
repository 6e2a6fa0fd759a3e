"""When a certificate ends, read from its DER bytes.

Python's ssl tells nothing of a certificate it did not verify, and the one that has just expired is the one we are asked
about. Only the way to the field is walked; nothing else of the certificate is understood or trusted.
Source: X.509, RFC 5280 §4.1; DER, ITU-T X.690.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

_SEQUENCE: Final = 0x30
_VERSION: Final = 0xA0
_UTC_TIME: Final = 0x17
_GENERALIZED_TIME: Final = 0x18
_BEFORE_VALIDITY: Final = 3
"""Fields of TBSCertificate between version and validity: serial number, signature algorithm, issuer."""


def not_after(der: bytes) -> datetime:
    """Return the instant a certificate ends, aware UTC.

    Raises:
        ValueError: when the bytes are no certificate.
    """
    _, certificate, _ = _element(der, 0, _SEQUENCE)
    _, position, _ = _element(der, certificate, _SEQUENCE)
    tag, _, end = _element(der, position)
    if tag == _VERSION:
        position = end
    for _ in range(_BEFORE_VALIDITY):
        _, _, position = _element(der, position)
    _, validity, _ = _element(der, position, _SEQUENCE)
    _, _, after = _element(der, validity)
    tag, begin, end = _element(der, after)
    return _instant(tag, der[begin:end])


def _instant(tag: int, text: bytes) -> datetime:
    if tag not in {_UTC_TIME, _GENERALIZED_TIME}:
        raise ValueError(f"the certificate's end is no time: tag {tag}")
    try:
        if tag == _UTC_TIME:
            # Two-digit years from 50 on belong to the last century (RFC 5280 §4.1.2.5.1).
            year = int(text[:2])
            text = (b"19" if year >= 50 else b"20") + text
        return datetime.strptime(text.decode("ascii"), "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise ValueError(f"the certificate's end is no time: {error}") from error


def _element(data: bytes, at: int, expected: int | None = None) -> tuple[int, int, int]:
    """Return (tag, begin of content, end of content) of the element at a position."""
    if at + 2 > len(data):
        raise ValueError("the certificate ends too early")
    tag, length, begin = data[at], data[at + 1], at + 2
    if length & 0x80:
        size = length & 0x7F
        if not 1 <= size <= 4 or begin + size > len(data):
            raise ValueError("the certificate has a length that cannot be read")
        length, begin = int.from_bytes(data[begin : begin + size]), begin + size
    if begin + length > len(data) or (expected is not None and tag != expected):
        raise ValueError("these bytes are no certificate")
    return tag, begin, begin + length
