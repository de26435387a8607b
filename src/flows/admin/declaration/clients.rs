//! Clients of a declaration.

use super::ApplyOptions;
use super::Error;
use super::Prune;
use super::Report;
use super::Work;
use super::file::ClientDeclaration;
use super::file::Declaration;
use super::file::Mistake;
use super::fresh_sector;
use super::secret::SecretDeclaration;
use crate::app::App;
use crate::base::fault::Fault;
use crate::identity::agency::LegalBasis;
use crate::identity::assurance;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::parts::client_writer;
use crate::parts::client_writer::Declared;
use crate::parts::record::Change;
use crate::parts::versions::Conflict;
use crate::parts::versions::How;
use crate::parts::versions::differing;
use crate::parts::versions::members;
use crate::protocol::oauth::client_metadata::ClientMetadata;
use crate::protocol::oauth::scope::OFFLINE_ACCESS;
use crate::protocol::oauth::scope::OPENID;
use crate::protocol::oauth::token_request::GrantType;
use crate::protocol::oidc::claims;
use crate::store::agencies;
use crate::store::clients;
use crate::store::clients::Client;
use crate::store::clients::StoredSecret;
use crate::store::registrations;

/// A client as it is to be, and what of it differs from today.
pub(super) struct Prepared {
    id: String,
    service: Option<String>,
    sector: String,
    metadata: ClientMetadata,
    secrets: Vec<StoredSecret>,
    before: Option<Client>,
    different: Vec<String>,
}

/// What a client loses that had registered itself: from now on the file says what it is, and not its own token.
const REGISTRATION: &str = "registration";

