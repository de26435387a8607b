//! Every endpoint and parameter that takes a token, a code, an assertion or a sealed value; what each takes, and why more
//! than what is alive and the presenter's own.

mod browsers;
mod clients;
mod leads;
mod offices;
mod openings;

use super::Fate;
use super::Made;
use super::Presenting;
use super::Stage;
use super::Whose;

/// A place.
pub struct Place {
    /// The method and path of its route, and the parameter; after a comma, who presents.
    pub name: &'static str,
    pub takes: &'static [Takes],
    /// Presents something there, and says whether it was taken.
    pub present: for<'a> fn(&'a Stage, &'a Made) -> Presenting<'a>,
}

/// What a place takes.
pub struct Takes {
    pub kind: &'static str,
    pub whose: &'static [Whose],
    pub fates: &'static [Fate],
}

impl Place {
    pub fn takes(&self, kind: &str, whose: Whose, fate: Fate) -> bool {
        let takes = |one: &Takes| one.kind == kind && one.whose.contains(&whose) && one.fates.contains(&fate);
        self.takes.iter().any(takes)
    }
}

const ANYBODY: &[Whose] = &[Whose::Own, Whose::Foreign];
const ALIVE: &[Fate] = &[Fate::Alive];

/// What is the presenter's own and alive: the rule.
const fn own(kind: &'static str) -> Takes {
    Takes { kind, whose: &[Whose::Own], fates: ALIVE }
}

/// RFC 6750 §1.2: "any party in possession of the token […] can use the token".
const fn bearer(kind: &'static str) -> Takes {
    Takes { kind, whose: ANYBODY, fates: ALIVE }
}

/// RFC 7662 §4, RFC 9701 §5: a resource server learns of every token that is meant for it, whichever client it was issued to.
const fn meant_for(kind: &'static str) -> Takes {
    Takes { kind, whose: ANYBODY, fates: ALIVE }
}

/// What lies in an address of our own pages and binds neither client nor browser.
const fn unbound(kind: &'static str) -> Takes {
    Takes { kind, whose: ANYBODY, fates: ALIVE }
}

/// OpenID Connect RP-Initiated Logout §2: "The OP SHOULD accept ID Tokens […] even when the exp time has passed"; Core §3.1.2.1:
/// "ID Token previously issued": what was granted with it does not matter.
const fn hint(kind: &'static str) -> Takes {
    Takes { kind, whose: &[Whose::Own], fates: &[Fate::Alive, Fate::Expired, Fate::Spent] }
}

/// RFC 7009 §2.1: "invalidates the token": a former generation names the same grant.
const fn any_generation(kind: &'static str) -> Takes {
    Takes { kind, whose: &[Whose::Own], fates: &[Fate::Alive, Fate::Expired] }
}

/// A page that stood open for too long begins its sign-in anew for the same service, in the same browser.
const fn begun_anew(kind: &'static str) -> Takes {
    Takes { kind, whose: &[Whose::Own], fates: &[Fate::Alive, Fate::Expired] }
}

macro_rules! places {
    ($($name:literal takes [$($takes:expr),*] => $present:expr,)*) => {
        &[$(Place {
            name: $name,
            takes: &[$($takes),*],
            present: |stage, made| Box::pin(($present)(stage, made)),
        },)*]
    };
}

