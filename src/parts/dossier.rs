//! What is kept of a person beside their data, as files say it that take it along: how they sign in, who looked at them, what
//! is under way. Never what opens anything.

use serde_json::Value;
use serde_json::json;

use crate::app::App;
use crate::parts::authenticate::passkey;
use crate::store::authenticators::Authenticator;
use crate::store::authenticators::Kind;
use crate::store::proofings::Proofing;
use crate::store::recoveries::Recovery;

/// What somebody proves themselves with beside a password. `name` is the one that they gave a passkey; of one that cannot be
/// read, the rest is told.
pub fn authenticator(app: &App, one: Authenticator) -> Value {
    let model = one.model;
    let (since, last_used) = (one.created_at().to_string(), one.used_at().map(|at| at.to_string()));
    let (kind, used_from) = (one.stored_kind().to_owned(), one.used_from.clone());
    let name = match one.kind() {
        Some(Kind::Passkey) => passkey::among(app, vec![one]).ok().and_then(|mut read| read.pop()),
        Some(Kind::Totp | Kind::RecoveryCode | Kind::Text) | None => None,
    };
    let name = name.map(|(_, stored)| stored.name);
    json!({ "kind": kind, "name": name, "since": since, "last_used": last_used, "used_from": used_from, "model": model })
}

/// Somebody looked who they are.
pub fn proofing(event: &Proofing) -> Value {
    json!({
        "at": event.at().to_string(), "level": event.level().number(), "method": event.method, "evidence": event.evidence,
        "agency": event.agency,
    })
}

/// Somebody asked for their account without what they sign in with.
pub fn recovery(one: &Recovery) -> Value {
    json!({ "by": one.way(), "from": one.ready_at().to_string(), "until": one.expires_at().to_string() })
}
