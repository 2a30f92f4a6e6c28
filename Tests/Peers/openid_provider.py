"""An OpenID provider for the stories: django-oauth-toolkit, which demands PKCE, on 127.0.0.1.

usage: openid_provider.py serve FOLDER PORT         prints "ready"; ends with the process above it
       openid_provider.py register FOLDER CLIENT SECRET REDIRECT_URI LOGOUT_URI
       openid_provider.py person FOLDER NAME EMAIL PASSWORD
"""
import os
import socketserver
import sys
import threading
import time
import wsgiref.simple_server

import django
from django.conf import settings

FOLDER = sys.argv[2]
KEY = os.path.join(FOLDER, "key.pem")


def signing_key():
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    if not os.path.exists(KEY):
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
        with open(KEY, "wb") as file:
            file.write(pem)
    with open(KEY, encoding="ascii") as file:
        return file.read()


os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
settings.configure(
    DEBUG=False,
    ALLOWED_HOSTS=["127.0.0.1"],
    SECRET_KEY="used by the stories alone",
    ROOT_URLCONF=__name__,
    LOGIN_URL="/login",
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.path.join(FOLDER, "provider.sqlite3"),
            "OPTIONS": {"timeout": 30},
        }
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "oauth2_provider",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    USE_TZ=True,
    OAUTH2_PROVIDER={
        "OIDC_ENABLED": True,
        "OIDC_RSA_PRIVATE_KEY": signing_key(),
        "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
        "OIDC_RP_INITIATED_LOGOUT_ALWAYS_PROMPT": False,
        "PKCE_REQUIRED": True,
        "SCOPES": {"openid": "who", "email": "address", "profile": "name"},
        "OAUTH2_VALIDATOR_CLASS": __name__ + ".Validator",
    },
)
sys.modules.setdefault("openid_provider", sys.modules[__name__])
django.setup()

from django.contrib.auth import authenticate, get_user_model, login  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpResponse, HttpResponseRedirect  # noqa: E402
from django.urls import include, path  # noqa: E402
from oauth2_provider.models import get_application_model  # noqa: E402
from oauth2_provider.oauth2_validators import OAuth2Validator  # noqa: E402


class Validator(OAuth2Validator):
    oidc_claim_scope = None

    def get_additional_claims(self, request):
        user = request.user
        return {"email": user.email, "email_verified": True, "name": user.first_name}


def sign_in(request):
    if request.method == "POST":
        user = authenticate(
            request, username=request.POST["username"], password=request.POST["password"]
        )
        if user is None:
            return HttpResponse("wrong", status=403)
        login(request, user)
        return HttpResponseRedirect(request.GET["next"])
    return HttpResponse("username and password, please")


urlpatterns = [path("login", sign_in), path("o/", include("oauth2_provider.urls"))]


class Server(socketserver.ThreadingMixIn, wsgiref.simple_server.WSGIServer):
    daemon_threads = True


class Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *arguments):
        pass


def serve(port):
    call_command("migrate", verbosity=0)
    server = wsgiref.simple_server.make_server(
        "127.0.0.1", port, get_wsgi_application(), Server, Quiet
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("ready", flush=True)
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(0.5)


def register(client, secret, redirect_uri, logout_uri):
    model = get_application_model()
    model.objects.create(
        client_id=client,
        client_secret=secret,
        client_type=model.CLIENT_CONFIDENTIAL,
        authorization_grant_type=model.GRANT_AUTHORIZATION_CODE,
        redirect_uris=redirect_uri,
        post_logout_redirect_uris=logout_uri,
        algorithm=model.RS256_ALGORITHM,
        skip_authorization=True,
        name="Courtyard",
    )


def person(name, email, password):
    get_user_model().objects.create_user(
        username=email, email=email, password=password, first_name=name
    )


match sys.argv[1]:
    case "serve":
        serve(int(sys.argv[3]))
    case "register":
        register(*sys.argv[3:])
    case "person":
        person(*sys.argv[3:])
