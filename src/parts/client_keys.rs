//! The keys of a client, by value (`jwks`) or where it publishes them (`jwks_uri`): RFC 7591 §2, OpenID Connect Core §10.
//! A call may wait for somebody else's server: never make one while a transaction is open.

use std::sync::Arc;

use serde_json::Map;
use serde_json::Value;

use crate::app::App;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::jose::jwa::Algorithm;
use crate::jose::jwa::KeyManagement;
use crate::jose::jwk::JwkError;
use crate::jose::jws;
use crate::jose::jws::JwsError;
use crate::jose::jws::Unverified;
use crate::jose::jwt;
use crate::jose::jwt::JwtError;
use crate::jose::jwt::Rules;
use crate::outbound::Unreachable;
use crate::outbound::jwks::Keys;
use crate::parts::clients;
use crate::protocol::oauth::private_key_jwt::Used;
use crate::store::assertions::UsedAssertion;
use crate::store::clients::Client;

/// Why a client's keys are of no use, or do not prove what they should.
#[derive(Debug, thiserror::Error)]
pub enum Unproven {
    /// The client registered none.
    #[error("the client registered no keys")]
    NoKeys,
    /// Those that it registered are no set of public keys.
    #[error("the client's jwks: {0}")]
    Malformed(#[from] JwkError),
    /// Its `jwks_uri` does not answer.
    #[error("the client's jwks_uri: {0}")]
    Unreachable(#[from] Unreachable),
    /// None of its keys has this name and is for this algorithm.
    #[error("the client has no such key")]
    UnknownKey,
    /// The token is not what it should be.
    #[error(transparent)]
    Token(#[from] JwtError),
}

/// What a JWT of a client must be.
pub struct Wanted<'a> {
    /// The algorithms by which it may be signed.
    pub algorithms: &'a [Algorithm],
    /// What it must say.
    pub rules: &'a dyn Rules,
}

/// The claims of a JWT that `client` signed. A key that is not known, or does not fit, is looked for among those that the
/// client publishes now.
pub async fn verify(
    app: &App,
    client: &Client,
    compact: &str,
    wanted: &Wanted<'_>,
    now: Timestamp,
) -> Result<Map<String, Value>, Unproven> {
    let token = jws::decode(compact).map_err(JwtError::from)?;
    let (kid, alg) = (token.header().kid.as_deref(), token.header().alg);
    if !wanted.algorithms.contains(&alg) {
        return Err(JwtError::from(JwsError::WrongAlgorithm).into());
    }
    let keys = read(app, client, |keys| keys.verifying(kid, alg).next().is_some(), now).await?;
    let outcome = with_any(&keys, &token, wanted);
    let by_value = client.metadata.jwks.is_some();
    if by_value || !matches!(outcome, Err(Unproven::Token(JwtError::Jws(JwsError::BadSignature)))) {
        return outcome;
    }
    // Perhaps another key has the old one's name.
    let anew = read(app, client, |anew| !std::ptr::eq(anew, &*keys), now).await?;
    if Arc::ptr_eq(&anew, &keys) { outcome } else { with_any(&anew, &token, wanted) }
}

/// Whether `client` registered keys, or where to find them.
pub fn are_registered(client: &Client) -> bool {
    client.metadata.jwks.is_some() || client.metadata.jwks_uri.is_some()
}

/// All keys of `client`, with one to encrypt to by `alg` if it has any.
pub async fn encrypting(app: &App, client: &Client, alg: KeyManagement, now: Timestamp) -> Result<Arc<Keys>, Unproven> {
    read(app, client, |keys| keys.set().recipient(alg).is_some(), now).await
}

/// What is remembered of a JWT of `client` that counts once: it has `jti` and `exp`. `kind` keeps kinds of JWTs apart.
pub fn used(kind: &str, client: &Client, claims: &Map<String, Value>) -> Option<UsedAssertion> {
    let Used { jti, until } = Used::of(claims).ok()?;
    Some(UsedAssertion { digest: sha256(format!("{kind}\0{}\0{jti}", client.id).as_bytes()), until })
}

async fn read(
    app: &App,
    client: &Client,
    suffices: impl Fn(&Keys) -> bool,
    now: Timestamp,
) -> Result<Arc<Keys>, Unproven> {
    match (&client.metadata.jwks, &client.metadata.jwks_uri) {
        (Some(jwks), _) => Ok(app.key_sets.given(jwks, now)?),
        (None, Some(url)) => Ok(app.key_sets.at(url, clients::lane(client), suffices, now).await?),
        (None, None) => Err(Unproven::NoKeys),
    }
}

/// Tries each key that may have signed; what the token says is judged with the one that did.
fn with_any(keys: &Keys, token: &Unverified<'_>, wanted: &Wanted<'_>) -> Result<Map<String, Value>, Unproven> {
    let mut outcome = Err(Unproven::UnknownKey);
    for key in keys.verifying(token.header().kid.as_deref(), token.header().alg) {
        match jwt::verify(token, key, wanted.algorithms, wanted.rules) {
            Err(JwtError::Jws(why)) => outcome = Err(JwtError::Jws(why).into()),
            decided => return decided.map_err(Unproven::from),
        }
    }
    outcome
}
