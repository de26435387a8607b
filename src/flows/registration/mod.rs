//! Clients register themselves, and manage that: RFC 7591 §3, RFC 7592 §2, OpenID Connect Dynamic Client Registration §3
//! and §4.
//!
//! Of secrets and tokens only digests are kept: a secret is told once, when it is made. The policy of an update is that
//! of a creation; while registration is closed, clients that registered before can be read and removed.

pub mod admission;
pub mod sector;
pub mod software_statement;
pub mod unused;

use std::net::IpAddr;
use std::time::Duration;

use serde_json::Map;
use serde_json::Value;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::secret::Secret;
use crate::base::secret::base64url;
use crate::base::secret::equal;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::config::registration::Policy;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::parts::client_authentication::secret;
use crate::parts::client_writer;
use crate::parts::client_writer::Declared;
use crate::parts::record::Change;
use crate::parts::versions::How;
use crate::protocol::error::Error;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::client_metadata::ClientMetadata;
use crate::protocol::oauth::client_metadata::SubjectType;
use crate::protocol::oauth::client_metadata::registration::Offer;
use crate::protocol::oauth::client_metadata::registration::Requested;
use crate::protocol::oauth::client_metadata::registration::refused;
use crate::store::clients;
use crate::store::clients::Client;
use crate::store::clients::StoredSecret;
use crate::store::registrations;

/// Why a request was not granted.
#[derive(Debug)]
pub enum Refusal {
    /// Not now, whoever asks.
    Closed,
    /// A token is missing, or the one that came does not count (RFC 6750 §3).
    Unauthorized(Option<OAuthError>),
    /// The share of this hour is used up, for this long.
    TooMany(Duration),
    /// An error of RFC 7591 §3.2.2, or our own failure.
    Other(Error),
}

/// What somebody sends who wants to register a client.
pub struct Application<'a> {
    /// An initial access token, if there is one.
    pub token: Option<&'a str>,
    /// The client metadata in JSON.
    pub body: &'a [u8],
    /// From where it came.
    pub address: IpAddr,
}

/// Who manages a registration.
pub struct Manager<'a> {
    /// The client that the address names.
    pub client_id: &'a str,
    /// The registration access token.
    pub token: &'a str,
}

/// What a client is told of itself: the client information response (RFC 7591 §3.2.1, RFC 7592 §3).
pub type Information = Map<String, Value>;

/// What a client is to be.
struct Wanted {
    metadata: ClientMetadata,
    sector: sector::Named,
}

/// Registers a client.
pub async fn register(app: &App, application: &Application<'_>, now: Timestamp) -> Result<Information, Refusal> {
    let admitted = admission::admit(app, application.token)?;
    let requested = Requested::parse(application.body)?;
    if admitted == admission::Admitted::Stranger {
        admission::count(app, application.address, now).await?;
    }
    let id = uuid::Builder::from_random_bytes(app.entropy.bytes()).into_uuid().to_string();
    let wanted = wanted(app, requested, &id, now).await?;
    let metadata = &wanted.metadata;
    let secret = metadata.token_endpoint_auth_method.is_secret().then(|| fresh(app));
    let token = fresh(app);
    let secrets: Vec<StoredSecret> = secret.iter().map(stored).collect();
    let client = Declared { id: &id, service: None, sector: &wanted.sector.name, metadata, secrets: &secrets };
    let mut change = Change::begin(app).await?;
    let digest = sha256(token.expose().as_bytes());
    client_writer::register(&mut change, &client, wanted.sector.id, &digest, now).await?;
    change.act(Event::new(Act::ClientRegistered).client(&id).detail(admitted.as_str()));
    change.commit().await?;
    let mut information = information(app, &id, metadata, token.expose(), now);
    tell_secret(&mut information, secret.as_ref());
    Ok(information)
}

/// Tells a client what it is registered as (RFC 7592 §2.1).
pub async fn read(app: &App, manager: &Manager<'_>) -> Result<Information, Refusal> {
    let (client, registered_at) = authorized(app, manager).await?;
    Ok(information(app, &client.id, &client.metadata, manager.token, registered_at))
}

/// Replaces what a client is registered as (RFC 7592 §2.2): what is left out is chosen anew.
pub async fn update(app: &App, manager: &Manager<'_>, body: &[u8], now: Timestamp) -> Result<Information, Refusal> {
    let (client, registered_at) = authorized(app, manager).await?;
    if app.config.registration.policy == Policy::Closed {
        return Err(Refusal::Closed);
    }
    admission::count_update(app, &client.id, now).await?;
    let requested = Requested::parse(body)?;
    check_identity(&client, &requested)?;
    let wanted = wanted(app, requested, &client.id, now).await?;
    if wanted.sector.id != client.sector.0 {
        // Codes and grants of before would give out subject identifiers of a sector whose host never saw them.
        let why = "the hosts of a client cannot change, for its subject identifiers derive from them: register anew";
        return Err(refused("redirect_uris", why).into());
    }
    let needs_secret = wanted.metadata.token_endpoint_auth_method.is_secret();
    let secret = (needs_secret && client.secrets.is_empty()).then(|| fresh(app));
    let secrets: Vec<StoredSecret> = match &secret {
        Some(secret) => vec![stored(secret)],
        None if needs_secret => client.secrets.clone(),
        None => Vec::new(),
    };
    let metadata = &wanted.metadata;
    let mut change = Change::begin(app).await?;
    let written = client_writer::replace(&mut change, &client.id, metadata, &secrets, How::at(now)).await?;
    if !matches!(written, Some(Ok(_))) {
        return Err(unauthorized("the registration ended meanwhile"));
    }
    change.act(Event::new(Act::ClientUpdated).client(&client.id));
    change.commit().await?;
    let mut information = information(app, &client.id, metadata, manager.token, registered_at);
    tell_secret(&mut information, secret.as_ref());
    Ok(information)
}

