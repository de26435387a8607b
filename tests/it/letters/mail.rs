//! Mail: a conversation with a server as real ones are (RFC 5321), by STARTTLS and by implicit TLS, and what it brings.

use std::time::Duration;

use http::StatusCode;
use motcua::config::mail::MailTls;
use motcua::i18n::Lang;
use motcua::letters::Credential;
use motcua::letters::Letter;
use motcua::letters::Link;
use motcua::parts::letters;
use motcua::parts::letters::Channel;
use motcua::parts::letters::Queued;
use motcua::parts::letters::Reach;
use motcua::parts::letters::Recipient;
use motcua::parts::record::Change;

use super::BY_MAIL;
use super::KHAI;
use super::code;
use super::khai;
use super::left;
use super::password_changed;
use super::write;
use crate::store::is_postgres;
use crate::store::texts;
use crate::town::ISSUER;
use crate::town::MORNING;
use crate::town::Mood;
use crate::town::PostOffice;
use crate::town::Town;

/// RFC 3207: "STARTTLS", and nothing said before it; RFC 4954 the password; RFC 2046 §5.1.4 text and HTML.
#[tokio::test]
async fn a_code_arrives_through_starttls_as_text_and_html() {
    let town = Town::with_post(|_| {}).await;
    write(&town, BY_MAIL, &code()).await;
    let mail = town.mailbox().next_for(KHAI).await;
    assert!(mail.encrypted);
    assert_eq!(mail.code(), "417093");
    assert!(mail.html.contains(">417093<") && mail.html.contains("<html lang=\"vi\">"), "{}", mail.html);
    assert_eq!(mail.subject, "Mã xác nhận của bạn tại Một Cửa");
    assert_eq!(mail.header("from"), ["Một Cửa <no-reply@id.example>"]);
    assert_eq!(mail.header("to"), [KHAI]);
    assert_eq!(mail.header("auto-submitted"), ["auto-generated"]);
    assert_eq!(mail.header("content-language"), ["vi"]);
    assert_eq!(mail.header("date"), ["Tue, 24 Nov 2026 03:00:00 +0000"]);
    let commands = town.mailbox().office.commands();
    let before: Vec<&String> = commands.iter().take_while(|command| *command != "STARTTLS").collect();
    assert!(before.len() == 1 && before[0].starts_with("EHLO"), "{commands:?}");
    assert_eq!(left(&town).await, [""; 0], "what was brought leaves no row");
    assert_eq!(letters::reach(&town.app, Channel::Mail), Reach::Works);
    town.leave().await;
}

/// RFC 8314 §3.3: "Implicit TLS for SMTP Submission"
#[tokio::test]
async fn a_letter_arrives_through_implicit_tls_and_its_link_leads_to_us() {
    let office = PostOffice::open(MailTls::Implicit).await;
    let town = Town::with(|config| office.describe(config)).await;
    let english = Recipient { lang: Lang::En, ..BY_MAIL };
    write(&town, english, &password_changed()).await;
    town.bring(Channel::Mail).await;
    let mail = office.take(KHAI).unwrap();
    assert!(mail.encrypted);
    assert_eq!(mail.subject, "The password of your Một Cửa account was changed");
    assert!(mail.html.contains("<html lang=\"en\">"));
    assert_eq!(mail.link(), format!("{ISSUER}/?stop=Ab-_9&x=1"));
    assert_eq!(town.browser().open(mail.link().strip_prefix(ISSUER).unwrap()).await.status, StatusCode::OK);
    assert!(!office.commands().iter().any(|command| command == "STARTTLS"));
    town.leave().await;
}

/// A letter is part of the change that it tells of: it goes with it, or not at all.
#[tokio::test]
async fn a_letter_is_written_with_its_change_or_not_at_all() {
    let town = Town::with_post(|_| {}).await;
    let to = Recipient { person: Some(khai(&town).await), ..BY_MAIL };
    for commits in [false, true] {
        let mut change = Change::begin(&town.app).await.unwrap();
        let queued = letters::queue(&town.app, &mut change, to, &password_changed(), MORNING).unwrap();
        assert!(matches!(queued, Queued::Yes(_)));
        match commits {
            true => drop(change.commit().await.unwrap()),
            false => drop(change),
        }
        assert_eq!(town.mailbox().try_next_for(KHAI).await.is_some(), commits);
    }
    town.leave().await;
}

