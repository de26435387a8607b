//! Every route, on one page. The router and the list that `motcua routes` prints are made of it.

use std::sync::Arc;

use axum::Router;
use axum::routing::MethodRouter;
use axum::routing::any;
use axum::routing::delete;
use axum::routing::get;
use axum::routing::post;
use axum::routing::put;
use serde::Serialize;

use super::Web;
use super::admin;
use super::admin::agencies;
use super::admin::audit;
use super::admin::branches;
use super::admin::clients;
use super::admin::declaration;
use super::admin::figures;
use super::admin::keys;
use super::admin::metadata;
use super::admin::openapi;
use super::admin::outbox;
use super::admin::pending;
use super::admin::people;
use super::admin::people_access;
use super::admin::people_acts;
use super::admin::people_bulk;
use super::admin::reorganizing;
use super::admin::rights;
use super::admin::rights_of;
use super::admin::services as registered_services;
use super::admin::units;
use super::admin::versions;
use super::compression;
use super::interaction::account::export;
use super::interaction::account::history;
use super::interaction::account::language;
use super::interaction::account::overview;
use super::interaction::account::sessions;
use super::interaction::api as api_pages;
use super::interaction::assets;
use super::interaction::assurance;
use super::interaction::close;
use super::interaction::closing;
use super::interaction::consent;
use super::interaction::consents;
use super::interaction::home;
use super::interaction::lead;
use super::interaction::logout;
use super::interaction::office;
use super::interaction::opening_account;
use super::interaction::own_lead;
use super::interaction::own_second;
use super::interaction::own_sign_in;
use super::interaction::passkey;
use super::interaction::passkeys;
use super::interaction::password;
use super::interaction::recovery;
use super::interaction::recovery_codes;
use super::interaction::second;
use super::interaction::security;
use super::interaction::select;
use super::interaction::services;
use super::interaction::sign_in;
use super::interaction::stop;
use super::interaction::texts;
use super::interaction::totp;
use super::middleware;
use super::middleware::ReadBy;
use super::oauth::authorize;
use super::oauth::introspection;
use super::oauth::par;
use super::oauth::protected_resource;
use super::oauth::registration;
use super::oauth::revocation;
use super::oauth::token;
use super::oidc::discovery;
use super::oidc::jwks;
use super::oidc::rp_initiated_logout;
use super::oidc::userinfo;

/// A route.
#[derive(Serialize)]
pub struct Route {
    /// Its method.
    pub method: &'static str,
    /// Its path.
    pub path: &'static str,
    /// What it is for.
    pub purpose: &'static str,
    /// Who may call it.
    pub caller: Caller,
    /// The names of its form's fields, for pages.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub fields: &'static [&'static str],
    #[serde(skip)]
    handler: fn() -> MethodRouter<Arc<Web>>,
}

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Caller {
    /// Anybody, from browser code of registered origins too.
    Anybody,
    /// A person's browser.
    Browser,
    /// A registered client, from browser code of registered origins too.
    Client,
    /// Whoever bears an access token, from browser code of registered origins too.
    Bearer,
    /// Whoever bears an access token for the API, and acts in an office; from browser code of registered origins too.
    Official,
}

macro_rules! route {
    ($method:ident $path:literal, $caller:ident, $handler:path, $purpose:literal $(, $fields:expr)?) => {
        Route {
            method: stringify!($method),
            path: $path,
            purpose: $purpose,
            caller: Caller::$caller,
            fields: route!(@fields $($fields)?),
            handler: || route!(@method $method)($handler),
        }
    };
    (@method GET) => { get };
    (@method POST) => { post };
    (@method PUT) => { put };
    (@method DELETE) => { delete };
    (@fields) => { &[] };
    (@fields $fields:expr) => { &$fields };
}

