//! What officials ask about rights of others, and how they end them: as far as the office reaches.

use uuid::Uuid;

use super::Given;
use super::Leaving;
use super::Mode;
use super::desk;
use super::desk::kept;
use super::look;
use super::look::Answered;
use super::look::Asked;
use super::look::Asker;
use super::look::Listed;
use super::look::OfficeOf;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::flows::admin::refusal::Refusal;
use crate::i18n::Lang;
use crate::identity::authority::Act;
use crate::identity::authority::Actor;
use crate::identity::authority::Holder;
use crate::identity::authority::Office;
use crate::parts::authority;
use crate::parts::authority::Subject;

/// A question about what somebody may do.
pub struct Question<'a> {
    /// Who: `person:ID` or `client:ID`.
    pub holder: &'a str,
    /// By the rights of this office alone, where there is one.
    pub office: Option<&'a Office>,
    /// The act by its name, or `every`.
    pub act: &'a str,
    /// The target as a command names it; a person by their id.
    pub target: &'a str,
}

/// What somebody may do, and why: asked by themselves, or by whoever sees all their rights.
pub async fn check(
    app: &App,
    question: &Question<'_>,
    at: Timestamp,
    now: Timestamp,
) -> Result<Result<Vec<Answered>, Refusal>, Fault> {
    let Question { holder, office, act, target } = question;
    if target.strip_prefix("person:").is_some_and(|id| id.parse::<Uuid>().is_err()) {
        return Ok(Err(Refusal::Mistake("target: name a person by their id: person:ID".to_owned())));
    }
    let holder = match in_sight(app, holder, at, now).await? {
        Ok(holder) => holder,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let asked = Asked { asker: Asker { holder: &holder, office: *office }, act, target };
    Ok(look::check(app, &asked, at).await?.map_err(Refusal::Mistake))
}

/// The offices in which somebody can act: asked by themselves, or by whoever sees all their rights.
pub async fn offices(
    app: &App,
    holder: &str,
    (at, lang): (Timestamp, Lang),
    now: Timestamp,
) -> Result<Result<Vec<OfficeOf>, Refusal>, Fault> {
    match in_sight(app, holder, at, now).await? {
        Ok(holder) => look::offices(app, &holder, at, lang).await.map(Ok),
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// Whoever is asked about, where whoever asks is they, or sees every right that they have at an instant.
async fn in_sight(app: &App, holder: &str, at: Timestamp, now: Timestamp) -> Result<Result<Holder, Refusal>, Fault> {
    let holder = match desk::holder(holder) {
        Ok(holder) => holder,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if authority::by(app)?.actor == Actor::Official(holder.clone()) {
        return Ok(Ok(holder));
    }
    let sight = match authority::sight(app, Act::RightsLook, now).await? {
        Ok(sight) => sight,
        Err(refused) => return Ok(Err(refused.into())),
    };
    let own = authority::of(app, &holder, at).await?;
    for right in own.iter().filter(|right| right.counts_or_will(at) && !sight.right(right)) {
        if let Err(refused) = authority::ask(app, Act::RightsLook, &Subject::Right(right.id), now).await? {
            return Ok(Err(refused.into()));
        }
    }
    Ok(Ok(holder))
}

/// Decides who has a right whose unit is gone: the same one, for these units, in its place.
pub async fn settle(app: &App, id: Uuid, units: &[String], now: Timestamp) -> Result<Result<Given, Refusal>, Fault> {
    if let Err(refused) = authority::ask(app, Act::RightsRevoke, &Subject::Right(id), now).await? {
        return Ok(Err(refused.into()));
    }
    if units.is_empty() {
        return Ok(Err(Refusal::Mistake("units: name one at least".to_owned())));
    }
    let given = look::settle(app, authority::by(app)?, id, units, now).await?;
    kept(app, given, Act::RightsGrant, &format!(" right:{id}")).await
}

/// Ends every right of a person who leaves, with sessions, tokens and what waits; or says what would end.
pub async fn end(
    app: &App,
    person: Uuid,
    mode: Mode,
    now: Timestamp,
) -> Result<Result<(Leaving, Vec<Listed>), Refusal>, Fault> {
    let holder = Holder::Person(person);
    // Of who has no rights nothing is ended here, and nothing is told.
    if !authority::ever(app, &holder, now).await?.iter().any(|right| right.is_not_over(now)) {
        authority::tried(app, &format!("{} person:{person}", Act::RightsRevoke.as_str())).await?;
        return Ok(Err(Refusal::NotThere));
    }
    let ended = super::end(app, authority::by(app)?, person, mode, now).await?;
    match kept(app, ended, Act::RightsRevoke, &format!(" person:{person}")).await? {
        Ok(leaving) => {
            let described = look::described(app, leaving.rights.clone()).await?;
            Ok(Ok((leaving, described)))
        }
        Err(refusal) => Ok(Err(refusal)),
    }
}
