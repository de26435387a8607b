//! Every kind of token, code, assertion and sealed value that we issue or take, and how one comes to be.

mod browsers;
mod clients;
mod offices;
mod openings;
mod texts;

use super::Fate;
use super::Making;
use super::Stage;
use super::Whose;

/// A kind.
pub struct Kind {
    pub name: &'static str,
    /// Makes one of a client (or browser), which is alive or not; `None` where this kind knows no such fate.
    pub make: for<'a> fn(&'a Stage, Whose, Fate) -> Making<'a>,
}

macro_rules! kinds {
    ($($name:literal => $make:expr,)*) => {
        &[$(Kind { name: $name, make: |stage, whose, fate| Box::pin(($make)(stage, whose, fate)) },)*]
    };
}

/// All of them.
pub const KINDS: &[Kind] = kinds! {
    "access token" => |stage, whose, fate| clients::granted(stage, whose, fate, clients::Wanted::ACCESS),
    "access token for a resource" => |stage, whose, fate| clients::granted(stage, whose, fate, clients::Wanted::RESOURCE),
    "access token of the client itself" => clients::of_itself,
    "access token for the API" => clients::for_api,
    "cursor of a list" => clients::cursor,
    "access token for a claims source" => clients::for_source,
    "ID token" => |stage, whose, fate| clients::granted(stage, whose, fate, clients::Wanted::ID),
    "ID token, encrypted to the client" => |stage, whose, fate| clients::id_token_encrypted(stage, whose, fate, clients::To::Client),
    "ID token, encrypted to us" => |stage, whose, fate| clients::id_token_encrypted(stage, whose, fate, clients::To::Us),
    "refresh token" => |stage, whose, fate| clients::granted(stage, whose, fate, clients::Wanted::REFRESH),
    "former refresh token" => clients::former_refresh_token,
    "code" => clients::code,
    "client assertion" => clients::assertion,
    "request object" => |stage, whose, fate| clients::object(stage, whose, fate, false),
    "request object, encrypted" => |stage, whose, fate| clients::object(stage, whose, fate, true),
    "pushed request" => clients::pushed,
    "logout token" => browsers::logout_token,
    "introspection answer" => clients::introspection_answer,
    "signed UserInfo" => clients::userinfo,
    "signed metadata" => clients::metadata,
    "registration access token" => clients::registration_token,
    "initial access token" => clients::initial_token,
    "software statement" => clients::statement,
    "client secret, basic" => |stage, whose, fate| clients::secret(stage, whose, fate, "basic"),
    "client secret, post" => |stage, whose, fate| clients::secret(stage, whose, fate, "post"),
    "client secret, registered" => clients::registered_secret,
    "sign-in in progress" => browsers::login,
    "own sign-in in progress" => browsers::own_login,
    "what stays of a refused sign-in" => browsers::refused_login,
    "page of consents" => browsers::consents,
    "error page" => browsers::error_page,
    "confirmation of a sign-out" => browsers::confirmation,
    "logout request" => browsers::logout_request,
    "farewell" => browsers::farewell,
    "session cookie" => browsers::session,
    "browser cookie" => browsers::browser,
    "page of the account" => browsers::account,
    "challenge for a passkey" => browsers::passkey_challenge,
    "challenge to make a passkey" => browsers::passkey_to_make,
    "authenticator app to be" => |stage, whose, fate| browsers::offer(stage, whose, fate, "/account/totp"),
    "recovery codes to be" => |stage, whose, fate| browsers::offer(stage, whose, fate, "/account/recovery-codes"),
    "code that was sent" => texts::sent,
    "code that was sent to be added" => texts::to_be_added,
    "recovery asked for" => browsers::recovery,
    "recovery to go on with" => browsers::recovery_proven,
    "link that stops a change" => browsers::stop,
    "puzzle of an account" => openings::puzzle,
    "account to be, whose address is not known" => openings::asked,
    "account to be, of nobody yet" => openings::reached,
    "challenge to make a passkey for an account" => openings::passkey_to_make,
    "account to be, of somebody" => openings::described,
    "device cookie" => browsers::device,
    "chosen office" => offices::chosen,
    "page of an office" => offices::page,
};
