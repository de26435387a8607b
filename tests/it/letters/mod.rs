//! Telling people: letters by mail and by text message, as they arrive.

mod by_sms;
mod gateways;
mod late;
mod mail;
mod words;

use motcua::i18n::Lang;
use motcua::letters::Letter;
use motcua::letters::Link;
use motcua::parts::letters;
use motcua::parts::letters::Channel;
use motcua::parts::letters::Queued;
use motcua::parts::letters::Recipient;
use uuid::Uuid;

use crate::store::texts;
use crate::town::MORNING;
use crate::town::Town;

pub const KHAI: &str = "khai@songlam.example";
pub const NUMBER: &str = "+84912000412";

/// Khai, by mail, in Vietnamese.
pub const BY_MAIL: Recipient<'static> =
    Recipient { person: None, channel: Channel::Mail, address: KHAI, lang: Lang::Vi };
/// Khai, by text message.
pub const BY_SMS: Recipient<'static> =
    Recipient { person: None, channel: Channel::Sms, address: NUMBER, lang: Lang::Vi };

pub fn code() -> Letter {
    Letter::OneTimeCode { code: "417093".into() }
}

pub fn password_changed() -> Letter {
    Letter::PasswordChanged { at: MORNING, stop: Link::to("/?stop=Ab-_9&x=1").unwrap() }
}

/// Writes a letter, now.
pub async fn write(town: &Town, to: Recipient<'_>, letter: &Letter) {
    let queued = letters::queue_alone(&town.app, to, letter, town.app.clock.now()).await.unwrap();
    assert!(matches!(queued, Queued::Yes(_)), "{queued:?}");
}

/// Khai's id.
pub async fn khai(town: &Town) -> Uuid {
    let name = motcua::identity::person::SignInName::parse("khai").unwrap();
    motcua::parts::people::named(&town.app, &name).await.unwrap().unwrap().id
}

/// What is left of letters: "channel tries given-up why".
pub async fn left(town: &Town) -> Vec<String> {
    let sql = "SELECT channel || ' ' || CAST(tries AS TEXT) || CASE WHEN given_up_at IS NULL THEN ' ' ELSE ' given up ' END \
               || COALESCE(last_error, '') FROM letters ORDER BY created_at, id";
    texts(&town.app.db, sql.into()).await
}
