//! The table grows with every route, parameter, cookie and kind that comes later.

use std::collections::BTreeSet;

use motcua::http::extract::visitor::Name;
use motcua::http::routes::Caller;
use motcua::http::routes::ROUTES;
use motcua::signing::keyring::Typ;

use super::Fate;
use super::Whose;
use super::kinds::KINDS;
use super::places::PLACES;

/// Routes that take nothing of the kind.
const NOTHING_TO_TAKE: &[(&str, &str)] = &[
    ("GET /.well-known/openid-configuration", "reads no parameter"),
    ("GET /.well-known/oauth-authorization-server", "reads no parameter"),
    ("GET /.well-known/oauth-protected-resource/userinfo", "reads no parameter"),
    ("GET /.well-known/oauth-protected-resource/api/v1", "reads no parameter"),
    ("GET /api/v1/openapi.json", "reads no parameter"),
    ("GET /.well-known/webauthn", "reads no parameter"),
    ("GET /jwks", "reads no parameter"),
    ("POST /authorize", "leads to the GET, whatever it brings"),
    ("POST /logout", "leads to the GET, whatever it brings"),
    ("GET /", "shows who is signed in, by the cookie that stands at /authorize"),
    (
        "POST /passkeys/challenge",
        "reads no parameter: what it gives is bound to the browser, whose cookie stands at /login",
    ),
    ("GET /open-account", "begins what its form sends; the sign-in to which it leads is looked at in the end"),
    ("GET /account/security", "shows what who is signed in has, by the cookie that stands at /authorize"),
    ("GET /account/passkeys/add", "begins what its form sends"),
    ("GET /account/passkeys/one", "shows what who is signed in has, by an id that proves nothing"),
    ("GET /account/close", "begins what its form sends"),
    ("GET /account/password", "begins what its form sends"),
    ("GET /account/totp", "begins what its form sends"),
    ("GET /account/recovery-codes", "begins what its form sends"),
    ("GET /consents", "shows what who is signed in agreed to, by the cookie that stands at /authorize"),
    ("GET /account", "shows who is signed in, by the cookie that stands at /authorize"),
    ("GET /account/history", "shows what happened to who is signed in, by the cookie that stands at /authorize"),
    ("GET /account/texts", "begins what its form sends"),
    ("GET /office", "shows where who is signed in acts, by the cookie that stands at /authorize"),
    ("GET /office/rights/one", "shows what the office reaches, by an id that proves nothing"),
    ("GET /office/rights/give", "begins what its form sends"),
    ("GET /office/audit", "shows what the office reaches, by the cookie that stands at /office/rights"),
    ("GET /office/people", "begins what its form sends"),
    ("GET /office/pending", "shows what the office reaches, by the cookie that stands at /office/rights"),
    ("GET /office/pending/one", "shows what the office reaches, by an id that proves nothing"),
    ("GET /recovery", "reads no parameter"),
    ("POST /recovery", "says whose account it is: it proves nothing"),
    ("GET /recovery/done", "reads no parameter"),
    ("GET /services/{client_id}/open", "leads to an address of the client alone"),
    ("GET /api", "reads no parameter"),
    ("GET /api/{tag}", "reads no parameter"),
    ("GET /api/{tag}/{operation}", "reads no parameter"),
    ("GET /assets/{name}", "reads no parameter"),
    ("GET /assurance", "reads no parameter"),
    ("GET /sign-in/lead", "shows where the sign-in of who is signed in leads, by the cookie that stands at /authorize"),
    ("GET /favicon.ico", "reads no parameter"),
];
/// Fields of our pages that people fill in, or that say what they chose.
const PLAIN: [&str; 42] = [
    "client",
    "username",
    "password",
    "otp",
    "passkey",
    "choice",
    "decision",
    "stay-N",
    "id",
    "name",
    "action",
    "to",
    "before",
    "end",
    "month",
    "current",
    "new",
    "others",
    "way",
    "text",
    "address",
    "solution",
    "number",
    "makes",
    "why",
    "letters",
    "office",
    "reason",
    "person",
    "role",
    "unit",
    "branch",
    "agency",
    "subordinates",
    "delegate",
    "by",
    "sought",
    "born",
    "system",
    "purpose",
    "until",
    "act",
];
/// What else is read by name: parameters that are no secret and prove nothing, claims and members, headers.
const OTHER_NAMES: &[&[&str]] = &[
    &[
        "acr_values",
        "claims",
        "client_assertion_type",
        "client_id",
        "code_challenge",
        "code_challenge_method",
        "display",
    ],
    &["grant_type", "login_hint", "max_age", "nonce", "post_logout_redirect_uri", "prompt", "redirect_uri"],
    &["registration", "response_mode", "response_type", "scope", "state", "ui_locales", "code_verifier"],
    &["acr", "aud", "email", "epk", "iss", "issuer", "jti", "key_ops", "keys", "locale", "response_types", "sub"],
    &["sec-fetch-site", "office"],
    // Members of the schemas of which the reference of the declaration and the pages of the API are made.
    &["const", "default", "description", "items", "properties", "type"],
    &["$ref", "allOf", "anyOf", "content", "enum", "example", "format", "oneOf", "parameters", "paths", "required"],
    &["responses", "schema"],
];
/// Kinds that somebody else verifies: we take them nowhere.
const FOR_OTHERS: [&str; 5] =
    ["ID token, encrypted to the client", "logout token", "introspection answer", "signed UserInfo", "signed metadata"];

