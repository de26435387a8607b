//! The declaration as an official of the whole country reads and applies it: without what is secret. People go along for whoever
//! may write them out and enter them, and rights that he would give wait for another official.

use super::ApplyOptions;
use super::Asked;
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
use crate::flows::admin::people as known;
use crate::flows::admin::refusal::Refusal;
use crate::flows::admin::rights;
use crate::i18n::Lang;
use crate::identity::authority::Act;
use crate::parts::authority;
use crate::parts::authority::Subject;

/// What goes along, as far as an access token allows.
#[derive(Clone, Copy, Debug)]
pub struct Along {
    /// People, and the rights that they have.
    pub people: bool,
    /// Rights.
    pub rights: bool,
}

/// What there is: levels, branches, units, agencies, services, clients without their secrets, and what goes along.
pub async fn look(app: &App, along: Along, now: Timestamp) -> Result<Result<Exported, Refusal>, Fault> {
    let wanted = [(true, Act::DeclarationLook), (along.people, Act::PeopleExport)];
    for (_, act) in wanted.into_iter().filter(|(is_wanted, _)| *is_wanted) {
        if let Err(refused) = authority::ask(app, act, &Subject::Country, now).await? {
            return Ok(Err(refused.into()));
        }
    }
    let is_seen = match along.rights {
        true => authority::sight(app, Act::RightsLook, now).await?.is_ok_and(|sight| sight.is_whole()),
        false => false,
    };
    let people = if along.people { People::With } else { People::Without };
    let exported = export::export(app, people).await?;
    let hidden: &[&str] = if is_seen { &[] } else { &["rights"] };
    Ok(Ok(exported.without(hidden, "secrets")))
}

/// Applies a declaration, or says what would come of it. Clients of which no secret is said keep those that they have, and people
/// the passwords that they have; references to this machine are refused.
pub async fn apply(
    app: &App,
    (name, text): (&str, String),
    dry_run: bool,
    along: Along,
    now: Timestamp,
) -> Result<Result<Report, Refusal>, Fault> {
    if let Err(refused) = authority::ask(app, Act::DeclarationApply, &Subject::Country, now).await? {
        return Ok(Err(refused.into()));
    }
    let mut declaration = match Declaration::read(name, text) {
        Ok(declaration) => declaration,
        Err(mistake) => return Ok(Err(Refusal::Mistake(mistake.to_string()))),
    };
    let theirs = match people(app, &mut declaration, along, now).await? {
        Ok(theirs) => theirs,
        Err(refusal) => return Ok(Err(refusal)),
    };
    clients::keep_secrets(app, &mut declaration).await?;
    let options = ApplyOptions { prune: Prune::Nothing, dry_run, references: None };
    let mut report = match super::apply(app, &declaration, &options).await {
        Ok(report) => report,
        Err(Error::Failed(fault)) => return Err(fault),
        Err(mistake) => return Ok(Err(Refusal::Mistake(mistake.to_string()))),
    };
    report.warnings.extend(theirs);
    for asked in std::mem::take(&mut report.asked) {
        if !along.rights {
            let said = format!("asked for approval of {}", asked.what);
            report.changes.retain(|change| *change != said);
            report
                .warnings
                .push(format!("{}: the access token lacks the scope api:rights.grant, or a fresh sign-in", asked.what));
        } else if !dry_run {
            ask(app, asked, &mut report, now).await?;
        }
    }
    Ok(Ok(report))
}

/// Whether the people of a file may be entered, and changed who are there. What these sign in with stays theirs: returns of whom
/// the file says something else.
async fn people(
    app: &App,
    declaration: &mut Declaration,
    along: Along,
    now: Timestamp,
) -> Result<Result<Vec<String>, Refusal>, Fault> {
    let mut theirs = Vec::new();
    if declaration.people.is_empty() {
        return Ok(Ok(theirs));
    }
    if !along.people {
        let why = "people: the access token lacks the scope api:people.enter";
        return Ok(Err(Refusal::Mistake(why.to_owned())));
    }
    if let Err(refused) = authority::ask(app, Act::PeopleEnter, &Subject::Country, now).await? {
        return Ok(Err(refused.into()));
    }
    for person in &mut declaration.people {
        let Some(row) = known::find(app, &person.user_name).await? else { continue };
        let acts = [(true, Act::PeopleEnter), (row.is_disabled(), Act::PeopleEnable)];
        for (_, act) in acts.into_iter().filter(|(is_done, _)| *is_done) {
            if let Err(refused) = authority::ask(app, act, &Subject::Person(row.id), now).await? {
                return Ok(Err(refused.into()));
            }
        }
        let said = [person.password.take().is_some(), person.password_hash.take().is_some()];
        if said.contains(&true) {
            let name = &person.user_name;
            theirs
                .push(format!("person {name}: no official sets another's password; that of the file is not looked at"));
        }
    }
    Ok(Ok(theirs))
}

/// Asks that another official approves a right of the file. What whoever asks may not give is told, and in the trail.
async fn ask(app: &App, asked: Asked, report: &mut Report, now: Timestamp) -> Result<(), Fault> {
    let Asked { wanted, former, what } = asked;
    let given = rights::grant(app, authority::by(app)?, &[wanted], former, now).await?;
    if let Err(refusal) = rights::desk::kept(app, given, Act::RightsGrant, "").await? {
        let said = format!("asked for approval of {what}");
        report.changes.retain(|change| *change != said);
        report.warnings.push(format!("{what}: {}", refusal.words(Lang::En)));
    }
    Ok(())
}
