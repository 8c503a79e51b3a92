"""Every setting, from the environment, refusing to start when one is wrong."""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from config.environment import Environment
from config.logs import logging_settings
from config.production import refuse_unsafe

BASE_DIR = Path(__file__).resolve().parent.parent
environment = Environment(dict(os.environ))

COUNTERSIGN_ENV = environment.choice("COUNTERSIGN_ENV", "development", ("development", "production"))
PRODUCTION = COUNTERSIGN_ENV == "production"
DEBUG = environment.flag("DEBUG", False)
DEVELOPMENT_KEY = "development-only-" + "not-a-secret-" * 4
SECRET_KEY = environment.text("SECRET_KEY", DEVELOPMENT_KEY)

PORT = environment.number("PORT", 8000, least=1, most=65535)
BIND = environment.text("BIND", "127.0.0.1")
WEB_WORKERS = environment.number("WEB_WORKERS", 1, least=1, most=64)
WORKERS = environment.number("WORKERS", 1, least=1, most=64)
SITE_URL = environment.address("SITE_URL", ("http", "https"), f"http://127.0.0.1:{PORT}").rstrip("/")
SITE_HOST = urlsplit(SITE_URL).hostname or "127.0.0.1"
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", ["127.0.0.1", "localhost", SITE_HOST])
VAR_DIR = Path(environment.text("VAR_DIR", str(BASE_DIR / "var"))).absolute()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_rq",
    "axes",
    "csp",
    "approvals",
    "exceptions",
    "runs",
    "config",
]

