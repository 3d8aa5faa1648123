"""Every variable that Anru reads. A name that is not here is a slip of the pen, and the doctor says so."""

from __future__ import annotations

import os

KNOWN = frozenset(
    {
        "ANRU_ALLOWED_HOSTS",
        "ANRU_BEHIND_PROXY",
        "ANRU_CHROMIUM",
        "ANRU_DATABASE_URL",
        "ANRU_DATA_DIR",
        "ANRU_DEBUG",
        "ANRU_HOST",
        "ANRU_HSTS_SECONDS",
        "ANRU_LANG",
        "ANRU_OWNER_DATABASE_URL",
        "ANRU_PORT",
        "ANRU_POSTGRES_BIN",
        "ANRU_POSTGRES_USER",
        "ANRU_PRODUCTION",
        "ANRU_PROXY_COUNT",
        "ANRU_PUBLIC_URL",
        "ANRU_SECRET_KEY",
        "ANRU_SECRET_KEY_FALLBACKS",
        "ANRU_SECURE_COOKIES",
        "ANRU_SSL_REDIRECT",
        "ANRU_TRUSTED_ORIGINS",
        "ANRU_WEB_PROCESSES",
        "ANRU_WEB_THREADS",
        "ANRU_WORKER_TASKS",
    }
)


def unknown() -> list[str]:
    """Return the ANRU_ variables of this environment that nothing reads."""
    return sorted(name for name in os.environ if name.startswith("ANRU_") and name not in KNOWN)
