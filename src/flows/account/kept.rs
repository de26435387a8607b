//! What is kept of a person beside their data and their history, as the file says it that they take along. Never what opens
//! anything, or by which others would be known.

use std::time::Duration;

use serde_json::Value;
use serde_json::json;
use uuid::Uuid;

use super::history;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::authority::Authority;
use crate::identity::authority::Holder;
use crate::identity::authority::Office;
use crate::parts::authority;
use crate::parts::dossier;
use crate::parts::leads::NEVER;
use crate::parts::letters;
use crate::parts::networks;
use crate::store::authenticators;
use crate::store::authenticators::Authenticator;
use crate::store::kept_of_people as rows;
use crate::store::refusals;
use crate::store::refusals::Counted;

/// Rows of one kind: nobody has more.
const MOST: i64 = 10_000;
/// Of refused sign-ins so long a time, in whole minutes, is read at once: their key begins with the minute, whoever was refused.
const SPAN: Duration = Duration::from_secs(31 * 86_400);

/// What they sign in with, the password apart.
pub async fn authenticators(app: &App, person: Uuid) -> Result<Value, Fault> {
    let told = |one: Authenticator| {
        let failures = one.failures;
        let mut told = dossier::authenticator(app, one);
        if let Value::Object(members) = &mut told {
            members.insert("wrong_tries".into(), failures.into());
        }
        told
    };
    Ok(authenticators::of(&app.db, person).await?.into_iter().map(told).collect())
}

/// Since when they have the password that they have, and what else is kept of it.
pub async fn password(app: &App, person: Uuid) -> Result<Option<(String, Value)>, Fault> {
    let told = |kept: rows::Password| {
        let first = kept.created_at().to_string();
        (kept.updated_at().to_string(), json!({ "first_set": first, "wrong_tries": kept.failures }))
    };
    Ok(rows::password(&app.db, person).await?.map(told))
}

/// What their row remembers.
pub async fn remembered(app: &App, person: Uuid) -> Result<Value, Fault> {
    let Some(row) = rows::remembered(&app.db, person).await? else { return Ok(Value::Null) };
    let offer = row.passkey_offer_after().map(|at| if at == NEVER { "never".to_owned() } else { at.to_string() });
    Ok(json!({
        "changed_at": row.updated_at().to_string(),
        "passkey_offered_after": offer,
        "known_networks": networks::count(row.networks.as_deref().unwrap_or_default()),
        "browsers_forgotten": row.devices,
        "credentials_taken": row.removals,
    }))
}

/// What they may do as an official, or might once.
pub async fn rights(app: &App, person: Uuid, now: Timestamp) -> Result<Value, Fault> {
    let all = authority::ever(app, &Holder::Person(person), now).await?;
    Ok(all.iter().map(right).collect())
}

fn right(right: &Authority) -> Value {
    json!({
        "role": right.role.as_str(), "office": Office::of(right).to_string(), "may_delegate": right.may_delegate,
        "from": right.from.to_string(), "until": right.until.map(|at| at.to_string()),
        "revoked_at": right.revoked_at.map(|at| at.to_string()),
    })
}

/// Sign-ins in their name that were refused or put off, the latest minute first.
pub async fn refused(app: &App, person: Uuid, now: Timestamp) -> Result<Value, Fault> {
    let ([since, _], mut until) = (history::kept(app, person, now), refusals::end_of_minute(now));
    let mut all = Vec::new();
    while until > since && all.len() < usize::try_from(MOST).unwrap_or(usize::MAX) {
        let from = since.max(until - SPAN);
        all.extend(refusals::between(&app.db, Some(person), [from, until], MOST).await?);
        until = from;
    }
    let told = |one: Counted| json!({ "minute": one.at().to_string(), "act": one.act, "tries": one.tries });
    Ok(all.into_iter().map(told).collect())
}

/// Letters to them that were not brought yet: what they say may open something, and goes to the address alone.
pub async fn letters(app: &App, person: Uuid) -> Result<Value, Fault> {
    let told = |row: crate::store::letters::Row| {
        let (to, about) = letters::outside(app, &row).unzip();
        json!({
            "to": to, "about": about, "by": row.channel(), "written_at": row.created_at().to_string(),
            "until": row.expires_at().to_string(), "tries": row.tries, "next_try_at": row.next_try_at().to_string(),
            "given_up_at": row.given_up_at().map(|at| at.to_string()), "last_error": row.last_error,
        })
    };
    Ok(rows::letters(&app.db, person, MOST).await?.into_iter().map(told).collect())
}

/// What they stopped by the links of letters.
pub async fn stopped(app: &App, person: Uuid) -> Result<Value, Fault> {
    let told = |(what, done, at): (String, Timestamp, Timestamp)| json!({ "what": what, "done_at": done.to_string(), "stopped_at": at.to_string() });
    Ok(rows::stopped(&app.db, person).await?.into_iter().map(told).collect())
}
