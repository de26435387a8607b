"""What runs: sets of modules, the suite's configuration for each, and the declaration that it needs of us."""
import collections
import re
import secrets

Set = collections.namedtuple("Set", "plan variant needs alias")
World = collections.namedtuple("World", "suite issuer")

DISCOVERY = {"server_metadata": "discovery"}
CODE = {"response_type": "code"}
STATIC = {"client_registration": "static_client"}
DYNAMIC = {"client_registration": "dynamic_client"}


def certification(profile):
    return f"oidcc-{profile}-certification-test-plan"


def both(name, profile, variant, static_needs=()):
    """A plan with a client that we declared, and with clients that register themselves.

    A static client has URLs of its own (the alias), and only the logout URLs that its plan listens to."""
    plan = certification(profile)
    return {
        f"{name}-static": Set(plan, {**variant, **STATIC}, static_needs, f"motcua-{name}"),
        f"{name}-dynamic": Set(plan, {**variant, **DYNAMIC}, ("registration", "outbound"), None),
    }


SETS = {
    "config": Set(certification("config"), {}, (), None),
    **both("basic", "basic", DISCOVERY),
    **both("formpost", "formpost-basic", DISCOVERY),
    "dynamic": Set(certification("dynamic"), CODE, ("registration", "outbound"), None),
    "thirdparty": Set(certification("3rdparty-init-login"), CODE, ("registration", "outbound"), None),
    **both("rp-logout", "rp-initiated-logout", CODE),
    **both("back-logout", "backchannel-rp-initiated-logout", CODE, ("outbound",)),
    **both("front-logout", "frontchannel-rp-initiated-logout", CODE),
}

LOGOUTS = ["rp-logout", "back-logout", "front-logout"]
GROUPS = {
    **{name: [f"{name}-static", f"{name}-dynamic"] for name in ["basic", "formpost", *LOGOUTS]},
    "logout": [f"{name}-{client}" for name in LOGOUTS for client in ("static", "dynamic")],
    "static": [name for name, chosen in SETS.items() if "registration" not in chosen.needs],
    "all": list(SETS),
}

# Metadata names that the suite does not know: registered lately, or our own.
KNOWN_METADATA = ["urn:motcua:acr_mappings"]


def named(names):
    """The sets that are meant, each once, in the order given."""
    return list(dict.fromkeys(name for given in names for name in GROUPS.get(given, [given])))


USER = "conformance"
PASSWORD = secrets.token_urlsafe(18)
# Every standard claim (OpenID Connect Core §5.1): the suite warns of each that is missing.
CLAIMS = {
    "name": "Nguyễn Thị Minh Khai", "given_name": "Khai", "family_name": "Nguyễn", "middle_name": "Thị Minh",
    "nickname": "Khai", "preferred_username": "khai", "profile": "https://people.example/khai",
    "picture": "https://people.example/khai.png", "website": "https://khai.example/", "email": "khai@people.example",
    "email_verified": True, "gender": "female", "birthdate": "1910-09-30", "zoneinfo": "Asia/Ho_Chi_Minh",
    "locale": "vi-VN", "phone_number": "+84 24 3825 3000", "phone_number_verified": True, "updated_at": 1767225600,
    "address": {"formatted": "1 Tràng Tiền\nHà Nội 100000\nViệt Nam", "street_address": "1 Tràng Tiền",
                "locality": "Hà Nội", "region": "Hà Nội", "postal_code": "100000", "country": "VN"},
}


# A client of a set is `client`, `client2` or `client_secret_post` in the suite's configuration.
CLIENTS = {"client": "client_secret_basic", "client2": "client_secret_basic",
           "client_secret_post": "client_secret_post"}
LOGOUT_METADATA = {
    "rp-logout-static": {},
    "back-logout-static": {"backchannel_logout_uri": "backchannel_logout", "backchannel_logout_session_required": True},
    "front-logout-static": {"frontchannel_logout_uri": "frontchannel_logout",
                            "frontchannel_logout_session_required": True},
}
SECRETS = collections.defaultdict(lambda: secrets.token_urlsafe(36))


def client_id(name, role):
    return f"{SETS[name].alias}-{role.replace('_', '-')}"