/// Removes a client at its own wish (RFC 7592 §2.3). What it was granted dies with it: every path that honours a grant
/// asks for its client, and no identifier is given twice.
pub async fn remove(app: &App, manager: &Manager<'_>) -> Result<(), Refusal> {
    let (client, _) = authorized(app, manager).await?;
    if remove_registered(app, &client.id).await? {
        return Ok(());
    }
    Err(unauthorized("the registration ended meanwhile"))
}

/// Removes a client that registered itself; `false` if there is none of this id.
pub async fn remove_registered(app: &App, id: &str) -> Result<bool, Fault> {
    let mut change = Change::begin(app).await?;
    if !client_writer::remove_registered(&mut change, id, app.clock.now()).await? {
        return Ok(false);
    }
    change.act(Event::new(Act::ClientRemoved).client(id));
    change.commit().await?;
    Ok(true)
}

/// The client whose registration the token manages. Whether a client exists stays unsaid.
async fn authorized(app: &App, manager: &Manager<'_>) -> Result<(Client, Timestamp), Refusal> {
    let id = manager.client_id;
    let found = if id.len() > 255 || id.contains('\0') { None } else { registrations::find(&app.db, id).await? };
    let known = found.as_ref().map_or(&[0; 32][..], |registration| &registration.token);
    let same = equal(&sha256(manager.token.as_bytes()), known);
    let Some(registration) = found.filter(|_| same) else { return Err(unauthorized("unknown client or token")) };
    let client = clients::find(&app.db, id).await?.ok_or_else(|| unauthorized("the client is no more"))?;
    Ok((client, registration.registered_at))
}

fn unauthorized(why: &str) -> Refusal {
    Refusal::Unauthorized(Some(OAuthError::invalid_token("the registration access token is not valid").because(why)))
}

/// RFC 7592 §2.2: `client_id` "MUST be the same as"; a `client_secret` "MUST match the currently issued".
fn check_identity(client: &Client, requested: &Requested) -> Result<(), Error> {
    if requested.text("client_id")? != Some(&client.id) {
        return Err(refused("client_id", "must be the one of the client that is updated").into());
    }
    let Some(presented) = requested.text("client_secret")? else { return Ok(()) };
    match secret::is_issued(client, &Secret::new(presented.to_owned())) {
        true => Ok(()),
        false => Err(refused("client_secret", "is not the one that was issued").into()),
    }
}

/// What the request comes to under the policy of this deployment.
async fn wanted(app: &App, requested: Requested, id: &str, now: Timestamp) -> Result<Wanted, Error> {
    let config = &app.config.registration;
    let statement = software_statement::verified(app, &requested, now).await?;
    let (text, requested) = match statement {
        Some(statement) => (Some(statement.text), requested.overruled_by(statement.claims)),
        None => (None, requested),
    };
    let offer = Offer { profile: config.profile, scope: &config.scope };
    let metadata = ClientMetadata { software_statement: text, ..requested.metadata(&offer)? };
    if metadata.subject_type == SubjectType::Public && !config.public_subjects {
        return Err(refused("subject_type", "clients that register themselves have pairwise subjects").into());
    }
    if let Some(member) = metadata.signed_by_none_of(&app.config.keys.algorithms) {
        return Err(refused(member, "we do not sign with this algorithm").into());
    }
    let sector = sector::of(app, &metadata, id).await?;
    Ok(Wanted { metadata, sector })
}

fn information(app: &App, id: &str, metadata: &ClientMetadata, token: &str, at: Timestamp) -> Information {
    let mut information = metadata.registered();
    let uri = format!("{}/register/{id}", app.config.server.issuer);
    let members: [(&str, Value); 4] = [
        ("client_id", id.into()),
        ("client_id_issued_at", at.seconds().into()),
        ("registration_client_uri", uri.into()),
        ("registration_access_token", token.into()),
    ];
    information.extend(members.map(|(name, value)| (name.to_owned(), value)));
    information
}

/// RFC 7591 §3.2.1: `client_secret_expires_at` is "REQUIRED if `client_secret` is issued"; 0: it does not expire.
fn tell_secret(information: &mut Information, secret: Option<&Secret<String>>) {
    if let Some(secret) = secret {
        information.insert("client_secret".into(), secret.expose().clone().into());
        information.insert("client_secret_expires_at".into(), 0.into());
    }
}

/// A secret of 256 random bits.
fn fresh(app: &App) -> Secret<String> {
    Secret::new(base64url(&app.entropy.bytes::<32>()))
}

fn stored(secret: &Secret<String>) -> StoredSecret {
    StoredSecret::Sha256(base64url(&sha256(secret.expose().as_bytes())))
}

impl From<OAuthError> for Refusal {
    fn from(error: OAuthError) -> Self {
        Self::Other(error.into())
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Other(fault.into())
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}
