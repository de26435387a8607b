//! Addresses that are known to be a person's: which of them a change touches, and one that is known to be theirs no more.

use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
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

/// The ways by which somebody is reached elsewhere than before, or not at all any more. A number that is written otherwise is
/// the same.
pub fn moved(app: &App, before: &PersonalData, after: &PersonalData) -> Vec<Channel> {
    let plain = |data: &PersonalData, way: Channel| match (way, telling::address(data, way)) {
        (Channel::Sms, Some(number)) => sms::international(number, &app.config.sms.country_code),
        (Channel::Mail, Some(address)) => Some(address.to_lowercase()),
        (_, None) => None,
    };
    let differs = |way: &Channel| plain(before, *way) != plain(after, *way);
    [Channel::Mail, Channel::Sms].into_iter().filter(differs).collect()
}

/// From now on the address of this way is not known to be the person's, whom `change` holds: nothing is sent there.
pub async fn distrust(
    app: &App,
    change: &mut Change<'_>,
    person: Uuid,
    way: Channel,
    now: Timestamp,
) -> Result<(), Fault> {
    let Some(before) = people::find(app, person).await? else { return Ok(()) };
    let mut after = before.clone();
    let flag = match way {
        Channel::Mail => "email_verified",
        Channel::Sms => "phone_number_verified",
    };
    after.claims.insert(flag.to_owned(), false.into());
    let Some(digests) = people::digests(app, &after) else { return Ok(()) };
    let mut former = people::former_digests(app, &before);
    former.extend(verified_phones::digest_of(app, &before));
    rows::release_names(&mut change.tx, person, &former, &digests).await?;
    rows::put(&mut change.tx, person, &people::seal(app, &after, now)?, &digests, now).await?;
    verified_phones::put(app, &mut change.tx, person, &after).await?;
    change.announce(Kind::Person, person.to_string());
    Ok(())
}
