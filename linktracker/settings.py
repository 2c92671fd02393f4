"""Settings come from the environment; what is missing or malformed stops the start with a sentence.

`.local/env`, written once by the make targets, stands in for the environment on a developer's
machine. A real variable wins over it, and a production address refuses it.
"""

import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import django_stubs_ext
import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static

from linktracker.public_doors import is_worth_a_line

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL_ENV = BASE_DIR / ".local" / "env"

env = environ.Env()


def stop(sentence: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{sentence} See .env.example.")


def required(name: str) -> str:
    value: str = env.str(name, default="")
    if not value:
        raise stop(f"{name} is not set.")
    return value


def flag(name: str) -> bool:
    """A flag is spelled true or false; any other word would be a guess."""
    value: str = env.str(name, default="false").lower()
    if value not in {"true", "false"}:
        raise stop(f"{name} is {value!r}; it must be true or false.")
    return value == "true"


def public_url() -> str:
    url: str = env.str("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
    if not is_origin(url):
        raise stop(f"PUBLIC_URL is {url!r}; it must look like https://links.example.com.")
    return url


def is_origin(url: str) -> bool:
    """Whether this is a scheme and a host, with or without a port, and nothing else."""
    try:
        parts = urlsplit(url)
        address = (parts.hostname, parts.port)  # reading the port is what judges it
    except ValueError:
        return False
    beside = parts.path or parts.query or parts.fragment or parts.username is not None
    return parts.scheme in {"http", "https"} and bool(address[0]) and not beside


def time_zone() -> str:
    name: str = env.str("TIME_ZONE", default="UTC")
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # the last where it names a folder
        raise stop(f"TIME_ZONE is {name!r}; it must be a name such as Europe/Berlin.") from None
    return name


def webhook_secrets() -> str:
    """The text as it is; `reconciliation.core.signature` reads it. No sentence shows a secret."""
    written: str = env.str("STRIPE_WEBHOOK_SECRETS", default="")
    for number, entry in enumerate(written.split(","), start=1):
        if entry.strip() and not WEBHOOK_SECRET.fullmatch(entry.strip()):
            raise stop(
                f"Entry {number} of STRIPE_WEBHOOK_SECRETS is no signing secret; write whsec_…, "
                "test=whsec_… or live=whsec_…, with a comma between two."
            )
    return written


def mail() -> dict[str, Any]:
    try:
        return dict(env.email_url("EMAIL_URL", default="consolemail://"))
    except (ValueError, environ.ImproperlyConfigured):
        # "from None", as the problem may show a part of the password.
        raise stop(
            "EMAIL_URL cannot be read; it must look like smtp+tls://user:password@host:587."
        ) from None


WEBHOOK_SECRET = re.compile("((test|live)=)?whsec_[!-~]+")
LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "[::1]"]

# A production address is decided by the real environment alone: the local file may not vouch for itself.
PUBLIC_URL = public_url()
PRODUCTION = urlsplit(PUBLIC_URL).hostname not in {"127.0.0.1", "localhost", "::1"}
if LOCAL_ENV.exists():
    if PRODUCTION:
        raise stop(f"{LOCAL_ENV} is for this machine alone; remove it to serve {PUBLIC_URL}.")
    env.read_env(str(LOCAL_ENV))
    PUBLIC_URL = public_url()

DEBUG = flag("DEBUG")
DEMO = flag("DEMO")
if PRODUCTION and DEMO:
    raise stop(
        "DEMO is true; the demo's people have a printed password and must not face the world."
    )

SECRET_KEY = required("SECRET_KEY")
if len(SECRET_KEY) < 50:
    raise stop(f"SECRET_KEY has {len(SECRET_KEY)} characters; 50 random ones are the least.")

PUBLIC_HOST = urlsplit(PUBLIC_URL).hostname or ""
ALLOWED_HOSTS = [PUBLIC_HOST] if PRODUCTION else [PUBLIC_HOST, *LOOPBACK_HOSTS]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

# Django

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "linktracker.administration.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "django_htmx",
    "heroicons",
    "django_cotton",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "linktracker",
    "campaigns",
    "reconciliation",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "linktracker.middleware.PublicPaths",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "linktracker.middleware.AdminContentPolicy",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "linktracker.middleware.SessionLimits",
    "linktracker.middleware.FirstAdministrator",
    "linktracker.middleware.DeclaredPermission",
]

ROOT_URLCONF = "linktracker.urls"
WSGI_APPLICATION = "linktracker.wsgi.application"
APPEND_SLASH = (
    False  # a webhook or a form answered 301 is lost; both spellings are routed where it matters
)

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "linktracker.shell.shell",
            ],
            "builtins": [
                "linktracker.templatetags.display",
            ],
        },
    },
]

LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = "linktracker.formats"
TIME_ZONE = time_zone()
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People

