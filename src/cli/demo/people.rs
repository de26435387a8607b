//! What the people of the demonstration have beside their passwords. It is given at each start, to who lost it.

use uuid::Uuid;

use super::country::Country;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::secret::sha256;
use crate::base::time::Timestamp;
use crate::flows::admin::people;
use crate::flows::admin::proofing;
use crate::flows::admin::proofing::Seen;
use crate::identity::assurance::Level;
use crate::identity::audit::Act;
use crate::identity::audit::Event;
use crate::parts::authenticate::code;
use crate::parts::record::Change;
use crate::store::authenticators;
use crate::store::authenticators::Kind;
use crate::store::authenticators::NewAuthenticator;
use crate::store::proofings;

/// Everybody is known in person, and who has an authenticator app has it.
pub async fn settle(app: &App, country: &Country) -> Result<(), Fault> {
    let now = app.clock.now();
    for user_name in Country::user_names() {
        let Some(person) = people::show(app, user_name, now).await?.map(|shown| shown.row.id) else { continue };
        if proofings::level(&app.db, person).await? < Level::Two {
            proof(app, person, now).await?;
        }
        let Some(key) = country.app_key_of(user_name) else { continue };
        if authenticators::kinds(&app.db, person).await?.totp {
            continue;
        }
        let (id, secret) = (id::derived(person, now, &sha256(&key)), code::seal(app, &key, now)?);
        let new =
            NewAuthenticator { id, person, kind: Kind::Totp, secret: &secret, lookup: None, counter: 0, model: None };
        let mut change = Change::begin(app).await?;
        authenticators::insert(&mut change.tx, &new, now).await?;
        change.act(Event::new(Act::CredentialAdded).person(person).detail(Kind::Totp.as_str()));
        change.commit().await?;
    }
    Ok(())
}

/// Nobody gets a letter of it: on the page of letters stands what its reader brought about.
async fn proof(app: &App, person: Uuid, now: Timestamp) -> Result<(), Fault> {
    let seen = Seen {
        level: Level::Two,
        method: "in-person".to_owned(),
        evidence: "chip card".to_owned(),
        agency: "Đồng Nội".to_owned(),
    };
    let mut change = Change::begin(app).await?;
    proofing::write(app, &mut change, person, &seen, now).await?;
    change.commit().await.map(drop)
}
