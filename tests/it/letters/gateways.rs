//! Gateways that are slow, down, refuse or are somebody else: nobody waits for them, and nothing is lost or sent twice.

use std::sync::Arc;
use std::time::Duration;

use motcua::config::Config;
use motcua::config::mail::MailTls;
use motcua::config::sms::HeaderValue;
use motcua::config::sms::SmsFormat;
use motcua::config::sms::SmsMethod;
use motcua::jobs;
use motcua::letters::CODE;
use motcua::parts::letters;
use motcua::parts::letters::Channel;
use motcua::parts::letters::Reach;
use motcua::parts::letters::Recipient;
use motcua::store::db::by_itself;
use tokio_util::sync::CancellationToken;

use super::BY_MAIL;
use super::BY_SMS;
use super::KHAI;
use super::NUMBER;
use super::code;
use super::khai;
use super::left;
use super::password_changed;
use super::write;
use crate::town::Mood;
use crate::town::PostOffice;
use crate::town::Town;

/// RFC 5321 §4.2.1: 4yz, "the SMTP client [...] is encouraged to try again": the same letter, under the same name.
#[tokio::test]
async fn what_may_pass_is_tried_again_after_a_pause() {
    let town = Town::with_post(|_| {}).await;
    let (mailbox, phone) = (town.mailbox(), town.phone());
    for failing in [Mood::Away, Mood::Answers("451 later"), Mood::Answers("554 policy")] {
        mailbox.office.be(failing);
        write(&town, BY_MAIL, &password_changed()).await;
        assert!(mailbox.try_next_for(KHAI).await.is_none(), "{failing:?}");
        assert_eq!(letters::reach(&town.app, Channel::Mail), Reach::Troubled);
        mailbox.office.be(Mood::Takes);
        assert!(mailbox.try_next_for(KHAI).await.is_none(), "not at once: {failing:?}");
        town.clock.pass(Duration::from_secs(10));
        mailbox.next_for(KHAI).await;
        assert_eq!(letters::reach(&town.app, Channel::Mail), Reach::Works);
    }
    for failing in [Some((500, "")), Some((429, "")), Some((302, ""))] {
        phone.phone.answer(failing);
        write(&town, BY_SMS, &password_changed()).await;
        assert!(phone.try_next_for(NUMBER).await.is_none(), "{failing:?}");
        assert_eq!(letters::reach(&town.app, Channel::Sms), Reach::Troubled);
        phone.phone.answer(Some((200, "")));
        town.clock.pass(Duration::from_secs(10));
        phone.next_for(NUMBER).await;
    }
    assert_eq!(left(&town).await, [""; 0]);
    town.leave().await;
}

/// A letter that was taken though we never heard so arrives again under the same name, so that the reader's program can tell
/// (RFC 5322 §3.6.4: "a globally unique message identifier").
#[tokio::test]
async fn a_letter_keeps_its_name() {
    let town = Town::with_post(|_| {}).await;
    town.mailbox().office.be(Mood::Forgets);
    write(&town, BY_MAIL, &password_changed()).await;
    let first = town.mailbox().next_for(KHAI).await;
    town.mailbox().office.be(Mood::Takes);
    town.clock.pass(Duration::from_secs(10));
    let again = town.mailbox().next_for(KHAI).await;
    write(&town, BY_MAIL, &password_changed()).await;
    let other = town.mailbox().next_for(KHAI).await;
    let [name] = first.header("message-id").try_into().unwrap();
    assert!(name.ends_with("@id.example>") && name.len() > 40, "{name}");
    assert_eq!(again.header("message-id"), [name.as_str()]);
    assert_ne!(other.header("message-id"), [name.as_str()]);
    town.leave().await;
}

/// RFC 5321 §4.2.1: 5yz, "the SMTP client SHOULD NOT repeat the exact request": operators see what a person was not told; a
/// code is worth nothing, and strangers choose how many addresses are none.
#[tokio::test]
async fn an_address_where_nobody_is_ends_the_tries() {
    let town = Town::with_post(|_| {}).await;
    town.mailbox().office.be(Mood::Answers("550 <khai@songlam.example> unknown"));
    let to = Recipient { person: Some(khai(&town).await), ..BY_MAIL };
    write(&town, to, &password_changed()).await;
    write(&town, BY_MAIL, &code()).await;
    town.bring(Channel::Mail).await;
    assert_eq!(left(&town).await, ["mail 1 given up the mail server answered 550"]);
    assert_eq!(letters::reach(&town.app, Channel::Mail), Reach::Works, "the server does what it should");
    let acts = town.audit().await;
    let given_up: Vec<_> = acts.iter().filter(|(act, ..)| act == "letter_given_up").collect();
    assert_eq!(given_up.len(), 1, "{acts:?}");
    let metrics = town.app.metrics.exposition();
    for (outcome, count) in [("given_up", 1), ("refused", 1)] {
        let line = format!("motcua_letters_total{{channel=\"mail\",outcome=\"{outcome}\"}} {count}");
        assert!(metrics.contains(&line), "{line}");
    }
    // Operators have it tried once more.
    town.mailbox().office.be(Mood::Takes);
    let [letter] = motcua::flows::admin::outbox::letters(&town.app.db).await.unwrap().try_into().unwrap();
    let now = town.app.clock.now();
    assert!(motcua::flows::admin::outbox::retry_letter(&town.app, letter.id, now).await.unwrap());
    town.mailbox().next_for(KHAI).await;
    town.leave().await;
}

