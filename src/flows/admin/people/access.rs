//! Where a person is signed in and what services may do for them, as an official sees it, and how that ends.

use std::sync::Arc;

use uuid::Uuid;

use super::doing::whom;
use super::search::looked_at;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::flows::admin::listing;
use crate::flows::admin::listing::Page;
use crate::flows::admin::listing::Wanted;
use crate::flows::admin::refusal::Refusal;
use crate::identity::authority::Act;
use crate::identity::authorization::Authorization;
use crate::identity::purpose::Purpose;
use crate::parts::authority;
use crate::parts::authority::Subject;
use crate::parts::grants as parts;
use crate::parts::sessions as ending;
use crate::store::clients;
use crate::store::families;
use crate::store::grants;
pub use crate::store::grants::Grant;
use crate::store::outbox::Ended;
use crate::store::sessions;
pub use crate::store::sessions::Session;

/// Grants of a person that are shown, the latest.
const MOST: i64 = 200;

/// Where a person is signed in, the latest first.
pub async fn sessions(
    app: &App,
    person: Uuid,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Result<Vec<Session>, Refusal>, Fault> {
    if let Err(refusal) = looked_at(app, Act::SessionsLook, person, (purpose, "sessions"), now).await? {
        return Ok(Err(refusal));
    }
    sessions::all_open_of(&app.db, person, now).await.map(Ok)
}

/// Ends one of them; its services are told.
pub async fn end_session(app: &App, person: Uuid, session: Uuid, now: Timestamp) -> Result<Result<(), Refusal>, Fault> {
    if let Err(refusal) = whom(app, Act::SessionsEnd, person, now).await? {
        return Ok(Err(refusal));
    }
    let open = sessions::all_open_of(&app.db, person, now).await?;
    if !open.iter().any(|one| one.id == session) {
        authority::tried(app, &format!("session:{session}")).await?;
        return Ok(Err(Refusal::NotThere)); // or it is somebody else's
    }
    let acting = Arc::new(app.acting(authority::by(app)?.clone()));
    ending::end(&acting, Ended { session, person }, now).await?;
    Ok(Ok(()))
}

/// What sign-ins of a person gave that lives: of the sessions that are open, and what goes on while they are away.
pub async fn grants(
    app: &App,
    person: Uuid,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Result<Vec<Grant>, Refusal>, Fault> {
    if let Err(refusal) = looked_at(app, Act::GrantsLook, person, (purpose, "grants"), now).await? {
        return Ok(Err(refusal));
    }
    let mut all = families::of_person(&app.db, person, MOST).await?;
    for session in sessions::all_open_of(&app.db, person, now).await? {
        let own = grants::live_of_session(&app.db, Ended { session: session.id, person }, MOST, now).await?;
        all.extend(own.into_iter().filter(|grant| !grant.offline));
    }
    all.sort_by_key(|grant| std::cmp::Reverse(grant.id()));
    Ok(Ok(all))
}

/// A grant of somebody who is not told.
pub struct Nameless {
    /// What stands for its id.
    pub id: Uuid,
    /// The grant.
    pub grant: Grant,
}

/// What a client may do for people while they are away, the latest first. Whose it is stays hidden: nobody leafs through people.
pub async fn of_client(
    app: &App,
    client: &str,
    wanted: &Wanted<'_>,
    now: Timestamp,
) -> Result<Result<Page<Nameless>, Refusal>, Fault> {
    let after = match listing::begin(app, Act::GrantsLook, wanted, now).await? {
        Ok((_, after)) => after,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if let Err(refused) = authority::ask(app, Act::GrantsLook, &Subject::Client(client.to_owned()), now).await? {
        return Ok(Err(refused.into()));
    }
    let Some(found) = clients::find(&app.db, client).await? else { return Ok(Err(Refusal::NotThere)) };
    let before = after.and_then(|id| id.parse().ok()).unwrap_or(Uuid::max());
    let limit = i64::try_from(wanted.limit).map_err(Fault::broken)?.saturating_add(1);
    let rows = families::of_client(&app.db, (client, found.epoch), before, limit).await?;
    let page = listing::page(app, wanted, rows, |grant| grant.id().to_string(), now)?;
    Ok(Ok(page.map(|grant| Nameless { id: app.data_keys.rows.alias(grant.id()), grant })))
}

/// Revokes one of a client's that [`Nameless`] stands for, with every token that it bought.
pub async fn revoke_of_client(
    app: &App,
    client: &str,
    nameless: Uuid,
    now: Timestamp,
) -> Result<Result<(), Refusal>, Fault> {
    if let Err(refused) = authority::ask(app, Act::GrantsRevoke, &Subject::Client(client.to_owned()), now).await? {
        return Ok(Err(refused.into()));
    }
    end(app, (nameless, app.data_keys.rows.of_alias(nameless)), |given| given.client == client, now).await
}

/// Revokes one of a person's, with every token that it bought.
pub async fn revoke(app: &App, person: Uuid, grant: Uuid, now: Timestamp) -> Result<Result<(), Refusal>, Fault> {
    if let Err(refusal) = whom(app, Act::GrantsRevoke, person, now).await? {
        return Ok(Err(refusal));
    }
    end(app, (grant, grant), |given| given.person == person, now).await
}

async fn end(
    app: &App,
    (asked, grant): (Uuid, Uuid),
    is_own: impl Fn(&Authorization) -> bool,
    now: Timestamp,
) -> Result<Result<(), Refusal>, Fault> {
    let found = match families::find(&app.db, grant).await? {
        Some(found) => Some(found),
        None => grants::find(&app.db, grant).await?,
    };
    let Some(found) = found.filter(|found| is_own(&found.authorization) && !found.is_revoked()) else {
        authority::tried(app, &format!("grant:{asked}")).await?;
        return Ok(Err(Refusal::NotThere)); // or it is somebody else's
    };
    parts::revoke(app, &found.authorization, "by an official", now).await.map(Ok)
}
