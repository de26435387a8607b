//! What a service may receive, for the eyes of the person whom it concerns.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::app::App;
use crate::identity::agency::Bilingual;
use crate::parts::clients::Client;
use crate::protocol::oauth::scope::OFFLINE_ACCESS;
use crate::protocol::oauth::scope::Scope;
use crate::protocol::oidc::claims;
use crate::protocol::oidc::claims::ClaimsRequest;

/// What a scope and single claims stand for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    /// The names of standard claims, each once.
    pub claims: Vec<String>,
    /// What other agencies hold.
    pub elsewhere: Vec<Bilingual>,
    /// Whether it goes on while the person is away.
    pub offline: bool,
}

impl Allowed {
    /// As a scope and the names of single claims say.
    pub fn by<'a>(app: &App, scope: &Scope, single: impl IntoIterator<Item = &'a str>) -> Self {
        let single: BTreeSet<&str> = single.into_iter().collect();
        let whole = ClaimsRequest::default();
        let by_scope: BTreeSet<&str> = claims::released(scope, &whole).collect();
        let named = |name: &&str| by_scope.contains(*name) || single.contains(*name);
        let sources = app.config.claims_sources.iter();
        let held = sources.flat_map(|source| source.claims.iter().map(move |(claim, label)| (source, claim, label)));
        let elsewhere =
            held.filter(|(source, claim, _)| scope.contains(&source.name) || single.contains(claim.as_str()));
        Self {
            elsewhere: elsewhere.map(|(_, _, label)| label.clone()).collect(),
            claims: claims::standard().filter(named).map(str::to_owned).collect(),
            offline: scope.contains(OFFLINE_ACCESS),
        }
    }

    /// As the two columns of a grant say.
    pub fn stored(app: &App, scope: &str, claims: Option<&str>) -> Self {
        let request = claims.and_then(|text| ClaimsRequest::parse(text).ok()).unwrap_or_default();
        Self::by(app, &Scope::parse(scope).unwrap_or_default(), request.names())
    }
}

/// To whom something was given: the client, as long as it is the same one.
#[derive(Clone, Debug)]
pub struct Receiver {
    /// Its identifier.
    pub id: String,
    /// Who that is today.
    pub client: Option<Arc<Client>>,
}