/// A code that is over is not brought, however late the gateway comes back; what people must know is.
#[tokio::test]
async fn a_code_is_not_brought_when_it_is_over() {
    let town = Town::with_post(|_| {}).await;
    town.mailbox().office.be(Mood::Away);
    write(&town, BY_MAIL, &code()).await;
    write(&town, BY_MAIL, &password_changed()).await;
    town.bring(Channel::Mail).await;
    town.clock.pass(CODE);
    town.mailbox().office.be(Mood::Takes);
    let mail = town.mailbox().next_for(KHAI).await;
    assert!(mail.subject.starts_with("Mật khẩu"), "{}", mail.subject);
    assert_eq!((town.mailbox().office.letters().len(), left(&town).await.len()), (0, 0));
    town.leave().await;
}

/// After three days without a mail server a notice is given up, and operators see it.
#[tokio::test]
async fn a_notice_is_given_up_after_three_days() {
    let town = Town::with_post(|_| {}).await;
    town.mailbox().office.be(Mood::Away);
    write(&town, BY_MAIL, &password_changed()).await;
    for hour in 0..24 * 3 + 4 {
        town.bring(Channel::Mail).await;
        let [row] = left(&town).await.try_into().unwrap();
        assert!(hour >= 64 || !row.contains("given up"), "after {hour} hours: {row}");
        town.clock.pass(Duration::from_secs(3600));
    }
    let [row] = left(&town).await.try_into().unwrap();
    assert!(row.contains("given up"), "{row}");
    town.leave().await;
}

/// identity: a server that is not who it should be learns neither letter nor password.
#[tokio::test]
async fn a_server_that_is_somebody_else_learns_nothing() {
    for encryption in [MailTls::Starttls, MailTls::Implicit] {
        let office = PostOffice::open(encryption).await;
        let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap().cert.pem();
        let town = Town::with(|config| {
            office.describe(config);
            config.mail.extra_ca = Some(office.file("other.pem", &other));
        })
        .await;
        write(&town, BY_MAIL, &password_changed()).await;
        town.bring(Channel::Mail).await;
        let [row] = left(&town).await.try_into().unwrap();
        assert!(row.contains("certificate"), "{row}");
        assert!(!office.commands().iter().any(|c| c.starts_with("AUTH") || c.starts_with("MAIL")), "{encryption:?}");
        town.leave().await;
    }
}

/// RFC 8314 §4.1: a server that offers no encryption is spoken to no further.
#[tokio::test]
async fn a_server_that_offers_no_encryption_learns_nothing() {
    let town = Town::with_post(|_| {}).await;
    town.mailbox().office.be(Mood::Bare);
    write(&town, BY_MAIL, &password_changed()).await;
    town.bring(Channel::Mail).await;
    let commands = town.mailbox().office.commands();
    assert!(commands.iter().all(|command| command.starts_with("EHLO") || command == "QUIT"), "{commands:?}");
    assert_eq!(left(&town).await.len(), 1);
    town.leave().await;
}

/// A password that the server refuses is our mistake and no reason to forget a letter.
#[tokio::test]
async fn a_wrong_password_is_ours_to_mend() {
    let office = PostOffice::open(MailTls::Starttls).await;
    let town = Town::with(|config| {
        office.describe(config);
        config.mail.password_file = Some(office.file("wrong", "a wrong one"));
    })
    .await;
    write(&town, BY_MAIL, &password_changed()).await;
    town.bring(Channel::Mail).await;
    assert_eq!(left(&town).await, ["mail 1 the mail server answered 535"]);
    town.leave().await;
}

/// Of several replicas one tries.
#[tokio::test]
async fn two_replicas_send_each_letter_once() {
    let town = Town::with_post(|_| {}).await;
    let replica = town.replica().await;
    for n in 0..20 {
        let address = format!("person-{n}@songlam.example");
        write(&town, Recipient { address: &address, ..BY_MAIL }, &code()).await;
    }
    let (one, other) = tokio::join!(
        by_itself(letters::deliver_due(&town.app, Channel::Mail)),
        by_itself(letters::deliver_due(&replica.app, Channel::Mail))
    );
    one.and(other).unwrap();
    let mut addresses: Vec<String> = town.mailbox().office.letters().into_iter().map(|mail| mail.to).collect();
    addresses.sort();
    let mut expected: Vec<String> = (0..20).map(|n| format!("person-{n}@songlam.example")).collect();
    expected.sort();
    assert_eq!(addresses, expected);
    town.leave().await;
}

