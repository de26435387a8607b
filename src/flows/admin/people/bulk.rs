//! Everybody, entered and written out by an official of the whole country, piece by piece. What people prove themselves with is
//! given out to nobody here.

use std::io::Cursor;
use std::sync::Arc;

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::flows::admin::listing;
use crate::flows::admin::listing::Page;
use crate::flows::admin::listing::Wanted;
use crate::flows::admin::people_export;
use crate::flows::admin::people_export::Hashes;
use crate::flows::admin::people_export::Read;
use crate::flows::admin::people_import;
use crate::flows::admin::people_import::Error;
use crate::flows::admin::people_import::Mistake;
use crate::flows::admin::refusal::Refusal;
use crate::identity::audit;
use crate::identity::audit::Event;
use crate::identity::authority::Act;
use crate::parts::authority;
use crate::parts::authority::Subject;
use crate::parts::record::Change;
use crate::store::people;

/// What came of a piece of a file.
#[derive(Debug, Default)]
pub struct Imported {
    /// So many people are there now who were not.
    pub imported: usize,
    /// So many were there, exactly as the file has them.
    pub unchanged: usize,
    /// What was not taken, in the order of the lines.
    pub mistakes: Vec<Mistake>,
}

/// Enters the people of a text. Nobody who is there is changed.
pub async fn import(app: App, text: String, now: Timestamp) -> Result<Result<Imported, Refusal>, Fault> {
    if let Err(refused) = authority::ask(&app, Act::PeopleEnter, &Subject::Country, now).await? {
        return Ok(Err(refused.into()));
    }
    let mut all = Imported::default();
    let tell = |step: people_import::Step| {
        all.imported += step.imported;
        all.unchanged += step.unchanged;
        all.mistakes.extend(step.mistakes);
        Ok(())
    };
    let outcome = people_import::import(&Arc::new(app), Box::new(Cursor::new(text.into_bytes())), tell).await;
    match outcome {
        Ok(()) => Ok(Ok(all)),
        Err(Error::Refused(why)) => Ok(Err(Refusal::Mistake(why))),
        Err(Error::Unread(error)) => Err(Fault::broken(error)),
        Err(Error::Failed(fault)) => Err(fault),
    }
}

/// People by their ids, as an import takes them. That they are given out is recorded before.
pub async fn export(app: &App, wanted: &Wanted<'_>, now: Timestamp) -> Result<Result<Page<Read>, Refusal>, Fault> {
    let after = match listing::begin(app, Act::PeopleExport, wanted, now).await? {
        Ok((_, after)) => after.and_then(|after| after.parse().ok()).unwrap_or(Uuid::nil()),
        Err(refusal) => return Ok(Err(refusal)),
    };
    let mut change = Change::begin(app).await?;
    let detail = format!("{} at most, without password hashes", wanted.limit);
    change.act(Event::new(audit::Act::PeopleExported).detail(detail));
    change.commit().await?;
    let rows = people::after(&app.db, after, listing::fitting(wanted)).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let page = listing::page(app, wanted, ids, Uuid::to_string, now)?;
    let rows = rows.get(..page.items.len()).unwrap_or_default();
    let items = people_export::read(app, rows, Hashes::Without, now).await?;
    Ok(Ok(Page { items, next: page.next }))
}
