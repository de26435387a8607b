//! Consent: what a page shows, and what an answer means.

use serde_json::Map;
use serde_json::Value;

use super::AuthorizationResponse;
use super::Step;
use super::login::Resumed;
use super::next;
use super::policy;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::config::claims_sources::ClaimsSource;
use crate::identity::agency::Bilingual;
use crate::identity::agency::LegalBasis;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::identity::consent::Asked;
use crate::identity::consent::Consent;
use crate::identity::consent::must_ask;
use crate::parts::issue::claims::scope_of;
use crate::parts::people;
use crate::parts::record::Change;
use crate::parts::sessions;
use crate::parts::sessions::Visitor;
use crate::protocol::error::ErrorCode;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::scope::OFFLINE_ACCESS;
use crate::protocol::oauth::scope::Scope;
use crate::protocol::oidc::claims;
use crate::store::cache::Kind;
use crate::store::cache::consent_key;
use crate::store::consents;
use crate::store::grants;
use crate::store::registrations;

/// What the person is asked.
pub struct Question {
    /// The claims that would be released, with their values; a value that is not known is null.
    pub claims: Map<String, Value>,
    /// Whether the service could go on while the person is away.
    pub offline: bool,
    /// Why the service may receive data.
    pub legal_basis: LegalBasis,
    /// Whether the person agreed to less before.
    pub more_than_before: bool,
    /// The claims that would come from elsewhere.
    pub elsewhere: Vec<Elsewhere>,
    /// The claims that were not agreed to before.
    pub new: Vec<String>,
}

/// A claim that another agency holds.
#[allow(missing_docs)]
pub struct Elsewhere {
    pub claim: String,
    pub label: Bilingual,
    pub source: Bilingual,
}

/// The question to put; `None` if nobody is signed in any more.
pub async fn question(
    app: &App,
    resumed: &Resumed,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Option<Question>, Fault> {
    let Some(live) = sessions::current(app, visitor, now).await? else { return Ok(None) };
    let person = people::find(app, live.session.person_id).await?.unwrap_or_default();
    let asked = policy::asked(app, &resumed.login.request);
    let allowed = app.cache.consent(&app.db, live.session.person_id, &resumed.client).await?;
    let named = asked.claims.iter().filter_map(|name| claims::standard().find(|known| *known == name));
    let by_scope = claims::released(&asked.scope, &resumed.login.request.claims);
    let values = by_scope.chain(named).map(|name| {
        let value = person.claims.get(name).cloned().unwrap_or(Value::Null);
        (name.to_owned(), value)
    });
    let more = must_ask(&Asked { insisted: false, ..asked.clone() }, resumed.client.legal_basis(), allowed.as_ref());
    let more_than_before = allowed.is_some() && more;
    let claims: Map<String, Value> = values.collect();
    let known = allowed.unwrap_or_default();
    let agreed = |name: &str| {
        known.claims.contains(name) || scope_of(app, name).is_some_and(|value| known.scope.contains(value))
    };
    let elsewhere = elsewhere(app, &asked);
    let names = claims.keys().chain(elsewhere.iter().map(|other| &other.claim));
    Ok(Some(Question {
        new: names.filter(|name| more_than_before && !agreed(name)).cloned().collect(),
        elsewhere,
        claims,
        offline: asked.scope.contains(OFFLINE_ACCESS),
        legal_basis: resumed.client.legal_basis(),
        more_than_before,
    }))
}

fn elsewhere(app: &App, asked: &Asked) -> Vec<Elsewhere> {
    let of = |source: &ClaimsSource| {
        let whole = asked.scope.contains(&source.name);
        let claims = source.claims.iter().filter(|(claim, _)| whole || asked.claims.contains(claim));
        let rows: Vec<Elsewhere> = claims
            .map(|(claim, label)| Elsewhere {
                claim: claim.clone(),
                label: label.clone(),
                source: source.label.clone(),
            })
            .collect();
        rows
    };
    app.config.claims_sources.iter().flat_map(of).collect()
}

/// What the person answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Agreed.
    Allow,
    /// Declined.
    Deny,
}

/// Records the answer and goes on.
pub async fn answered(
    app: &App,
    resumed: Resumed,
    decision: Decision,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<Step, Fault> {
    let Resumed { mut login, client, .. } = resumed;
    let Some(live) = sessions::current(app, visitor, now).await? else {
        return next(app, &client, login, None, now).await;
    };
    let person = live.session.person_id;
    if login.asked_of != Some(person) || login.asked_for != Some(client.holder()) {
        // Somebody else was asked, or for somebody else: nobody answered yet.
        return next(app, &client, login, Some(live), now).await;
    }
    if grants::exists(&app.db, login.grant(person)).await? {
        return Ok(Step::Over(client)); // whatever is answered now, the client was told another thing
    }
    let event = |act| Event::new(act).person(person).client(&client.id).session(live.session.id);
    if decision == Decision::Deny {
        let mut change = Change::begin(app).await?;
        change.act(event(Act::ConsentDenied));
        change.commit().await?;
        let error = OAuthError::new(ErrorCode::AccessDenied, "the person declined");
        return Ok(Step::Answer(AuthorizationResponse::error(
            app,
            (&client.id, ""),
            login.request.address(),
            &error,
            now,
        )));
    }
    let asked = policy::asked(app, &login.request);
    let before = app.cache.consent(&app.db, person, &client).await?.unwrap_or_default();
    let consent = Consent { scope: before.scope.union(&asked.scope), claims: before.claims.union(&asked.claims) };
    login.consented_by = Some(person);
    if consent == before && !asked.insisted {
        return next(app, &client, login, Some(live), now).await; // it is known by now
    }
    let mut change = Change::begin(app).await?;
    consents::put(&mut change.tx, person, &client, &consent, now).await?;
    if client.backing.is_none() {
        registrations::note_use(&mut change.tx, &client.id, now).await?;
    }
    change.act(event(Act::ConsentGiven).detail(describe(&asked.scope, &asked.claims)));
    change.announce(Kind::Consent, consent_key(person, &client.id));
    change.commit().await?;
    next(app, &client, login, Some(live), now).await
}

fn describe(scope: &Scope, claims: &Scope) -> String {
    if claims.is_empty() { format!("scope {scope}") } else { format!("scope {scope}; claims {claims}") }
}
