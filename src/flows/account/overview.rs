//! The account on one page: who somebody is, where they are signed in, and which services know them.

use super::consents;
use super::consents::Held;
use super::fresh;
use super::sessions;
use super::sessions::Place;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::assurance::Level;
use crate::parts::people;
use crate::parts::people::PersonalData;
use crate::parts::sessions as live;
use crate::parts::sessions::Visitor;
use crate::store::proofings;

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
    /// When the account closes, if the person wants it closed.
    pub closes: Option<Timestamp>,
}

/// It, for the visitor; `None` where nobody is signed in.
pub async fn overview(app: &App, visitor: &Visitor, now: Timestamp) -> Result<Option<Overview>, Fault> {
    let Some(live) = live::current(app, visitor, now).await? else { return Ok(None) };
    let person = live.session.person_id;
    let Some(data) = people::find(app, person).await? else { return Ok(None) };
    Ok(Some(Overview {
        confirm: fresh::confirm(app, &live, now)?,
        person: data,
        level: proofings::level(&app.db, person).await?,
        places: sessions::places(app, &live.session, now).await?,
        services: consents::held(app, person, now).await?,
        closes: live.session.closes_at(),
    }))
}