/// All of them.
pub static ROUTES: &[Route] = &[
    route!(GET "/.well-known/openid-configuration", Anybody, discovery::get, "Provider metadata (OpenID Connect Discovery)"),
    route!(GET "/.well-known/oauth-authorization-server", Anybody, discovery::get, "Provider metadata (RFC 8414)"),
    route!(GET "/.well-known/oauth-protected-resource/userinfo", Anybody, protected_resource::get, "Metadata of UserInfo as a protected resource (RFC 9728)"),
    route!(GET "/.well-known/webauthn", Browser, passkey::related, "Other host names whose pages may use the same passkeys (WebAuthn)"),
    route!(GET "/jwks", Anybody, jwks::get, "The keys that tokens are verified with"),
    route!(GET "/authorize", Browser, authorize::get, "Authorization endpoint"),
    route!(POST "/authorize", Browser, authorize::post, "Authorization endpoint, by form"),
    route!(POST "/par", Client, par::post, "Pushed authorization requests"),
    route!(POST "/token", Client, token::post, "Token endpoint"),
    route!(POST "/introspect", Client, introspection::post, "Token introspection (RFC 7662)"),
    route!(POST "/revoke", Client, revocation::post, "Token revocation (RFC 7009)"),
    route!(GET "/userinfo", Bearer, userinfo::answer, "UserInfo endpoint"),
    route!(POST "/userinfo", Bearer, userinfo::answer, "UserInfo endpoint, by POST"),
    route!(POST "/register", Anybody, registration::register, "Client registration endpoint (RFC 7591)"),
    route!(GET "/register/{client_id}", Client, registration::read, "What a client is registered as (RFC 7592)"),
    route!(PUT "/register/{client_id}", Client, registration::update, "Replaces what a client is registered as"),
    route!(DELETE "/register/{client_id}", Client, registration::remove, "Removes a client that registered itself"),
    route!(GET "/login", Browser, sign_in::show, "Sign-in page", ["login", "username", "password", "passkey", "makes"]),
    route!(POST "/login", Browser, sign_in::submit, "Signs in", ["login", "username", "password", "passkey", "ceremony", "makes"]),
    route!(GET "/sign-in", Browser, own_sign_in::show, "Sign-in page of who came by themselves", ["login", "username", "password", "passkey", "makes"]),
    route!(POST "/sign-in", Browser, own_sign_in::submit, "Signs in, and leads to the start page", ["login", "username", "password", "passkey", "ceremony", "makes"]),
    route!(GET "/login/code", Browser, second::show, "Asks for more than a password", ["login", "otp", "passkey"]),
    route!(POST "/login/code", Browser, second::submit, "Takes a code or a passkey, sends a code, or goes on without", ["login", "otp", "text", "sent", "passkey", "ceremony", "choice"]),
    route!(GET "/sign-in/code", Browser, own_second::show, "The same of who came by themselves", ["login", "otp", "passkey"]),
    route!(POST "/sign-in/code", Browser, own_second::submit, "Takes a code or a passkey, or sends a code, and leads to the start page", ["login", "otp", "text", "sent", "passkey", "ceremony"]),
    route!(GET "/login/lead", Browser, lead::show, "Says that a password is too short, or offers a passkey", ["login", "choice"]),
    route!(POST "/login/lead", Browser, lead::submit, "Takes what was done about it", ["login", "confirm", "choice", "passkey", "ceremony", "offer", "otp", "current", "new", "others"]),
    route!(GET "/sign-in/lead", Browser, own_lead::show, "The same of who came by themselves", ["to", "choice"]),
    route!(POST "/sign-in/lead", Browser, own_lead::submit, "Takes what was done about it, and leads on", ["to", "confirm", "choice", "passkey", "ceremony", "offer", "otp", "current", "new", "others"]),
    route!(POST "/passkeys/challenge", Browser, passkey::challenge, "A challenge for a passkey (WebAuthn)"),
    route!(GET "/open-account", Browser, opening_account::address::show, "Where an account begins, with an address", ["puzzle", "solution", "address", "why"]),
    route!(POST "/open-account", Browser, opening_account::address::submit, "Has a code sent there", ["puzzle", "solution", "address"]),
    route!(GET "/open-account/code", Browser, opening_account::code::show, "Asks for the code", ["opening", "otp"]),
    route!(POST "/open-account/code", Browser, opening_account::code::submit, "Takes the code", ["opening", "otp"]),
    route!(GET "/open-account/person", Browser, opening_account::person::show, "Asks who the person is", ["opening", "name", "username", "number"]),
    route!(POST "/open-account/person", Browser, opening_account::person::submit, "Takes what they say", ["opening", "name", "username", "number"]),
    route!(GET "/open-account/key", Browser, opening_account::key::show, "Asks how they will sign in", ["opening", "password", "passkey"]),
    route!(POST "/open-account/key", Browser, opening_account::key::submit, "Opens the account", ["opening", "password", "passkey", "ceremony"]),
    route!(POST "/open-account/passkey", Browser, opening_account::key::challenge, "A challenge to make a passkey for the account", ["opening"]),
    route!(GET "/login/select", Browser, select::show, "Choice of the person who goes on", ["login", "choice"]),
    route!(POST "/login/select", Browser, select::submit, "Takes the choice", ["login", "choice"]),
    route!(GET "/login/closing", Browser, closing::show, "Says that the account closes of who signed in", ["login", "decision"]),
    route!(POST "/login/closing", Browser, closing::submit, "Keeps the account, or lets it close", ["login", "decision"]),
    route!(GET "/consent", Browser, consent::show, "Consent page", ["login", "decision"]),
    route!(POST "/consent", Browser, consent::submit, "Takes the decision", ["login", "decision"]),
    route!(GET "/consents", Browser, consents::show, "Which services may receive what of the person"),
    route!(POST "/consents", Browser, consents::withdraw, "Withdraws what was agreed to for a service", ["confirm", "client"]),
    route!(GET "/account", Browser, overview::show, "The account: who the person is, where they are signed in, which services know them"),
    route!(POST "/account/sessions", Browser, sessions::end, "Ends sign-ins elsewhere", ["confirm", "end"]),
    route!(POST "/account/language", Browser, language::choose, "Chooses in which language the person is written to", ["confirm", "letters"]),
    route!(POST "/account/export", Browser, export::download, "Everything that is known of the person, as JSON", ["confirm"]),
    route!(GET "/account/history", Browser, history::show, "Every sign-in and disclosure, in pages", ["client", "month", "before"]),
    route!(GET "/account/close", Browser, close::show, "Where the person closes the account, or keeps it"),
    route!(POST "/account/close", Browser, close::decide, "Closes it, or keeps it", ["confirm", "decision"]),
    route!(GET "/account/security", Browser, security::show, "How the person signs in"),
    route!(GET "/account/passkeys/add", Browser, passkeys::show_add, "Where a passkey is added"),
    route!(POST "/account/passkeys/challenge", Browser, passkeys::challenge, "A challenge to make a passkey", ["confirm"]),
    route!(POST "/account/passkeys", Browser, passkeys::add, "Adds a passkey", ["confirm", "name", "passkey", "ceremony"]),
    route!(GET "/account/passkeys/one", Browser, passkeys::show_one, "A passkey of the person", ["id"]),
    route!(POST "/account/passkeys/change", Browser, passkeys::change, "Names a passkey otherwise, or removes it", ["confirm", "id", "name", "action"]),
    route!(GET "/account/password", Browser, password::show, "Where the person changes their password"),
    route!(POST "/account/password", Browser, password::change, "Changes it", ["confirm", "current", "new", "others"]),
    route!(GET "/account/totp", Browser, totp::show, "What an authenticator app is given"),
    route!(POST "/account/totp", Browser, totp::add, "Adds an authenticator app", ["confirm", "offer", "otp"]),
    route!(POST "/account/totp/remove", Browser, totp::remove, "Removes it", ["confirm"]),
    route!(GET "/account/texts", Browser, texts::show, "Codes by SMS as a second factor"),
    route!(POST "/account/texts", Browser, texts::add, "Sends a code, or takes it and adds them", ["confirm", "sent", "otp", "text"]),
    route!(POST "/account/texts/remove", Browser, texts::remove, "Removes them", ["confirm"]),
    route!(GET "/account/recovery-codes", Browser, recovery_codes::show, "Says what recovery codes are for"),
    route!(POST "/account/recovery-codes", Browser, recovery_codes::make, "Makes recovery codes, and shows them", ["confirm", "offer"]),
    route!(GET "/office", Browser, office::desk::show, "Where an official works, in one of his offices", ["choice"]),
    route!(POST "/office", Browser, office::desk::take, "Chooses the office", ["confirm", "office"]),
    route!(GET "/office/rights", Browser, office::rights::list, "Who has which rights, as far as the office reaches"),
    route!(GET "/office/rights/one", Browser, office::rights::one, "One right", ["id"]),
    route!(POST "/office/rights/take", Browser, office::rights::take, "Takes it away", ["confirm", "id", "reason", "decision"]),
    route!(GET "/office/rights/give", Browser, office::give::show, "Where an official gives a right"),
    route!(POST "/office/rights/give", Browser, office::give::ask, "Asks that another approves it", ["confirm", "person", "role", "unit", "branch", "agency", "subordinates", "delegate", "until", "reason"]),
    route!(GET "/office/pending", Browser, office::pending::list, "What waits for a second official"),
    route!(GET "/office/pending/one", Browser, office::pending::one, "One act that waits, or did", ["id"]),
    route!(POST "/office/pending/one", Browser, office::pending::decide, "Approves it, or refuses it", ["confirm", "id", "reason", "decision"]),
    route!(GET "/office/audit", Browser, office::audit::list, "What happened, as far as the office reaches", ["act", "month", "person", "system"]),
    route!(GET "/office/people", Browser, office::people::show, "Where an official looks for a person"),
    route!(POST "/office/people", Browser, office::people::find, "Looks for them, for a purpose and a reason", ["confirm", "by", "sought", "born", "purpose", "reason"]),
    route!(POST "/office/people/one", Browser, office::helping::submit, "Signs them out, suspends the account, opens it, or asks for a code", ["confirm", "id", "reason", "decision"]),
    route!(GET "/recovery", Browser, recovery::show, "Asks whose account it is that nothing opens any more"),
    route!(POST "/recovery", Browser, recovery::submit, "Sends a code to an address of the account", ["username", "way"]),
    route!(GET "/recovery/code", Browser, recovery::show_code, "Asks for the code", ["recovery", "otp"]),
    route!(POST "/recovery/code", Browser, recovery::submit_code, "Takes it; the waiting time begins", ["recovery", "otp"]),
    route!(GET "/recovery/password", Browser, recovery::show_password, "Says until when to wait, or asks for another password", ["proven", "new"]),
    route!(POST "/recovery/password", Browser, recovery::submit_password, "Sets it", ["proven", "new"]),
    route!(GET "/recovery/done", Browser, recovery::done, "Says that the account is the person's again"),
    route!(GET "/stop", Browser, stop::show, "Where a letter leads that tells of a change", ["stop"]),
    route!(POST "/stop", Browser, stop::submit, "Stops it", ["stop"]),
    route!(GET "/logout", Browser, rp_initiated_logout::get, "Logout endpoint"),
    route!(POST "/logout", Browser, rp_initiated_logout::post, "Logout endpoint, by form"),
    route!(GET "/logout/confirm", Browser, logout::show, "Asks whether to sign out, and of what", ["confirm", "stay-N"]),
    route!(POST "/logout/confirm", Browser, logout::submit, "Signs out of this browser, or of some services", ["confirm", "stay-N"]),
    route!(GET "/logout/done", Browser, logout::done, "Says what was left, and tells services by frames"),
    route!(GET "/", Browser, home::show, "Says whose door this is, and who is signed in"),
    route!(GET "/error", Browser, home::error, "Says again what an error page said, in the other language"),
    route!(GET "/services/{client_id}/open", Browser, services::open, "Begins a sign-in at a service (OpenID Connect Core)"),
    route!(GET "/assurance", Browser, assurance::show, "What each level of assurance is worth: eIDAS, NIST"),
    route!(GET "/api", Browser, api_pages::show, "What the API of officials can be asked about"),
    route!(GET "/api/{tag}", Browser, api_pages::tag, "What can be asked about something"),
    route!(GET "/api/{tag}/{operation}", Browser, api_pages::operation, "How one thing is asked of the API"),
    route!(GET "/assets/{name}", Browser, assets::show, "Style sheets"),
    route!(GET "/favicon.ico", Browser, assets::icon, "The emblem"),
    route!(GET "/.well-known/oauth-protected-resource/api/v1", Anybody, metadata::get, "Metadata of the API as a protected resource (RFC 9728)"),
    route!(GET "/api/v1/openapi.json", Anybody, openapi::get, "Description of the API (OpenAPI 3.1)"),
    route!(GET "/api/v1/units", Official, units::list, "Units, as of a day"),
    route!(GET "/api/v1/units/{level}/{code}", Official, units::one, "One unit, and its version"),
    route!(PUT "/api/v1/units/{level}/{code}", Official, units::put, "Writes a unit"),
    route!(POST "/api/v1/units/import", Official, reorganizing::import, "Enters units, as they are from a day on"),
    route!(POST "/api/v1/units/succession", Official, reorganizing::succeed, "Asks to say what became of units"),
    route!(GET "/api/v1/branches", Official, branches::list, "Branches of administration, as of a day"),
    route!(GET "/api/v1/branches/{code}", Official, branches::one, "One branch, and its version"),
    route!(PUT "/api/v1/branches/{code}", Official, branches::put, "Writes a branch"),
    route!(POST "/api/v1/branches/{code}/end", Official, branches::end, "Ends a branch"),
    route!(GET "/api/v1/agencies", Official, agencies::list, "Agencies, as of a day"),
    route!(GET "/api/v1/agencies/{id}", Official, agencies::one, "One agency, and where it stood"),
    route!(PUT "/api/v1/agencies/{id}", Official, agencies::put, "Writes an agency"),
    route!(POST "/api/v1/agencies/{id}/move", Official, agencies::relocate, "Has an agency stand somewhere else"),
    route!(POST "/api/v1/agencies/{id}/end", Official, agencies::end, "Ends an agency"),
    route!(GET "/api/v1/services", Official, registered_services::list, "Services"),
    route!(GET "/api/v1/services/{id}", Official, registered_services::one, "One service, and its version"),
    route!(PUT "/api/v1/services/{id}", Official, registered_services::put, "Writes a service"),
    route!(DELETE "/api/v1/services/{id}", Official, registered_services::remove, "Removes a service"),
    route!(GET "/api/v1/clients", Official, clients::list, "Clients"),
    route!(GET "/api/v1/clients/{id}", Official, clients::one, "One client, and its version"),
    route!(PUT "/api/v1/clients/{id}", Official, clients::write, "Writes a client"),
    route!(DELETE "/api/v1/clients/{id}", Official, clients::withdraw, "Removes a client"),
    route!(GET "/api/v1/services/{id}/versions", Official, versions::of_service, "Every version of a service"),
    route!(GET "/api/v1/services/{id}/versions/{number}", Official, versions::one_of_service, "One version"),
    route!(GET "/api/v1/services/{id}/versions/{number}/comparison", Official, versions::compare_of_service, "What differs from another"),
    route!(POST "/api/v1/services/{id}/versions/{number}/restoration", Official, versions::restore_service, "Makes it what it was"),
    route!(GET "/api/v1/clients/{id}/versions", Official, versions::of_client, "Every version of a client"),
    route!(GET "/api/v1/clients/{id}/versions/{number}", Official, versions::one_of_client, "One version"),
    route!(GET "/api/v1/clients/{id}/versions/{number}/comparison", Official, versions::compare_of_client, "What differs from another"),
    route!(POST "/api/v1/clients/{id}/versions/{number}/restoration", Official, versions::restore_client, "Makes it what it was"),
    route!(GET "/api/v1/rights", Official, rights::list, "Rights that are not over"),
    route!(POST "/api/v1/rights", Official, rights::give, "Gives a right, or asks for approval"),
    route!(GET "/api/v1/rights/{id}", Official, rights::one, "One right"),
    route!(DELETE "/api/v1/rights/{id}", Official, rights::take, "Takes a right away"),
    route!(GET "/api/v1/rights/check", Official, rights_of::check, "Whether somebody may do something, and why"),
    route!(GET "/api/v1/rights/offices", Official, rights_of::offices, "The offices in which somebody can act"),
    route!(POST "/api/v1/rights/{id}/settlement", Official, rights_of::settle, "Decides who has a right whose unit is gone"),
    route!(POST "/api/v1/rights/end", Official, rights_of::end, "Ends every right of a person who leaves"),
    route!(GET "/api/v1/pending", Official, pending::list, "What waits for a second official"),
    route!(GET "/api/v1/pending/{id}", Official, pending::one, "One act that waits, or did"),
    route!(POST "/api/v1/pending/{id}/approval", Official, pending::approve, "Approves it"),
    route!(POST "/api/v1/pending/{id}/refusal", Official, pending::refuse, "Refuses it"),
    route!(POST "/api/v1/pending/{id}/execution", Official, pending::carry_out, "Carries out what was approved"),
    route!(GET "/api/v1/declaration", Official, declaration::get, "What there is, as a declaration"),
    route!(POST "/api/v1/declaration", Official, declaration::apply, "Applies a declaration"),
    route!(GET "/api/v1/audit", Official, audit::list, "What happened"),
    route!(GET "/api/v1/figures", Official, figures::get, "How services are used"),
    route!(GET "/api/v1/outbox", Official, outbox::list, "What services and people were not told yet"),
    route!(POST "/api/v1/outbox/{id}/retry", Official, outbox::retry, "Has it tried once more"),
    route!(GET "/api/v1/keys", Official, keys::list, "Keys that sign and decrypt"),
    route!(POST "/api/v1/keys/rotation", Official, keys::rotate, "Asks that a key gets a successor"),
    route!(GET "/api/v1/keys/data", Official, keys::data, "Keys that seal what is known of people"),
    route!(POST "/api/v1/keys/data/rotation", Official, keys::rotate_data, "Asks that such a key gets a successor"),
    route!(POST "/api/v1/keys/{kid}/revocation", Official, keys::revoke, "Asks that a key is revoked"),
    route!(POST "/api/v1/people/searches", Official, people::search, "Looks for somebody"),
    route!(POST "/api/v1/people", Official, people_acts::enter, "Enters a person"),
    route!(POST "/api/v1/people/import", Official, people_bulk::import, "Enters many people"),
    route!(GET "/api/v1/people/export", Official, people_bulk::export, "Writes everybody out, page by page"),
    route!(GET "/api/v1/people/{id}", Official, people::one, "Looks at a person"),
    route!(DELETE "/api/v1/people/{id}", Official, people_acts::remove, "Removes a person"),
    route!(POST "/api/v1/people/{id}/sign-out", Official, people_acts::sign_out, "Ends a person's sessions"),
    route!(POST "/api/v1/people/{id}/disablement", Official, people_acts::disable, "Keeps a person from signing in"),
    route!(DELETE "/api/v1/people/{id}/disablement", Official, people_acts::enable, "Lets a person sign in again"),
    route!(POST "/api/v1/people/{id}/proofs", Official, people_acts::proof, "Records who a person is"),
    route!(POST "/api/v1/people/{id}/recovery", Official, people_acts::recover, "Asks to let a person in again"),
    route!(GET "/api/v1/people/{id}/sessions", Official, people_access::sessions, "Where a person is signed in"),
    route!(DELETE "/api/v1/people/{id}/sessions/{session}", Official, people_access::end_session, "Ends a session"),
    route!(GET "/api/v1/people/{id}/grants", Official, people_access::grants, "What a person's sign-ins gave"),
    route!(DELETE "/api/v1/people/{id}/grants/{grant}", Official, people_access::revoke_grant, "Revokes it"),
    route!(GET "/api/v1/clients/{id}/grants", Official, people_access::of_client, "What a client may while people are away"),
    route!(DELETE "/api/v1/clients/{id}/grants/{grant}", Official, people_access::revoke_of_client, "Revokes it"),
];

