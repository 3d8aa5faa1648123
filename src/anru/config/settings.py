"""Settings, read from the environment and secure by default.

Every name that begins with ANRU_ is documented in docs/operations.md. A production start is refused by
`anru check-production` when one of them makes it unsafe.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from anru.rulebook.book import current_parameters

env = environ.Env()
SOURCE = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("ANRU_DATA_DIR", default=str(SOURCE.parent.parent / "var"))).resolve()
PRODUCTION = env.bool("ANRU_PRODUCTION", default=False)
DEBUG = env.bool("ANRU_DEBUG", default=False)


def _secret_key() -> str:
    """Return the key from the environment, or the one that the first start made and keeps in the data folder."""
    given: str = env.str("ANRU_SECRET_KEY", default="")
    if given:
        return given
    kept = DATA_DIR / "secret_key"
    if not kept.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        fresh = kept.with_suffix(f".{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(64))
        # Two first starts at the same moment: one key wins and both use it.
        with suppress(FileExistsError):
            kept.hardlink_to(fresh)
        fresh.unlink()
    return kept.read_text()


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS: list[str] = env.list("ANRU_SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS: list[str] = env.list("ANRU_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("ANRU_TRUSTED_ORIGINS", default=[])
PUBLIC_URL = env.str("ANRU_PUBLIC_URL", default="")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "pgtrigger",
    "template_partials",
    "procrastinate.contrib.django",
    "anru.ledger",
    "anru.accounts",
    "anru.jobs",
    "anru.registry",
    "anru.evidence",
    "anru.campaigns",
    "anru.inbox",
    "anru.reports",
    "anru.web.shell",
    "anru.web.live",
    "anru.ops",
    "anru.config",
]

MIDDLEWARE = [
    "anru.web.shell.middleware.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "anru.web.accounts.language.PersonLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "anru.web.accounts.middleware.ActorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "anru.config.urls"
WSGI_APPLICATION = "anru.config.wsgi.application"
ASGI_APPLICATION = "anru.config.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [
            SOURCE / "web" / noun / "templates"
            for noun in (
                "accounts",
                "registry",
                "evidence",
                "campaigns",
                "reviews",
                "cockpit",
                "inbox",
                "jobs",
                "ledger",
            )
        ],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "anru.web.shell.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "template_partials.templatetags.partials",
                "anru.web.shell.templatetags.shell",
                "anru.web.shell.templatetags.pages",
            ],
        },
    }
]

RUNTIME_ROLE = "anru_runtime"


def _database(url: str, *, runtime: bool) -> dict[str, Any]:
    """Return one connection. The runtime one drops to the role that row-level security binds."""
    database: dict[str, Any] = dict(env.db_url_config(url))
    database["CONN_MAX_AGE"] = 60 if runtime else 0
    database["CONN_HEALTH_CHECKS"] = True
    options: dict[str, Any] = dict(database.get("OPTIONS", {}))
    if runtime:
        options["assume_role"] = RUNTIME_ROLE
        options["options"] = (
            "-c statement_timeout=30s -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s -c jit=off"
        )
    database["OPTIONS"] = options
    return database


DATABASE_URL = env.str("ANRU_DATABASE_URL", default="postgres://anru_app@/anru?host=/nonexistent")
OWNER_DATABASE_URL = env.str("ANRU_OWNER_DATABASE_URL", default=DATABASE_URL)
DATABASES = {
    "default": _database(DATABASE_URL, runtime=True),
    "owner": _database(OWNER_DATABASE_URL, runtime=False),
}
DATABASES["default"]["ATOMIC_REQUESTS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ANRU_APPEND_ONLY_TABLES = ["ledger_entry"]
ANRU_READ_ONLY_TABLES = ["ledger_head", "campaigns_tally"]

CURRENT = current_parameters()

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "anru.accounts.passwords.LongEnough",
        "OPTIONS": {"min_length": CURRENT.integer("account.password.min_length")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "todo:home"
LOGOUT_REDIRECT_URL = "accounts:login"
AXES_FAILURE_LIMIT = CURRENT.integer("account.login.guesses_per_account")
AXES_COOLOFF_TIME = CURRENT.minutes("account.login.lockout_minutes")
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_HTTP_RESPONSE_CODE = 429
AXES_LOCKOUT_CALLABLE = "anru.web.accounts.lockout.locked_out"
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True
AXES_IPWARE_PROXY_COUNT = env.int("ANRU_PROXY_COUNT", default=0)
OTP_TOTP_ISSUER = "Anru"

SECURE_COOKIES = env.bool("ANRU_SECURE_COOKIES", default=PRODUCTION)
_cookie_prefix = "__Host-" if SECURE_COOKIES else ""
SESSION_COOKIE_NAME = f"{_cookie_prefix}anru_sid"
CSRF_COOKIE_NAME = f"{_cookie_prefix}anru_csrf"
LANGUAGE_COOKIE_NAME = "anru_language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_IDLE = CURRENT.minutes("account.session.idle_minutes")
SESSION_LONGEST = CURRENT.minutes("account.session.longest_minutes")
SESSION_COOKIE_AGE = int(SESSION_IDLE.total_seconds())
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
CSRF_FAILURE_VIEW = "anru.web.shell.errors.csrf_failed"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = env.bool("ANRU_SSL_REDIRECT", default=PRODUCTION)
SECURE_HSTS_SECONDS = env.int("ANRU_HSTS_SECONDS", default=31_536_000 if PRODUCTION else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = bool(SECURE_HSTS_SECONDS)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("ANRU_BEHIND_PROXY", default=False) else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "blob:", "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "camera": ["self"],
    "geolocation": ["self"],
    "microphone": [],
    "payment": [],
    "usb": [],
    "fullscreen": ["self"],
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", "English")]
LOCALE_PATHS = [SOURCE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+/build/assets/.+-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "media"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EVIDENCE_DIR = DATA_DIR / "evidence"
UPLOAD_DIR = DATA_DIR / "uploads"
EXPORT_DIR = DATA_DIR / "exports"
FRONTEND_DIR = SOURCE / "web" / "shell" / "static" / "build"
FRONTEND_MANIFEST = FRONTEND_DIR / "manifest.json"
FONT_DIR = FRONTEND_DIR / "fonts"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

PROCRASTINATE_IMPORT_PATHS = [
    "anru.registry.tasks",
    "anru.evidence.tasks",
    "anru.campaigns.tasks",
    "anru.reports.tasks",
    "anru.inbox.tasks",
]
# Guesses are counted per login name so that nobody at a shared address is locked out by another; addresses have a limit
# of their own at the sign-in page.
SILENCED_SYSTEM_CHECKS: list[str] = ["axes.W006"]

LOGGING_CONFIG = None
