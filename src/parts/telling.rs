//! Telling people what changes about their account, by every way that is known to be theirs.

use serde_json::Value;
use uuid::Uuid;

use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::i18n::Lang;
use crate::letters::Letter;
use crate::parts::letters;
use crate::parts::letters::Channel;
use crate::parts::letters::Recipient;
use crate::parts::people;
use crate::parts::record::Change;

/// Writes a letter to each verified address of a person, with the change that it tells of. It goes out by itself: nobody waits
/// for it, and who has no verified address gets none.
pub async fn tell(
    app: &App,
    change: &mut Change<'_>,
    person: Uuid,
    letter: &Letter,
    now: Timestamp,
) -> Result<(), Fault> {
    if app.mail.is_none() && app.sms.is_none() {
        return Ok(());
    }
    let Some(data) = people::find(app, person).await? else { return Ok(()) };
    let claim = |name: &str| data.claims.get(name).and_then(Value::as_str);
    let is_verified = |name: &str| data.claims.get(name).and_then(Value::as_bool) == Some(true);
    let lang = claim("locale").and_then(Lang::from_tag).unwrap_or_default();
    let ways = [
        (Channel::Mail, claim("email").filter(|_| is_verified("email_verified"))),
        (Channel::Sms, claim("phone_number").filter(|_| is_verified("phone_number_verified"))),
    ];
    for (channel, address) in ways {
        let Some(address) = address else { continue };
        let to = Recipient { person: Some(person), channel, address, lang };
        letters::queue(app, change, to, letter, now)?;
    }
    Ok(())
}
