//! Addresses that are known to be a person's: which of them a change touches, and those that are known to be theirs no more.

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::secret::base64url;
use crate::base::secret::hmac_sha256;
use crate::base::time::Timestamp;
use crate::outbound::sms;
use crate::parts::letters::Channel;
use crate::parts::people;
use crate::parts::people::PersonalData;
use crate::parts::record::Change;
use crate::parts::telling;
use crate::parts::verified_phones;
use crate::store::cache::Kind;
use crate::store::people as rows;

/// The form in which addresses are compared: one that is written otherwise is the same. `None` for what is none.
pub fn plain(app: &App, way: Channel, address: &str) -> Option<String> {
    match way {
        Channel::Sms => sms::international(address, &app.config.sms.country_code),
        Channel::Mail => Some(address.to_lowercase()),
    }
}

/// The one by which somebody is reached, in that form.
fn reached(app: &App, data: &PersonalData, way: Channel) -> Option<String> {
    plain(app, way, telling::address(data, way)?)
}

/// Whether somebody is reached at this address.
pub fn is_of(app: &App, data: &PersonalData, (way, address): (Channel, &str)) -> bool {
    plain(app, way, address).is_some_and(|address| reached(app, data, way) == Some(address))
}

/// The ways by which somebody is reached elsewhere than before, or not at all any more.
pub fn moved(app: &App, before: &PersonalData, after: &PersonalData) -> Vec<Channel> {
    let differs = |way: &Channel| reached(app, before, *way) != reached(app, after, *way);
    Channel::ALL.into_iter().filter(differs).collect()
}

/// What stands for the address by which somebody is reached, or for none: it leaves the building in a link, and tells nothing of it.
pub fn mark(app: &App, data: &PersonalData, way: Channel) -> String {
    let address = reached(app, data, way).unwrap_or_default();
    let parts = [b"address-of-a-link".as_slice(), way.as_str().as_bytes(), b" ", address.as_bytes()];
    base64url(&hmac_sha256(app.data_keys.lookup.expose(), &parts))
}

/// From now on the addresses of these ways are not known to be the person's, whom `change` holds: nothing is sent there.
pub async fn distrust(
    app: &App,
    change: &mut Change<'_>,
    person: Uuid,
    ways: &[Channel],
    now: Timestamp,
) -> Result<(), Fault> {
    let Some(before) = people::find_in(app, &mut change.tx, person).await? else { return Ok(()) };
    let mut after = before.clone();
    for way in ways {
        let flag = match way {
            Channel::Mail => "email_verified",
            Channel::Sms => "phone_number_verified",
        };
        after.claims.insert(flag.to_owned(), false.into());
    }
    let Some(digests) = people::digests(app, &after) else { return Ok(()) };
    let mut former = people::former_digests(app, &before);
    former.extend(verified_phones::digest_of(app, &before));
    rows::release_names(&mut change.tx, person, &former, &digests).await?;
    rows::put(&mut change.tx, person, &people::seal(app, &after, now)?, &digests, now).await?;
    verified_phones::put(app, &mut change.tx, person, &after).await?;
    change.announce(Kind::Person, person.to_string());
    Ok(())
}
