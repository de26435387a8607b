//! The declaration as an official of the whole country reads and applies it: without what is secret, and without what needs
//! two officials or an act of its own.

use super::ApplyOptions;
use super::Error;
use super::Prune;
use super::Report;
use super::clients;
use super::export;
use super::export::Exported;
use super::export::People;
use super::file::Declaration;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::flows::admin::refusal::Refusal;
use crate::identity::authority::Act;
use crate::parts::authority;
use crate::parts::authority::Subject;

/// What there is: levels, branches, units, agencies, services, and clients without their secrets.
pub async fn look(app: &App, now: Timestamp) -> Result<Result<Exported, Refusal>, Fault> {
    if let Err(refused) = authority::ask(app, Act::DeclarationLook, &Subject::Country, now).await? {
        return Ok(Err(refused.into()));
    }
    export::export(app, People::Without).await.map(|exported| Ok(exported.without(&["people", "rights"], "secrets")))
}

/// Applies a declaration, or says what would come of it. Clients of which no secret is said keep those that they have;
/// references to this machine are refused, and so are people and rights.
pub async fn apply(
    app: &App,
    (name, text): (&str, String),
    dry_run: bool,
    now: Timestamp,
) -> Result<Result<Report, Refusal>, Fault> {
    if let Err(refused) = authority::ask(app, Act::DeclarationApply, &Subject::Country, now).await? {
        return Ok(Err(refused.into()));
    }
    let mut declaration = match Declaration::read(name, text) {
        Ok(declaration) => declaration,
        Err(mistake) => return Ok(Err(Refusal::Mistake(mistake.to_string()))),
    };
    let elsewhere = [
        (!declaration.people.is_empty(), "people: they are entered by `motcua apply` and `motcua people import`"),
        (!declaration.rights.is_empty(), "rights: another official approves them: POST /api/v1/rights"),
    ];
    if let Some((_, why)) = elsewhere.into_iter().find(|(is_said, _)| *is_said) {
        return Ok(Err(Refusal::Mistake(why.to_owned())));
    }
    clients::keep_secrets(app, &mut declaration).await?;
    let options = ApplyOptions { prune: Prune::Nothing, dry_run, references: None };
    match super::apply(app, &declaration, &options).await {
        Ok(report) => Ok(Ok(report)),
        Err(Error::Failed(fault)) => Err(fault),
        Err(mistake) => Ok(Err(Refusal::Mistake(mistake.to_string()))),
    }
}