/// All of them.
#[rustfmt::skip]
pub const PLACES: &[Place] = places! {
    "GET /userinfo Authorization" takes [bearer("access token")] => clients::userinfo,
    "POST /userinfo Authorization" takes [bearer("access token")] => clients::userinfo_by_post,
    "POST /userinfo access_token" takes [bearer("access token")] => clients::userinfo_by_form,
    "GET /api/v1/branches Authorization" takes [bearer("access token for the API")] => clients::branches,
    "GET /api/v1/branches cursor" takes [own("cursor of a list")] => clients::more_branches,
    "POST /introspect token, by its client" takes [own("access token"), own("access token for a resource"), own("access token for the API"), own("access token of the client itself"), own("access token for a claims source"), own("refresh token"), own("former refresh token")] => clients::introspect,
    "POST /introspect token, by a resource" takes [meant_for("access token for a resource")] => |stage, made| clients::introspect_as(stage, made, "records"),
    "POST /introspect token, by a claims source" takes [meant_for("access token for a claims source")] => |stage, made| clients::introspect_as(stage, made, "insurer"),
    "POST /revoke token" takes [own("access token"), own("access token for a resource"), own("access token for a claims source"), own("refresh token"), any_generation("former refresh token")] => clients::revoke,
    "POST /token code" takes [own("code")] => clients::redeem,
    "POST /token refresh_token" takes [own("refresh token"), own("former refresh token")] => clients::refresh,
    "POST /token client_assertion" takes [own("client assertion")] => |stage, made| clients::assert(stage, made, "/token"),
    "POST /par client_assertion" takes [own("client assertion")] => |stage, made| clients::assert(stage, made, "/par"),
    "POST /introspect client_assertion" takes [own("client assertion")] => |stage, made| clients::assert(stage, made, "/introspect"),
    "POST /revoke client_assertion" takes [own("client assertion")] => |stage, made| clients::assert(stage, made, "/revoke"),
    "POST /token Authorization" takes [own("client secret, basic")] => |stage, made| clients::by_basic(stage, made, "/token"),
    "POST /par Authorization" takes [own("client secret, basic")] => |stage, made| clients::by_basic(stage, made, "/par"),
    "POST /introspect Authorization" takes [own("client secret, basic")] => |stage, made| clients::by_basic(stage, made, "/introspect"),
    "POST /revoke Authorization" takes [own("client secret, basic")] => |stage, made| clients::by_basic(stage, made, "/revoke"),
    "POST /token client_secret" takes [own("client secret, post")] => |stage, made| clients::by_post(stage, made, "/token"),
    "POST /par client_secret" takes [own("client secret, post")] => |stage, made| clients::by_post(stage, made, "/par"),
    "POST /introspect client_secret" takes [own("client secret, post")] => |stage, made| clients::by_post(stage, made, "/introspect"),
    "POST /revoke client_secret" takes [own("client secret, post")] => |stage, made| clients::by_post(stage, made, "/revoke"),
    "POST /par request" takes [own("request object"), own("request object, encrypted")] => clients::push_object,
    "POST /par request_uri" takes [] => clients::push_reference,
    "POST /par id_token_hint" takes [hint("ID token"), hint("ID token, encrypted to us")] => clients::push_hint,
    "GET /authorize request" takes [own("request object"), own("request object, encrypted")] => browsers::request,
    "GET /authorize request_uri" takes [own("pushed request")] => browsers::request_uri,
    "GET /authorize id_token_hint" takes [hint("ID token"), hint("ID token, encrypted to us")] => browsers::hint,
    "GET /authorize Cookie, of the session" takes [own("session cookie")] => browsers::session,
    "GET /logout id_token_hint" takes [hint("ID token"), hint("ID token, encrypted to us")] => browsers::logout_hint,
    "GET /logout/confirm logout" takes [unbound("logout request")] => browsers::logout_request,
    "POST /logout/confirm confirm" takes [own("confirmation of a sign-out")] => browsers::confirm_sign_out,
    "GET /logout/done farewell" takes [own("farewell")] => browsers::farewell,
    "GET /login login" takes [begun_anew("sign-in in progress")] => |stage, made| browsers::open(stage, made, "/login"),
    "GET /login Cookie, of the browser" takes [own("browser cookie")] => browsers::browser,
    "POST /login login" takes [own("sign-in in progress")] => browsers::sign_in,
    "POST /login Cookie, of the device" takes [own("device cookie")] => browsers::device,
    "GET /login again" takes [own("what stays of a refused sign-in")] => browsers::again,
    "GET /sign-in again" takes [own("what stays of a refused sign-in")] => browsers::again_by_oneself,
    "POST /sign-in login" takes [own("own sign-in in progress")] => browsers::sign_in_by_oneself,
    "POST /consents confirm" takes [own("page of consents")] => browsers::withdraw,
    "GET /login/code login" takes [begun_anew("sign-in in progress")] => |stage, made| browsers::open(stage, made, "/login/code"),
    "POST /login/code login" takes [begun_anew("sign-in in progress")] => |stage, made| browsers::submit(stage, made, "/login/code", ("otp", "000000")),
    "GET /sign-in/code login" takes [begun_anew("own sign-in in progress")] => browsers::second_by_oneself,
    "POST /sign-in/code login" takes [begun_anew("own sign-in in progress")] => browsers::submit_second_by_oneself,
    "GET /login/lead login" takes [begun_anew("sign-in in progress")] => |stage, made| browsers::open(stage, made, "/login/lead"),
    "POST /login/lead login" takes [begun_anew("sign-in in progress")] => |stage, made| browsers::submit(stage, made, "/login/lead", ("choice", "later")),
    "POST /login/lead confirm" takes [own("page of the account")] => |stage, made| leads::confirm(stage, made, "/login/lead"),
    "POST /sign-in/lead confirm" takes [own("page of the account")] => |stage, made| leads::confirm(stage, made, "/sign-in/lead"),
    "POST /login/lead ceremony" takes [own("challenge to make a passkey")] => |stage, made| leads::make_passkey(stage, made, "/login/lead"),
    "POST /sign-in/lead ceremony" takes [own("challenge to make a passkey")] => |stage, made| leads::make_passkey(stage, made, "/sign-in/lead"),
    "POST /login/lead offer" takes [own("authenticator app to be")] => |stage, made| leads::add_app(stage, made, "/login/lead"),
    "POST /sign-in/lead offer" takes [own("authenticator app to be")] => |stage, made| leads::add_app(stage, made, "/sign-in/lead"),
    "POST /login ceremony" takes [own("challenge for a passkey")] => |stage, made| browsers::passkey(stage, made, "/login"),
    "POST /login/code ceremony" takes [own("challenge for a passkey")] => |stage, made| browsers::passkey(stage, made, "/login/code"),
    "POST /sign-in ceremony" takes [own("challenge for a passkey")] => |stage, made| browsers::passkey(stage, made, "/sign-in"),
    "POST /sign-in/code ceremony" takes [own("challenge for a passkey")] => |stage, made| browsers::passkey(stage, made, "/sign-in/code"),
    "POST /account/passkeys/challenge confirm" takes [own("page of the account")] => |stage, made| browsers::account(stage, made, "/account/passkeys/challenge"),
    "POST /account/passkeys confirm" takes [own("page of the account")] => |stage, made| browsers::account(stage, made, "/account/passkeys"),
    "POST /account/passkeys/change confirm" takes [own("page of the account")] => |stage, made| browsers::account(stage, made, "/account/passkeys/change"),
    "POST /account/password confirm" takes [own("page of the account")] => |stage, made| browsers::account(stage, made, "/account/password"),
    "POST /account/totp confirm" takes [own("page of the account")] => |stage, made| browsers::account(stage, made, "/account/totp"),
    "POST /account/totp/remove confirm" takes [own("page of the account")] => |stage, made| browsers::account(stage, made, "/account/totp/remove"),
    "POST /account/recovery-codes confirm" takes [own("page of the account")] => |stage, made| browsers::account(stage, made, "/account/recovery-codes"),
    "POST /account/close confirm" takes [own("page of the account")] => browsers::keep_account,
    "POST /account/passkeys ceremony" takes [own("challenge to make a passkey")] => browsers::make_passkey,
    "POST /account/totp offer" takes [own("authenticator app to be")] => browsers::add_app,
    "POST /account/recovery-codes offer" takes [own("recovery codes to be")] => browsers::make_codes,
    "POST /account/sessions confirm" takes [own("page of the account")] => browsers::end_elsewhere,
    "POST /account/language confirm" takes [own("page of the account")] => browsers::choose_language,
    "POST /account/export confirm" takes [own("page of the account")] => browsers::export,
    "POST /login/code sent" takes [own("code that was sent")] => |stage, made| browsers::text(stage, made, "/login"),
    "POST /sign-in/code sent" takes [own("code that was sent")] => |stage, made| browsers::text(stage, made, "/sign-in"),
    "POST /account/texts confirm" takes [own("page of the account")] => |stage, made| browsers::account(stage, made, "/account/texts"),
    "POST /account/texts/remove confirm" takes [own("page of the account")] => |stage, made| browsers::account(stage, made, "/account/texts/remove"),
    "POST /account/texts sent" takes [own("code that was sent to be added")] => browsers::add_texts,
    "GET /recovery/code recovery" takes [own("recovery asked for")] => browsers::recovery,
    "POST /recovery/code recovery" takes [own("recovery asked for")] => browsers::recovery_code,
    "GET /recovery/password proven" takes [own("recovery to go on with")] => browsers::recovery_password,
    "POST /recovery/password proven" takes [own("recovery to go on with")] => browsers::recover,
    "GET /stop stop" takes [own("link that stops a change")] => browsers::stop_page,
    "POST /stop stop" takes [own("link that stops a change")] => browsers::stop,
    "POST /open-account puzzle" takes [own("puzzle of an account")] => openings::ask,
    "GET /open-account/code opening" takes [own("account to be, whose address is not known")] => |stage, made| openings::open(stage, made, "/open-account/code"),
    "POST /open-account/code opening" takes [own("account to be, whose address is not known")] => |stage, made| openings::submit(stage, made, "/open-account/code"),
    "GET /open-account/person opening" takes [own("account to be, of nobody yet")] => |stage, made| openings::open(stage, made, "/open-account/person"),
    "POST /open-account/person opening" takes [own("account to be, of nobody yet")] => |stage, made| openings::submit(stage, made, "/open-account/person"),
    "GET /open-account/key opening" takes [own("account to be, of somebody")] => |stage, made| openings::open(stage, made, "/open-account/key"),
    "POST /open-account/passkey opening" takes [own("account to be, of somebody")] => openings::challenge,
    "POST /open-account/key ceremony" takes [own("challenge to make a passkey for an account")] => openings::make_passkey,
    "POST /open-account/key opening" takes [own("account to be, of somebody")] => |stage, made| openings::submit(stage, made, "/open-account/key"),
    "GET /office/rights Cookie, of the office" takes [own("chosen office")] => offices::rights,
    "POST /office confirm" takes [own("page of an office")] => offices::choose,
    "POST /office/rights/give confirm" takes [own("page of an office")] => |stage, made| offices::submit(stage, made, "/office/rights/give"),
    "POST /office/rights/take confirm" takes [own("page of an office")] => |stage, made| offices::submit(stage, made, "/office/rights/take"),
    "POST /office/pending/one confirm" takes [own("page of an office")] => |stage, made| offices::submit(stage, made, "/office/pending/one"),
    "POST /office/people confirm" takes [own("page of an office")] => |stage, made| offices::submit(stage, made, "/office/people"),
    "POST /office/people/one confirm" takes [own("page of an office")] => offices::help,
    "GET /error page" takes [Takes { kind: "error page", whose: &[Whose::Own], fates: ALIVE }] => browsers::error_page,
    "GET /login/select login" takes [begun_anew("sign-in in progress")] => |stage, made| browsers::open(stage, made, "/login/select"),
    "POST /login/select login" takes [begun_anew("sign-in in progress")] => |stage, made| browsers::submit(stage, made, "/login/select", ("choice", "continue")),
    "GET /login/closing login" takes [begun_anew("sign-in in progress")] => |stage, made| browsers::open(stage, made, "/login/closing"),
    "POST /login/closing login" takes [begun_anew("sign-in in progress")] => |stage, made| browsers::submit(stage, made, "/login/closing", ("decision", "keep")),
    "GET /consent login" takes [begun_anew("sign-in in progress")] => |stage, made| browsers::open(stage, made, "/consent"),
    "POST /consent login" takes [begun_anew("sign-in in progress")] => |stage, made| browsers::submit(stage, made, "/consent", ("decision", "allow")),
    "POST /register Authorization" takes [own("initial access token")] => clients::register,
    "POST /register software_statement" takes [own("software statement")] => clients::state,
    "GET /register/{client_id} Authorization" takes [own("registration access token")] => |stage, made| clients::manage(stage, made, "GET"),
    "PUT /register/{client_id} Authorization" takes [own("registration access token")] => |stage, made| clients::manage(stage, made, "PUT"),
    "PUT /register/{client_id} client_secret" takes [own("client secret, registered")] => clients::update_with_secret,
    "PUT /register/{client_id} software_statement" takes [own("software statement")] => clients::update_with_statement,
    "DELETE /register/{client_id} Authorization" takes [own("registration access token")] => |stage, made| clients::manage(stage, made, "DELETE"),
};