/// Compares the clients of the file with those of the database, of which some `registered` themselves.
pub(super) async fn prepare(
    app: &App,
    declaration: &Declaration,
    (options, registered): (&ApplyOptions<'_>, &[String]),
    report: &mut Report,
) -> Result<Vec<Prepared>, Error> {
    let mut prepared = Vec::new();
    for client in &declaration.clients {
        let mistake = |why: String| declaration.mistake("client_id", &client.client_id, "client", &why);
        let mut secrets = Vec::new();
        for secret in &client.secrets {
            let (stored, plain) = secret.stored(options.references).map_err(mistake)?;
            secrets.push(stored);
            if plain {
                let id = &client.client_id;
                report.warnings.push(format!("client {id}: a secret stands in plain in the file; keep that to trials"));
            }
        }
        let before = clients::find(&app.db, &client.client_id).await?;
        check_scope(app, &client.metadata).map_err(mistake)?;
        let sector = sector_of(app, declaration, client).await?.map_err(mistake)?;
        if let Some(member) = client.metadata.signed_by_none_of(&app.config.keys.algorithms) {
            let why = format!("{member}: keys.algorithms has no such algorithm, or not the profile's");
            return Err(mistake(why).into());
        }
        if let Some(class) = client.metadata.min_acr.as_deref()
            && !assurance::can_reach(&[class], app.passkeys.is_some())
        {
            let why = format!("min_acr: nobody reaches {class} here: passkeys need an issuer with a host name");
            return Err(mistake(why).into());
        }
        let metadata = client.metadata.clone();
        let mut different = differences(before.as_ref(), client, &metadata, &secrets);
        different.extend(registered.contains(&client.client_id).then(|| REGISTRATION.to_owned()));
        if different.iter().any(|what| what == "new" || what == "scope" || what == "service")
            && asks_out_of_the_blue(app, declaration, client).await?
        {
            let id = &client.client_id;
            report.warnings.push(format!(
                "client {id}: each person is asked to allow offline_access, though the service is a public task; leave it \
                 out of scope unless the service works while they are away"
            ));
        }
        let (id, service) = (client.client_id.clone(), client.service.clone());
        prepared.push(Prepared { id, service, sector, metadata, secrets, before, different });
    }
    Ok(prepared)
}

impl Prepared {
    async fn write(&self, app: &App, change: &mut Change<'_>, how: How) -> Result<Result<i64, Conflict>, Fault> {
        let declared = Declared {
            id: &self.id,
            service: self.service.as_deref(),
            sector: &self.sector,
            metadata: &self.metadata,
            secrets: &self.secrets,
        };
        client_writer::declare(change, &declared, fresh_sector(app), how).await
    }

    fn told(&self) -> String {
        match &self.before {
            None => format!("created client {}", self.id),
            Some(_) => format!("changed client {}: {}", self.id, self.different.join(", ")),
        }
    }
}

/// Clients that authenticate with a secret, and of which none is said, keep those that they have: whoever writes what they
/// read was shown none.
pub async fn keep_secrets(app: &App, declaration: &mut Declaration) -> Result<(), Fault> {
    let silent = |client: &&mut ClientDeclaration| {
        client.secrets.is_empty() && client.metadata.token_endpoint_auth_method.is_secret()
    };
    for client in declaration.clients.iter_mut().filter(silent) {
        if let Some(before) = clients::find(&app.db, &client.client_id).await? {
            client.secrets = before.secrets.iter().map(SecretDeclaration::of).collect();
        }
    }
    Ok(())
}

/// Writes the one client of a declaration that says nothing else; returns the number of the version that it is from then on.
pub async fn write_alone(app: &App, declaration: &Declaration, how: How) -> Result<Result<i64, Conflict>, Error> {
    declaration.check()?;
    let options = ApplyOptions { prune: Prune::Nothing, dry_run: false, references: None };
    let mut registered = Vec::new();
    for client in &declaration.clients {
        let registration = registrations::find(&app.db, &client.client_id).await?;
        registered.extend(registration.map(|_| client.client_id.clone()));
    }
    let prepared = prepare(app, declaration, (&options, &registered), &mut Report::default()).await?;
    let Some(client) = prepared.first() else { return Err(Mistake("no client is named".to_owned()).into()) };
    let mut change = Change::begin(app).await?;
    let written = client.write(app, &mut change, how).await?;
    if written.is_ok() {
        if !client.different.is_empty() {
            change.act(Event::new(Act::DeclarationApplied).client(&client.id).detail(client.told()));
        }
        change.commit().await?;
    }
    Ok(written)
}

/// Whether people whom the law spares every question are asked for access while they are away.
async fn asks_out_of_the_blue(app: &App, declaration: &Declaration, client: &ClientDeclaration) -> Result<bool, Fault> {
    let Some(id) = client.service.as_ref().filter(|_| client.metadata.scope.contains(OFFLINE_ACCESS)) else {
        return Ok(false);
    };
    let declared = declaration.services.iter().find(|service| service.id == *id).map(|service| service.service());
    let service = match declared {
        Some(service) => Some(service),
        None => agencies::services(&app.db).await?.into_iter().find(|known| known.id == *id),
    };
    Ok(service.is_some_and(|service| service.legal_basis == LegalBasis::PublicTask))
}

/// A scope value that is nearly a standard one is a slip of whoever typed it: nothing would be received for it.
fn check_scope(app: &App, metadata: &ClientMetadata) -> Result<(), String> {
    let standard = || claims::BY_SCOPE.iter().map(|(name, _)| *name).chain([OPENID, OFFLINE_ACCESS]);
    let known = |value: &str| {
        standard().any(|name| name == value) || app.config.claims_sources.iter().any(|source| source.name == value)
    };
    let of_people = metadata.grant_types.contains(&GrantType::AuthorizationCode);
    for value in metadata.scope.iter().filter(|value| of_people && !known(value)) {
        let meant =
            |name: &&str| strsim::osa_distance(name, &value.to_lowercase()) <= if name.len() > 6 { 2 } else { 1 };
        if let Some(meant) = standard().find(meant) {
            return Err(format!(
                "scope: {value:?} is no standard scope; expected {meant:?}, or a name that is not so near"
            ));
        }
    }
    Ok(())
}

/// The sector of a client: its agency's, or one of its own.
async fn sector_of(
    app: &App,
    declaration: &Declaration,
    client: &ClientDeclaration,
) -> Result<Result<String, String>, Fault> {
    let Some(id) = &client.service else { return Ok(Ok(format!("client:{}", client.client_id))) };
    let declared = declaration.services.iter().find(|service| service.id == *id).map(|service| service.agency.clone());
    let agency = match declared {
        Some(agency) => Some(agency),
        None => agencies::services(&app.db).await?.into_iter().find(|known| known.id == *id).map(|known| known.agency),
    };
    let Some(agency) = agency else {
        return Ok(Err(format!("names the service {id:?}, which is neither here nor in the database")));
    };
    let declared = declaration.agencies.iter().find(|other| other.id == agency).map(|other| other.agency().sector);
    let sector = match declared {
        Some(sector) => Some(sector),
        None => agencies::all(&app.db).await?.into_iter().find(|known| known.id == agency).map(|known| known.sector),
    };
    Ok(sector.ok_or_else(|| format!("its service's agency {agency:?} is neither here nor in the database")))
}

/// The names of the members that differ.
fn differences(
    before: Option<&Client>,
    client: &ClientDeclaration,
    metadata: &ClientMetadata,
    secrets: &[StoredSecret],
) -> Vec<String> {
    let Some(before) = before else { return vec!["new".into()] };
    let (old, new) = (members(&before.metadata), members(metadata));
    let mut different: Vec<String> = differing(&old, &new).into_iter().cloned().collect();
    if before.secrets != secrets {
        different.push("secrets".into());
    }
    if before.backing.as_ref().map(|backing| &backing.service.id) != client.service.as_ref() {
        different.push("service".into());
    }
    different
}

/// Writes the clients that differ.
pub(super) async fn write(app: &App, clients: &[Prepared], work: &mut Work<'_>) -> Result<(), Error> {
    for client in clients.iter().filter(|client| !client.different.is_empty()) {
        let written = client.write(app, &mut work.change, How::at(work.now)).await?;
        written.map_err(|conflict| Mistake(format!("client {:?}: {conflict}", client.id)))?;
        work.changed_client(&client.id, client.told());
        work.differs("client", &client.id, client.before.as_ref().map(|before| &before.metadata), &client.metadata);
        let others =
            client.different.iter().filter(|name| ["secrets", "service", REGISTRATION].contains(&name.as_str()));
        work.report.diff.extend(others.map(|name| format!("    ~ {name}")));
    }
    Ok(())
}
