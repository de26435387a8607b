//! Claims that others hold: OpenID Connect Core §5.6.2. Aggregated ones are fetched and passed on as their source signed
//! them, distributed ones are named with the place where they are and an access token for it.

use std::time::Duration;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use super::access_token;
use super::subject;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::secret::Secret;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::config::claims_sources::ClaimsSource;
use crate::config::claims_sources::Mode;
use crate::identity::authorization::Authorization;
use crate::identity::authorization::Subject;
use crate::jose::jws;
use crate::outbound::Expect;
use crate::outbound::Request;
use crate::parts::clients;
use crate::parts::clients::Client;
use crate::protocol::oauth::scope::Scope;
use crate::protocol::oidc::claims;
use crate::protocol::oidc::claims::ClaimsRequest;

/// What `request` asks of the claims that `client` may have: those that a scope value of its own stands for.
pub fn permitted(app: &App, client: &Client, mut request: ClaimsRequest) -> ClaimsRequest {
    let scope = &client.metadata.scope;
    let may = |name: &str| match scope_of(app, name) {
        Some(value) => scope.contains(value),
        None => true, // about the sign-in, or unknown and then ignored
    };
    request.userinfo.retain(|name, _| may(name));
    request.id_token.retain(|name, _| may(name));
    request
}

/// The scope value that stands for a claim about a person.
pub fn scope_of<'a>(app: &'a App, claim: &str) -> Option<&'a str> {
    let standard = claims::BY_SCOPE.into_iter().find(|(_, claims)| claims.contains(&claim)).map(|(scope, _)| scope);
    let sources = &app.config.claims_sources;
    standard.or_else(|| sources.iter().find(|source| source.claims.contains_key(claim)).map(|source| &*source.name))
}

/// Whose claims are fetched, for whom.
#[allow(missing_docs)]
pub struct Concerning<'a> {
    pub client: &'a Client,
    pub authorization: &'a Authorization,
}

/// Puts references to the claims of each source into `body`: all of a source that `scope` names, and those that `wished`
/// names. A source that does not answer is left out: its claims are voluntary, as all are (§5.5.1).
pub async fn refer(
    app: &App,
    body: &mut Map<String, Value>,
    (scope, wished): (&Scope, impl Fn(&str) -> bool),
    concerning: &Concerning<'_>,
    now: Timestamp,
) -> Result<(), Fault> {
    for source in &app.config.claims_sources {
        let whole = scope.contains(&source.name);
        let names: Vec<&str> = source.claims.keys().map(String::as_str).filter(|name| whole || wished(name)).collect();
        if names.is_empty() {
            continue;
        }
        let Some(own) = clients::find(app, &source.client).await? else {
            tracing::error!(source = source.name, client = source.client, "the client of a claims source is unknown");
            continue;
        };
        match source.mode {
            Mode::Distributed => {
                let sub = subject::between(app, concerning.authorization.grant, &source.name);
                let token = token_for(app, source, sub, &names, concerning, now).await?;
                let reference = json!({"endpoint": source.endpoint, "access_token": token.expose()});
                claims::refer(body, &source.name, &names, reference);
            }
            Mode::Aggregated => {
                let sub = subject::of(app, concerning.authorization.person, &own);
                if let Some((jwt, there)) = fetch(app, source, sub, &names, concerning, now).await? {
                    claims::refer(body, &source.name, &there, json!({"JWT": jwt}));
                }
            }
        }
    }
    Ok(())
}

/// An access token for the source alone.
async fn token_for(
    app: &App,
    source: &ClaimsSource,
    sub: String,
    names: &[&str],
    concerning: &Concerning<'_>,
    now: Timestamp,
) -> Result<Secret<String>, Fault> {
    let basis = access_token::Basis {
        subject: Subject::Occasion { of: concerning.authorization, sub: &sub },
        scope: Scope::parse(&names.join(" ")).unwrap_or_default(),
        resource: Some(&source.endpoint),
    };
    Ok(Secret::new(access_token::issue(app, concerning.client, basis, now).await?.token))
}

/// The source's JWT, and which of the claims it holds; one that was fetched within the last minute is passed on again.
async fn fetch<'a>(
    app: &App,
    source: &ClaimsSource,
    sub: String,
    names: &[&'a str],
    concerning: &Concerning<'_>,
    now: Timestamp,
) -> Result<Option<(String, Vec<&'a str>)>, Fault> {
    let key = sha256(format!("{} {sub} {} {}", source.name, concerning.client.id, names.join(" ")).as_bytes());
    let jwt = match app.cache.attested(&key, now) {
        Some(jwt) => jwt,
        None => {
            let token = token_for(app, source, sub, names, concerning, now).await?;
            let request =
                Request { bearer: Some(&token), ..Request::get(&concerning.client.id, &source.endpoint, Expect::Jwt) };
            let fetched = match app.fetch.send(request).await {
                Ok(response) => String::from_utf8(response.body).unwrap_or_default().trim().to_owned(),
                Err(why) => {
                    tracing::warn!(source = source.name, %why, "a claims source does not answer");
                    return Ok(None);
                }
            };
            app.cache.remember_attested(key, &fetched, now + KEPT);
            fetched
        }
    };
    let there = held(&jwt, names);
    if there.is_empty() {
        tracing::warn!(
            source = source.name,
            "a claims source answered without a JWT of its claims, or named a subject"
        );
        return Ok(None);
    }
    Ok(Some((jwt, there)))
}

/// Which of `names` a JWT holds; none where it says `sub`: that would tell one sector the other's identifier. §5.6.2 says
/// only that "A sub (subject) Claim SHOULD NOT be returned from the Claims Provider"; refusing every one is our stricter
/// choice. Its signature is for the relying party to verify.
fn held<'a>(jwt: &str, names: &[&'a str]) -> Vec<&'a str> {
    let claims = jws::decode(jwt)
        .ok()
        .and_then(|unverified| serde_json::from_slice::<Map<String, Value>>(unverified.unverified_payload()).ok());
    let claims = claims.filter(|claims| !claims.contains_key("sub")).unwrap_or_default();
    names.iter().copied().filter(|name| claims.contains_key(*name)).collect()
}

/// For so long a source's JWT is passed on without asking again.
const KEPT: Duration = Duration::from_secs(60);
