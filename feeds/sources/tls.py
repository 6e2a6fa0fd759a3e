"""TLS for sources: certificates and names are always verified, by the system's authorities or one of one's own."""

from __future__ import annotations

import ssl
from pathlib import Path

from feeds.errors import SourceError


def tls_context(ca_file: str, config_dir: Path) -> ssl.SSLContext:
    """Return a context that verifies certificates and names.

    Args:
        ca_file: an authority's certificates (PEM), under `config_dir` or absolute; "" for the system's.
        config_dir: where relative files begin.

    Raises:
        SourceError: when the file cannot be used.
    """
    try:
        return ssl.create_default_context(cafile=str(config_dir / ca_file) if ca_file else None)
    except (OSError, ssl.SSLError) as error:
        raise SourceError(
            f"Không đọc được tệp chứng thư {ca_file}: {error}.",
            f"The file of certificates {ca_file} cannot be used: {error}.",
        ) from error