/// Whoever has the database learns neither to whom a letter goes nor what it says.
#[tokio::test]
async fn what_waits_is_sealed() {
    let town = Town::with_post(|_| {}).await;
    town.mailbox().office.be(Mood::Answers("451 <khai@songlam.example> try later"));
    write(&town, BY_MAIL, &code()).await;
    town.bring(Channel::Mail).await;
    assert_eq!(left(&town).await, ["mail 1 the mail server answered 451"], "not even the server's words");
    // Bytes as hexadecimal digits, on either engine.
    let digits = if is_postgres(&town.app.db) { "encode(payload, 'hex')" } else { "lower(hex(payload))" };
    let [row] = texts(&town.app.db, format!("SELECT {digits} FROM letters")).await.try_into().unwrap();
    assert!(row.len() > 200, "{row}");
    for known in [KHAI, "417093", "one_time_code"] {
        let hex: String = known.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert!(!row.contains(&hex), "{known}");
    }
    town.leave().await;
}

/// What people call things neither ends a header nor becomes HTML, and no address is two.
#[tokio::test]
async fn nothing_that_people_choose_leaves_its_place() {
    let town = Town::with_post(|_| {}).await;
    let name = "Máy của tôi\r\nBcc: all@songlam.example\r\n\r\n<script>alert(1)</script>".to_owned();
    let stop = Link::to("/account").unwrap();
    let credential = Credential::Passkey;
    write(&town, BY_MAIL, &Letter::CredentialAdded { credential, name: Some(name), at: MORNING, stop }).await;
    let mail = town.mailbox().next_for(KHAI).await;
    assert_eq!((mail.header("bcc").len(), mail.header("to").len()), (0, 1));
    assert!(mail.text.contains("“Máy của tôi Bcc: all@songlam.example <script>alert(1)"), "{}", mail.text);
    assert!(!mail.html.contains("<script"), "{}", mail.html);
    for address in
        ["khai@songlam.example\r\nRCPT TO:<an@songlam.example>", "khai@songlam.example,an@songlam.example", "khai"]
    {
        let to = Recipient { address, ..BY_MAIL };
        assert_eq!(
            letters::queue_alone(&town.app, to, &code(), MORNING).await.unwrap(),
            Queued::NoAddress,
            "{address}"
        );
    }
    assert_eq!(town.mailbox().office.letters().len(), 0);
    town.leave().await;
}

/// Where the operator named no gateway nothing is written that nobody would bring.
#[tokio::test]
async fn without_a_gateway_nothing_waits() {
    let town = Town::new().await;
    let queued = letters::queue_alone(&town.app, BY_MAIL, &code(), MORNING).await.unwrap();
    assert_eq!(queued, Queued::NoGateway);
    assert_eq!(letters::reach(&town.app, Channel::Mail), Reach::Absent);
    assert_eq!(left(&town).await, [""; 0]);
    town.leave().await;
}

/// A connection serves many letters, and one that the server closed meanwhile is replaced.
#[tokio::test]
async fn letters_share_a_connection() {
    let town = Town::with_post(|_| {}).await;
    for _ in 0..3 {
        write(&town, BY_MAIL, &code()).await;
        town.mailbox().next_for(KHAI).await;
    }
    assert_eq!(town.mailbox().office.connections(), 1);
    town.leave().await;
}

/// A person who is removed is written to no more.
#[tokio::test]
async fn what_was_to_be_written_goes_with_its_person() {
    let town = Town::with_post(|_| {}).await;
    let to = Recipient { person: Some(khai(&town).await), ..BY_MAIL };
    write(&town, to, &password_changed()).await;
    motcua::flows::admin::people::remove(&town.app, "khai", MORNING + Duration::from_secs(1)).await.unwrap();
    assert!(town.mailbox().try_next_for(KHAI).await.is_none());
    town.leave().await;
}