fn place(name: &str) -> Option<(&str, &str)> {
    name.split(',').next().unwrap().rsplit_once(' ')
}

/// house: "The table that generates it grows with every kind that comes later": each route is a place, or says why not.
#[test]
fn every_route_is_a_place_or_takes_nothing_of_the_kind() {
    let places: BTreeSet<(&str, &str)> = PLACES.iter().filter_map(|one| place(one.name)).collect();
    let nothing: BTreeSet<&str> = NOTHING_TO_TAKE.iter().map(|(route, _)| *route).collect();
    let routes: BTreeSet<String> = ROUTES.iter().map(|route| format!("{} {}", route.method, route.path)).collect();
    // One gate stands before the API: it is a place at one of its routes.
    let gated = ROUTES
        .iter()
        .filter(|route| route.caller == Caller::Official)
        .map(|route| format!("{} {}", route.method, route.path));
    let gated: BTreeSet<String> = gated.collect();
    assert!(places.iter().any(|(own, name)| gated.contains(*own) && *name == "Authorization"));
    for route in routes.difference(&gated) {
        let is_place = places.iter().any(|(own, _)| own == route);
        assert!(is_place != nothing.contains(route.as_str()), "{route}");
    }
    for route in places.iter().map(|(route, _)| *route).chain(nothing) {
        assert!(routes.contains(route), "there is no {route}");
    }
    for route in ROUTES {
        let name = format!("{} {}", route.method, route.path);
        for field in route.fields.iter().filter(|field| !PLAIN.contains(field)) {
            // A page that begins what its form sends.
            let begins = ["GET /logout/confirm confirm", "GET /sign-in login", "GET /open-account puzzle"]
                .contains(&&*format!("{name} {field}"));
            let known = places.contains(&(name.as_str(), field)) || begins;
            assert!(known, "{name} {field}");
        }
    }
}

/// Each name that is looked up is a place, or is listed as something else.
#[test]
fn every_parameter_is_a_place_or_proves_nothing() {
    let places: BTreeSet<&str> = PLACES.iter().filter_map(|one| place(one.name)).map(|(_, name)| name).collect();
    let others: BTreeSet<&str> = OTHER_NAMES.iter().copied().flatten().chain(&PLAIN).copied().collect();
    let read: BTreeSet<String> =
        [".get(\"", "owned(\"", "own(\"", "needed(\""].into_iter().flat_map(constants).collect();
    for name in &read {
        assert!(places.contains(name.as_str()) != others.contains(name.as_str()), "{name}");
    }
    for name in others.iter().filter(|name| **name != "stay-N") {
        assert!(read.contains(*name), "nothing reads {name}");
    }
}