AUTH_USER_MODEL = "linktracker.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "linktracker.passwords.ContextWords"},
]
PASSWORD_RESET_TIMEOUT = 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
SECOND_FACTOR_DEMANDED = not DEMO  # of those with linktracker.need_second_factor
ACCOUNT_ADAPTER = "linktracker.accounts.Entrance"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "linktracker.passwords.ResetTokens"  # noqa: S105
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to addresses that strangers type
MFA_SUPPORTED_TYPES = ["totp"]  # recovery codes are ours: digests, where allauth keeps a seed
MFA_FORMS = {
    "authenticate": "linktracker.forms.SecondFactorForm",
    "reauthenticate": "linktracker.forms.ConfirmForm",
}

# Database

if not env.str("DATABASE_URL", default=""):
    raise stop("DATABASE_URL is not set.")
try:
    DATABASES = {"default": env.db_url("DATABASE_URL")}
except (ValueError, environ.ImproperlyConfigured) as problem:
    raise stop(
        "DATABASE_URL cannot be read; it must look like postgres://user:password@host/name."
    ) from problem
if DATABASES["default"].get("ENGINE") != "django.db.backends.postgresql":
    raise stop("DATABASE_URL must name PostgreSQL.")
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["OPTIONS"] = {
    **DATABASES["default"].get("OPTIONS", {}),
    # A thread of the web server may keep one (webhook_lane.py): no fewer than granian has threads.
    "pool": {"min_size": 1, "max_size": 16, "timeout": 5},
    "application_name": "linktracker",
    "prepare_threshold": 5,  # for linktracker.lib.direct; a pooler between must allow it
}

# Stripe: never the database, always the environment or one file; read in lib/stripe_secrets.py

STRIPE_WEBHOOK_SECRETS = webhook_secrets()
STRIPE_TEST_KEY = env.str("STRIPE_TEST_KEY", default="")
STRIPE_LIVE_KEY = env.str("STRIPE_LIVE_KEY", default="")
STRIPE_SECRETS_FILE = env.str("STRIPE_SECRETS_FILE", default="")
STRIPE_API_BASE = env.str("STRIPE_API_BASE", default="")
if PRODUCTION and STRIPE_API_BASE:
    raise stop("STRIPE_API_BASE is for the demo and the tests; remove it.")

# Mail

_mail = mail()
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST = _mail.get("EMAIL_HOST") or ""
EMAIL_PORT = _mail.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = bool(_mail.get("EMAIL_USE_TLS"))
EMAIL_USE_SSL = bool(_mail.get("EMAIL_USE_SSL"))
DEFAULT_FROM_EMAIL = f"Linktracker <linktracker@{PUBLIC_HOST}>"
MAIL_REACHES_PEOPLE = EMAIL_BACKEND.rsplit(".", 2)[-2] not in {"console", "dummy"}

# Files

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / ".local" / "static"
HASHED_STATIC = not DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if HASHED_STATIC
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not HASHED_STATIC
WHITENOISE_ALLOW_ALL_ORIGINS = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_PERMISSIONS = 0o600

# Security

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True  # our script reads the token from the page, never from the cookie
if PUBLIC_URL.startswith("https://"):
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^webhooks/stripe/?$"]  # Stripe counts a redirect as a failure
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # the one that ends TLS says where a request came from
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

LOG_LEVEL = "WARNING" if DEMO else "INFO"  # the demo's terminal belongs to its reader
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {
        "worth_a_line": {"()": "django.utils.log.CallbackFilter", "callback": is_worth_a_line}
    },
    "handlers": {
        "stdout": {"class": "logging.StreamHandler", "stream": sys.stdout, "formatter": "line"}
    },
    "root": {"handlers": ["stdout"], "level": "WARNING"},
    "loggers": {
        "django.request": {"filters": ["worth_a_line"]},
        "linktracker": {"level": LOG_LEVEL},
        "campaigns": {"level": LOG_LEVEL},
        "reconciliation": {"level": LOG_LEVEL},
    },
}

UNFOLD = {
    "DASHBOARD_CALLBACK": "linktracker.dashboard.dashboard",
    "SITE_TITLE": "Linktracker administration",
    "SITE_HEADER": "Linktracker",
    "SITE_SUBHEADER": "Administration",
    "SITE_URL": "/",
    "SITE_SYMBOL": "link",
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("linktracker/mark.svg"),
        }
    ],
    "STYLES": [lambda request: static("linktracker/admin.css")],
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "BORDER_RADIUS": "7px",
    "COLORS": {
        # The app's accent (indigo) in Unfold's steps.
        "primary": {
            "50": "#eef0ff",
            "100": "#e0e3ff",
            "200": "#c7ccfe",
            "300": "#b3b5ff",
            "400": "#a5a6ff",
            "500": "#8b8cf9",
            "600": "#4f46e5",
            "700": "#4338ca",
            "800": "#3730a3",
            "900": "#312e81",
            "950": "#1c1f3d",
        },
    },
}