def declaration(chosen, world):
    """What `motcua apply` reads: a service that asks for consent, the static clients of the sets, and the person."""
    clients = []
    for name in chosen:
        alias = SETS[name].alias
        for role, method in CLIENTS.items() if alias else ():
            at = f"{world.suite}/test/a/{alias}/"
            client = {
                "client_id": client_id(name, role), "service": "conformance", "profile": "oidc",
                "secrets": [SECRETS[name, role]], "token_endpoint_auth_method": method,
                "redirect_uris": [at + "callback"], "grant_types": ["authorization_code", "refresh_token"],
                "scope": "openid profile email address phone offline_access",
            }
            if name in LOGOUT_METADATA:
                client["post_logout_redirect_uris"] = [at + "post_logout_redirect"]
                for member, value in LOGOUT_METADATA[name].items():
                    client[member] = value if value is True else at + value
            clients.append(client)
    return {
        "agencies": [{"id": "conformance", "name": {"vi": "Cơ quan kiểm thử", "en": "Conformance agency"}}],
        "services": [{"id": "conformance", "agency": "conformance", "legal_basis": "consent",
                      "name": {"vi": "Kiểm thử tuân thủ", "en": "Conformance tests"},
                      "purpose": {"vi": "kiểm thử", "en": "testing"}}],
        "clients": clients,
        "people": [{"user_name": USER, "password": PASSWORD, "claims": CLAIMS}],
    }


def configuration(name, world):
    """What the suite is told of a set."""
    chosen = SETS[name]
    config = {
        "description": f"motcua, {name}",
        "options": {"browsercontrol_css_enable": False},
        "server": {"discoveryUrl": f"{world.issuer}/.well-known/openid-configuration", "login_hint": USER,
                   "allow_unexpected_metadata_fields": KNOWN_METADATA},
        "browser": pages(world),
        "override": {module: {"browser": pages(world, ending)} for module, ending in ENDINGS.items()},
    }
    if chosen.alias:
        config["alias"] = chosen.alias
        for role in CLIENTS:
            config[role] = {"client_id": client_id(name, role), "client_secret": SECRETS[name, role]}
    else:
        config |= {role: {"client_name": f"conformance {role}"} for role in ("client", "client2")}
    return config


# Modules in which the way may end, or does end, elsewhere than at the relying party's callback.
ENDINGS = {
    **{f"oidcc-{module}": "error page" for module in (
        "response-type-missing", "ensure-registered-redirect-uri", "ensure-request-object-with-redirect-uri",
        "ensure-redirect-uri-in-authorization-request", "redirect-uri-query-added", "redirect-uri-query-mismatch")},
    # What they want is the sign-in page; whoever went on would meet a module that is over.
    **{f"oidcc-registration-{link}-uri": "sign-in page" for link in ("logo", "policy", "tos")},
    "oidcc-frontchannel-rp-initiated-logout": "redirect after sign-out",
}


def pages(world, ending="callback"):
    """How the suite's browser goes through our pages, told by their URLs (tests/it/pages/contract.rs).

    It has no modern JavaScript. A page is kept where a module asks for it (KEEP does nothing elsewhere)."""
    keep = ["wait", "css", "body", 10, ".+", "update-image-placeholder-optional"]
    arrived = ["wait", "id", "submission_complete", 10]
    if ending == "sign-in page":
        end = [visit("Sign in", f"{world.issuer}/login*", [keep], optional=False)]
        return [{"match": f"{world.issuer}/authorize*", "tasks": end}]
    sign_in = visit("Sign in", f"{world.issuer}/login*", [
        ["wait", "css", "body", 10, ".+"] if ending == "error page" else keep,
        ["text", "css", "input[name=username]", USER],
        ["text", "css", "input[name=password]", PASSWORD],
        ["click", "xpath", "//form[.//input[@name='password']]//button[@type='submit']"]])
    consent = visit("Agree", f"{world.issuer}/consent*", [["click", "id", "allow"]])
    if ending == "error page":
        end = [visit("Error page", f"{world.issuer}*", [keep]),
               visit("Relying party", f"{world.suite}/test/*/callback*", [arrived])]
    else:
        # Waiting for the URL covers the page that posts itself (response_mode=form_post).
        came = ["wait", "match", f"^{re.escape(world.suite)}/test/.*/callback", 10]
        end = [visit("Relying party", "*", [came, arrived], optional=False)]
    confirm = visit("Confirm", f"{world.issuer}/logout/confirm*", [["click", "id", "logout-confirm"]])
    if ending == "redirect after sign-out":
        signed_out = visit("Relying party", "*", [["wait", "contains", "/post_logout_redirect", 20]], optional=False)
    else:
        signed_out = visit("Signed out, or an error page", f"{world.issuer}*", [keep])
    return [{"match": f"{world.issuer}/authorize*", "tasks": [sign_in, consent, *end]},
            {"match": f"{world.issuer}/logout*", "tasks": [confirm, signed_out]}]


def visit(task, match, commands, optional=True):
    return {"task": task, "match": match, "optional": optional, "commands": commands}