/// The router.
pub fn router(web: &Arc<Web>) -> Router {
    let (mut people, mut programs, mut api) = (Router::new(), Router::new(), Router::new());
    for Route { path, caller, handler, .. } in ROUTES {
        match caller {
            Caller::Browser => people = people.route(path, handler()),
            Caller::Anybody | Caller::Client | Caller::Bearer => programs = programs.route(path, handler()),
            Caller::Official => api = api.route(path, admin::gated(handler(), web)),
        }
    }
    // Inside: a preflight asks by OPTIONS, which no handler takes.
    let people = people.method_not_allowed_fallback(home::method_not_allowed);
    let programs = programs.method_not_allowed_fallback(home::method_not_allowed);
    let api = api.method_not_allowed_fallback(admin::method_not_allowed);
    let people = middleware::readable(people, web, ReadBy::People);
    let programs = middleware::readable(programs, web, ReadBy::Programs);
    let api = middleware::readable(api, web, ReadBy::Programs).route("/api/v1/{*other}", any(admin::not_found));
    let router = people.merge(programs).merge(api).fallback(home::not_found);
    middleware::stack(router.with_state(Arc::clone(web)).layer(compression::layer()), web, label)
}

/// What metrics call the route with this path.
fn label(path: &str) -> &'static str {
    ROUTES.iter().find(|route| route.path == path).map_or("other", |route| route.path)
}
