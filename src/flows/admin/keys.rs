//! Keys that sign, decrypt and seal: what operators do to them.

use super::listing;
use super::listing::Page;
use super::listing::Wanted;
use super::refusal::Refusal;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::identity::authority::Act;
use crate::jose::jwa::Algorithm;
use crate::parts::authority;
use crate::parts::authority::Subject;
use crate::parts::data_keys;
pub use crate::parts::data_keys::Rotated;
use crate::parts::keyring;
use crate::signing::keyring::LineId;
use crate::signing::personal_keys;
use crate::signing::personal_keys::Stage;
use crate::store::db::Db;
use crate::store::people;
use crate::store::reseals;
use crate::store::reseals::Place;
use crate::store::reseals::Progress;

/// A key that is not revoked, without what is private of it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Its identifier.
    pub kid: String,
    /// Its algorithm.
    pub algorithm: String,
    /// Whether it signs; else it decrypts.
    pub signs: bool,
    /// Where it stands: next, current, retired or gone.
    pub stage: String,
    /// Since when it signs or decrypts.
    pub active_at: Timestamp,
}

/// Every key that signs and decrypts, by algorithm and age.
pub async fn page(app: &App, wanted: &Wanted<'_>, now: Timestamp) -> Result<Result<Page<Seen>, Refusal>, Fault> {
    let after = match listing::begin(app, Act::KeysLook, wanted, now).await? {
        Ok((_, after)) => after,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let all = keyring::current(app).await?.list(now).into_iter().map(|(row, stage)| Seen {
        signs: row.alg.parse::<Algorithm>().is_ok(),
        stage: format!("{stage:?}").to_lowercase(),
        active_at: row.active_at(),
        kid: row.kid,
        algorithm: row.alg,
    });
    let key = |seen: &Seen| format!("{} {:020} {}", seen.algorithm, seen.active_at.micros(), seen.kid);
    let found = listing::sorted(all.collect(), key, after.as_deref(), wanted.limit);
    listing::page(app, wanted, found, key, now).map(Ok)
}

/// A key that seals what is known of people.
#[derive(Clone, Debug)]
pub struct DataKey {
    /// Its number.
    pub number: u32,
    /// Whether it seals, or will; else it opens what it sealed.
    pub seals: bool,
    /// Where it stands: next, current or former.
    pub stage: String,
    /// Since when it seals, or from when on.
    pub since: Timestamp,
}

/// How far a place has come where the current key takes over from a former one.
#[derive(Clone, Debug)]
pub struct Coming {
    /// Where.
    pub place: String,
    /// Whether all is sealed anew.
    pub over: bool,
    /// From when on it is gone over.
    pub begins_at: Timestamp,
    /// Rows that were seen.
    pub seen: i64,
    /// Those of them that were sealed anew.
    pub stale: i64,
    /// How many rows there are, and whether that is about so many, where it is known.
    pub of: Option<(i64, bool)>,
}

/// The keys that seal what is known of people, and how far one has come that takes over.
pub async fn data(db: &Db, now: Timestamp) -> Result<(Vec<DataKey>, Vec<Coming>), Fault> {
    let keys = personal_keys::list(db, now).await?;
    let current = keys.iter().find(|(_, _, stage)| *stage == Stage::Current).map(|(number, ..)| i64::from(*number));
    let former = keys.iter().any(|(_, _, stage)| *stage == Stage::Former);
    let mut coming = Vec::new();
    for place in reseals::all(db).await?.iter().filter(|place| former && Some(place.number) == current) {
        coming.push(come(db, place, now).await?);
    }
    let key = |(number, since, stage): (u32, Timestamp, Stage)| DataKey {
        number,
        seals: stage != Stage::Former,
        stage: format!("{stage:?}").to_lowercase(),
        since,
    };
    Ok((keys.into_iter().map(key).collect(), coming))
}

async fn come(db: &Db, at: &Progress, now: Timestamp) -> Result<Coming, Fault> {
    let is_counted = at.place() == Place::People.as_str() && !at.is_over() && at.begun_at() <= now;
    let of = match is_counted {
        true => Some(people::count(db).await?).map(|count| (count.all, count.about)),
        false => None,
    };
    Ok(Coming {
        place: at.place().to_owned(),
        over: at.is_over(),
        begins_at: at.begun_at(),
        seen: at.seen,
        stale: at.stale,
        of,
    })
}

/// The same, as an official of the whole country sees it.
pub async fn look_at_data(app: &App, now: Timestamp) -> Result<Result<(Vec<DataKey>, Vec<Coming>), Refusal>, Fault> {
    if let Err(refused) = authority::ask(app, Act::KeysLook, &Subject::Country, now).await? {
        return Ok(Err(refused.into()));
    }
    data(&app.db, now).await.map(Ok)
}

/// Gives the current key of a line a successor, unless one waits already; returns its `kid`.
pub async fn rotate(app: &App, line: impl Into<LineId>, at_once: bool, now: Timestamp) -> Result<String, Fault> {
    keyring::rotate(app, line.into(), at_once, now).await
}

/// Gives the data key a successor, under which everything is sealed anew while the server runs.
pub async fn rotate_data(app: &App, now: Timestamp) -> Result<Rotated, Fault> {
    data_keys::rotate(app, now).await
}

/// Revokes a key; `false` if no live key has this `kid`.
pub async fn revoke(app: &App, kid: &str, now: Timestamp) -> Result<bool, Fault> {
    keyring::revoke(app, kid, now).await
}