/// A process that dies with a letter in its hands is followed by another.
#[tokio::test]
async fn what_a_dead_process_had_in_hand_is_sent_by_another() {
    let town = Town::with_post(|_| {}).await;
    town.mailbox().office.be(Mood::Hangs);
    write(&town, BY_MAIL, &password_changed()).await;
    let app = Arc::clone(&town.app);
    let dying = tokio::spawn(async move { letters::deliver_due(&app, Channel::Mail).await });
    town.mailbox().office.asked().await;
    dying.abort();
    let _ = dying.await;
    town.mailbox().office.be(Mood::Takes);
    let replica = town.replica().await;
    let bring = async || letters::deliver_due(&replica.app, Channel::Mail).await.unwrap();
    bring().await;
    assert!(town.mailbox().office.take(KHAI).is_none(), "it may live still");
    town.clock.pass(Duration::from_secs(120));
    bring().await;
    assert!(town.mailbox().office.take(KHAI).is_some());
    town.leave().await;
}

/// "nothing waits for them": whoever writes a letter goes on, and a mail server that says nothing holds up no message.
#[tokio::test]
async fn a_silent_mail_server_holds_up_nobody_else() {
    let town = Town::with_post(|config| config.mail.at_once = 2).await;
    let stop = CancellationToken::new();
    let workers = jobs::start(&town.app, &stop);
    town.mailbox().office.be(Mood::Hangs);
    for _ in 0..5 {
        write(&town, BY_MAIL, &code()).await;
    }
    town.mailbox().office.asked().await;
    write(&town, BY_SMS, &code()).await;
    let arrived = tokio::time::timeout(Duration::from_secs(30), async {
        loop {
            match town.phone().phone.take(NUMBER) {
                Some(text) => return text,
                None => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    });
    let text = arrived.await.expect("a worker of its own");
    assert!(text.starts_with("417093 "), "{text}");
    assert!(text.ends_with("\n@id.example #417093"), "the host for which a telephone offers it: {text}");
    assert_eq!(town.mailbox().office.connections(), 2, "no more at once than the operator allows");
    stop.cancel();
    drop(workers);
    town.close().await;
}

fn xml(config: &mut Config) {
    config.sms.format = SmsFormat::Xml;
    config.sms.method = SmsMethod::Put;
    config.sms.body = "<sms to=\"{digits}\" ref=\"{id}\"><text>{text}</text></sms>".into();
}

/// "an HTTP gateway described in the configuration: URL, method, headers, body template, what means accepted"
#[tokio::test]
async fn a_gateway_is_asked_as_the_configuration_says() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("header");
    std::fs::write(&file, "Bearer of a secret\n").unwrap();
    let town = Town::with_post(|config| {
        xml(config);
        config.sms.headers.insert("Authorization".into(), HeaderValue::File { file: file.clone() });
        config.sms.accepted = vec![200];
        config.sms.accepted_text = Some("<ok/>".into());
    })
    .await;
    let phone = town.phone().phone;
    phone.answer(Some((200, "<error/>")));
    write(&town, BY_SMS, &code()).await;
    town.bring(Channel::Sms).await;
    assert_eq!(left(&town).await, ["sms 1 the gateway answered 200 without sms.accepted_text"]);
    phone.answer(Some((202, "<ok/>")));
    town.clock.pass(Duration::from_secs(10));
    town.bring(Channel::Sms).await;
    assert_eq!(left(&town).await, ["sms 2 the gateway answered 202"]);
    phone.answer(Some((200, "<ok/>")));
    town.clock.pass(Duration::from_secs(30));
    town.bring(Channel::Sms).await;
    assert_eq!(left(&town).await, [""; 0]);
    let [first, _, last] = phone.asked().try_into().unwrap();
    assert_eq!(first.body, last.body, "the same message under the same name");
    assert_eq!(last.line, "PUT /send");
    assert_eq!(last.header("authorization"), Some("Bearer of a secret"));
    assert_eq!(last.header("content-type"), Some("application/xml; charset=utf-8"));
    assert!(
        last.body.starts_with("<sms to=\"84912000412\" ref=\"") && last.body.contains("<text>417093 "),
        "{}",
        last.body
    );
    assert!(!town.app.config.print().contains("of a secret"));
    town.leave().await;
}

/// Gateways that take everything in the URL, and forms.
#[tokio::test]
async fn a_gateway_may_want_a_query_or_a_form() {
    let town = Town::with_post(|config| {
        let url = config.sms.url.take().unwrap();
        config.sms.url = Some(format!("{url}?to={{to}}&text={{text}}"));
        config.sms.method = SmsMethod::Get;
    })
    .await;
    write(&town, BY_SMS, &code()).await;
    town.bring(Channel::Sms).await;
    let [asked] = town.phone().phone.asked().try_into().unwrap();
    let url = url::Url::parse(&format!("http://x{}", asked.line.strip_prefix("GET ").unwrap())).unwrap();
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    assert_eq!(pairs[0], ("to".into(), NUMBER.into()));
    assert!(pairs[1].1.starts_with("417093 là mã của bạn tại Một Cửa"), "{pairs:?}");
    assert_eq!(asked.body, "");
    town.leave().await;
}