# Each of these works in async: one that does not would hold a thread for every agent that waits.
MIDDLEWARE = [
    "config.requests.identified",
    "django.middleware.security.SecurityMiddleware",
    "config.static.static_files",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "config.drawing.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["approvals.templatetags.house"],
            "context_processors": [
                "django.template.context_processors.request",
                "exceptions.rail.waiting",
                "runs.standstill.standstill",
                "exceptions.assign_views.teams_here",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

DATABASES = {"default": environment.database("DATABASE_URL", "postgresql:///countersign")}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASE_POOL_SIZE = environment.number("DATABASE_POOL_SIZE", 20, most=1000)
if DATABASE_POOL_SIZE:
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
        "min_size": 1,
        "max_size": DATABASE_POOL_SIZE,
        "timeout": 5,
        "max_idle": 120,
        # How long one who connects tries, twice as long apart each time, before the next asks anew: by default five
        # minutes, so that a database which was away for two is found again after four.
        "reconnect_timeout": 5,
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The books are another database, reached by a connector of its own; only workers are given its addresses.
BOOKS_DATABASE_URL = environment.address("BOOKS_DATABASE_URL", ("postgres", "postgresql"))
LEDGER_KEY_FILE = environment.text("LEDGER_KEY_FILE")
BOOKS_ADMIN_URL = environment.address("BOOKS_ADMIN_URL", ("postgres", "postgresql"))

REDIS_URL = environment.address("REDIS_URL", ("redis", "rediss", "unix"), "redis://127.0.0.1:6379/0")
QUEUE = {
    "URL": REDIS_URL,
    "DEFAULT_TIMEOUT": 300,
    "DEFAULT_RESULT_TTL": 60,
    "SERIALIZER": "rq.serializers.JSONSerializer",
}
RQ_QUEUES = {"bell": QUEUE, "default": QUEUE, "post": QUEUE, "slow": QUEUE}
RQ = {"WORKER_CLASS": "config.worker.Worker"}
RQ_SHOW_ADMIN_LINK = False
# What the ledger enqueues after commit, and what the clock enqueues every few seconds.
BELL = "runs.jobs.drain"
TICK = "runs.jobs.tick"
TICK_SECONDS = 5
# What the clock enqueues for the worker that reaches people: calls about cases, and letters where any are sent at all.
CALL = "runs.jobs.call"
CALL_SECONDS = 5
# What takes long and nobody waits for, in a worker of its own: a call about a case comes first.
GOLD = "runs.jobs.gold"
GOLD_SECONDS = 60
POST = "runs.jobs.post"
POST_SECONDS = 30

OPENAI_API_KEY = environment.text("OPENAI_API_KEY")
OPENAI_BASE_URL = environment.address("OPENAI_BASE_URL", ("http", "https"))
OPENAI_MODEL = environment.text("OPENAI_MODEL", "gpt-4.1-mini")
# A mail server, which only workers know; the others know whether there is one.
SMTP = environment.post("EMAIL_URL")
LETTERS_ENABLED = environment.flag("LETTERS", bool(SMTP))
LETTERS_FROM = environment.mailbox("EMAIL_FROM", f"Countersign <countersign@{SITE_HOST}>")
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # nothing but letters is ever sent
# Where workers may go beside the public internet, and where connectors' secrets lie; they are read by name when used.
HTTP_ALLOW = environment.words("HTTP_ALLOW", [])
SECRETS_DIR = environment.text("SECRETS_DIR")
HEARTBEAT_URL = environment.address("HEARTBEAT_URL", ("http", "https"))
# Counters for Prometheus, and traces for a collector: none unless asked for. Where traces go the library reads itself.
METRICS_TOKEN = environment.secret("METRICS_TOKEN", least=16)
_COLLECTORS = [
    environment.address(name, ("http", "https"))
    for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
]
environment.text(
    "OTEL_EXPORTER_OTLP_HEADERS"
)  # read by the exporter itself; asked for here so that it is known
OTEL_SERVICE_NAME = environment.text("OTEL_SERVICE_NAME", "countersign")
TRACES_ENABLED = not environment.flag("OTEL_SDK_DISABLED", False) and any(_COLLECTORS)
TRACE = "runs.telemetry.job.trace"
TRACE_SECONDS = 10
DEMO_PASSWORD = environment.text("DEMO_PASSWORD")

AUTHENTICATION_BACKENDS = ["axes.backends.AxesBackend", "config.accounts.People"]
SESSION_ENGINE = "config.accounts"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "sign-in"

TRUSTED_PROXIES = environment.number("TRUSTED_PROXIES", 0, most=10)
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
# By name and address together: by address alone, one colleague who mistypes would lock out a whole office,
# and by name alone, anybody could lock out somebody else.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_HTTP_RESPONSE_CODE = 429
AXES_LOCKOUT_CALLABLE = "config.sign_in.locked_out"
AXES_IPWARE_PROXY_COUNT = TRUSTED_PROXIES or None
AXES_IPWARE_META_PRECEDENCE_ORDER = (
    ["HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"] if TRUSTED_PROXIES else ["REMOTE_ADDR"]
)
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address"]
AXES_VERBOSE = False

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = environment.flag("SSL_REDIRECT", PRODUCTION)
SECURE_REDIRECT_EXEMPT = [r"^up$"]
SECURE_HSTS_SECONDS = environment.number("HSTS_SECONDS", 31_536_000 if PRODUCTION else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
# Whether a whole domain joins the browsers' preload list is for its owner to decide.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
}

STATIC_URL = "/static/"
WHITENOISE_ALLOW_ALL_ORIGINS = False
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.static.HashedFiles"
    },
}

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

LOG_LEVEL = environment.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOG_FORMAT = environment.choice("LOG_FORMAT", "json" if PRODUCTION else "pretty", ("pretty", "json"))
LOGGING_CONFIG = None
logging_settings(level=LOG_LEVEL, form=LOG_FORMAT)

if PRODUCTION:
    refuse_unsafe(
        debug=DEBUG,
        secret_key=SECRET_KEY,
        development_key=DEVELOPMENT_KEY,
        allowed_hosts=ALLOWED_HOSTS,
        present={name for name, value in os.environ.items() if value.strip()},
    )