/// What a place takes is a kind, and each kind is taken somewhere, unless others verify it.
#[test]
fn every_kind_has_its_place() {
    let kinds: BTreeSet<&str> = KINDS.iter().map(|kind| kind.name).collect();
    let taken: BTreeSet<&str> = PLACES.iter().flat_map(|place| place.takes).map(|takes| takes.kind).collect();
    assert!(taken.is_subset(&kinds), "{:?}", taken.difference(&kinds));
    assert_eq!(kinds.difference(&taken).copied().collect::<BTreeSet<_>>(), FOR_OTHERS.into());
    for place in PLACES.iter().filter(|place| place.name != "POST /par request_uri") {
        assert!(place.takes.iter().any(|one| place.takes(one.kind, Whose::Own, Fate::Alive)), "{}", place.name);
    }
}

/// What we sign and what we keep in browsers has a kind: a further variant does not compile before it has one.
#[test]
fn everything_that_we_sign_or_keep_in_a_browser_has_a_kind() {
    let signed = |typ: Typ| match typ {
        Typ::IdToken => "ID token",
        Typ::AccessToken => "access token",
        Typ::UserInfo => "signed UserInfo",
        Typ::Metadata => "signed metadata",
        Typ::Introspection => "introspection answer",
        Typ::LogoutToken => "logout token",
    };
    let kept = |name: Name| match name {
        Name::Session => "session cookie",
        Name::Browser => "browser cookie",
        Name::Device => "device cookie",
        Name::Office => "chosen office",
    };
    let typ = [Typ::IdToken, Typ::AccessToken, Typ::UserInfo, Typ::Metadata, Typ::Introspection, Typ::LogoutToken];
    let names = typ.map(signed).into_iter().chain([Name::Session, Name::Browser, Name::Device, Name::Office].map(kept));
    for name in names {
        assert!(KINDS.iter().any(|kind| kind.name == name), "{name}");
    }
}

/// What we seal is for one purpose: each purpose is a kind, or a value that never leaves the house.
#[test]
fn everything_that_we_seal_has_a_kind_or_stays_here() {
    const KIND_OF: &[(&str, &str)] = &[
        ("code", "code"),
        ("login", "sign-in in progress"),
        ("own-login", "own sign-in in progress"),
        ("refused-login", "what stays of a refused sign-in"),
        ("error", "error page"),
        ("logout", "confirmation of a sign-out"),
        ("withdrawal", "page of consents"),
        ("logout-request", "logout request"),
        ("farewell", "farewell"),
        ("device", "device cookie"),
        ("account", "page of the account"),
        ("passkey-sign-in", "challenge for a passkey"),
        ("passkey-making", "challenge to make a passkey"),
        ("totp-making", "authenticator app to be"),
        ("text", "code that was sent"),
        ("text-making", "code that was sent to be added"),
        ("recovery", "recovery asked for"),
        ("recovery-proven", "recovery to go on with"),
        ("stop", "link that stops a change"),
        ("recovery-codes-making", "recovery codes to be"),
        ("account-puzzle", "puzzle of an account"),
        ("account-code", "account to be, whose address is not known"),
        ("account-person", "account to be, of nobody yet"),
        ("account-passkey", "challenge to make a passkey for an account"),
        ("account-key", "account to be, of somebody"),
        ("cursor", "cursor of a list"),
        ("office", "chosen office"),
        ("office-page", "page of an office"),
    ];
    const STAYS: [&str; 9] =
        ["person", "letter", "passkey", "totp", "sketch", "data-key", "signing-key", "decryption-key", "kept-answer"];
    let found = constants("Purpose(\"");
    let known = KIND_OF.iter().map(|(purpose, _)| *purpose).chain(STAYS);
    assert_eq!(found, known.map(str::to_owned).collect());
    for (_, name) in KIND_OF {
        assert!(KINDS.iter().any(|kind| kind.name == *name), "{name}");
    }
}

/// The texts that follow `before` in the sources, their tests aside.
fn constants(before: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut left = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let text = text.split("#[cfg(test)]").next().unwrap();
        found.extend(text.split(before).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()));
    }
    found
}
