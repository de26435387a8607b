//! The account on one page: who somebody is, where they are signed in, and which services know them.

use uuid::Uuid;

use super::consents;
use super::consents::Held;
use super::fresh;
use super::sessions;
use super::sessions::Place;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::i18n::Lang;
use crate::identity::assurance::Level;
use crate::identity::authority::Holder;
use crate::parts::authority;
use crate::parts::people;
use crate::parts::people::PersonalData;
use crate::parts::sessions as live;
use crate::parts::sessions::Visitor;
use crate::parts::stopping;
use crate::parts::stopping::Done;
use crate::parts::telling;
use crate::store::proofings;
use crate::store::recoveries;

/// What the page shows.
pub struct Overview {
    /// The value that proves that the page was ours and this session's.
    pub confirm: String,
    /// What is known of the person.
    pub person: PersonalData,
    /// How sure the state is of who they are.
    pub level: Level,
    /// Where they are signed in.
    pub places: Vec<Place>,
    /// Which services may receive something.
    pub services: Vec<Held>,
    /// Ways back in that somebody asked for.
    pub recoveries: Vec<Recovery>,
    /// In which language they are written to, where anything is sent.
    pub letters: Option<Lang>,
    /// Whether they have rights as an official.
    pub is_official: bool,
    /// When the account closes, if the person wants it closed.
    pub closes: Option<Timestamp>,
}

/// A way back in that somebody asked for.
pub struct Recovery {
    /// When they get in, if they do not already.
    pub waits_until: Option<Timestamp>,
    /// Until when they can.
    pub expires_at: Timestamp,
    /// What stops it, sealed.
    pub stop: String,
}

/// It, for the visitor; `None` where nobody is signed in.
pub async fn overview(app: &App, visitor: &Visitor, now: Timestamp) -> Result<Option<Overview>, Fault> {
    let Some(live) = live::current(app, visitor, now).await? else { return Ok(None) };
    let person = live.session.person_id;
    let Some(data) = people::find(app, person).await? else { return Ok(None) };
    let rights = authority::of(app, &Holder::Person(person), now).await?;
    Ok(Some(Overview {
        confirm: fresh::confirm(app, &live, now)?,
        letters: (app.mail.is_some() || app.sms.is_some()).then(|| telling::language(&data)),
        person: data,
        level: proofings::level(&app.db, person).await?,
        places: sessions::places(app, &live.session, now).await?,
        services: consents::held(app, person, now).await?,
        recoveries: under_way(app, person, now).await?,
        is_official: rights.iter().any(|right| right.counts(now).is_ok()),
        closes: live.session.closes_at(),
    }))
}

async fn under_way(app: &App, person: Uuid, now: Timestamp) -> Result<Vec<Recovery>, Fault> {
    let all = recoveries::of(&app.db, person, now).await?.into_iter();
    let shown = |one: recoveries::Recovery| {
        let stop = stopping::sealed(app, person, Done::Recovery(one.id), now)?;
        let waits_until = Some(one.ready_at()).filter(|at| *at > now);
        Ok(Recovery { waits_until, expires_at: one.expires_at(), stop })
    };
    all.map(shown).collect()
}
