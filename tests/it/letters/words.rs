//! What letters say: plain, short, in both languages, with no host but ours.

use std::sync::LazyLock;

use motcua::base::time::Timestamp;
use motcua::base::zone::Zone;
use motcua::i18n::Lang;
use motcua::letters::Credential;
use motcua::letters::Letter;
use motcua::letters::Link;
use motcua::letters::Sender;

use crate::town::ISSUER;
use crate::town::MORNING;

/// One letter of each kind.
fn every_letter() -> Vec<Letter> {
    let link = |path: &str| Link::to(path).unwrap();
    let later = Timestamp::from_seconds(MORNING.seconds() + 72 * 3600);
    let name = Some("Điện thoại <của> tôi".to_owned());
    let stop = || link("/stop?t=9f2c&x=1");
    let all = vec![
        Letter::OneTimeCode { code: "417093".into() },
        Letter::OpeningCode { code: "417093".into() },
        Letter::AlreadyAnAccount { sign_in: link("/sign-in") },
        Letter::NewDevice { device: "Chrome, Android".into(), at: MORNING, sessions: link("/account") },
        Letter::CredentialAdded { credential: Credential::Passkey, name: name.clone(), at: MORNING, stop: stop() },
        Letter::CredentialRemoved { credential: Credential::Totp, name: None, at: MORNING, stop: stop() },
        Letter::CredentialShut { credential: Credential::Password, at: MORNING, recovery: link("/recovery") },
        Letter::PasswordChanged { at: MORNING, stop: stop() },
        Letter::AddressChanged { address: Credential::Email, at: MORNING, stop: stop() },
        Letter::AddressChanged { address: Credential::Phone, at: MORNING, stop: stop() },
        Letter::IdentityConfirmed { at: MORNING, stop: stop() },
        Letter::IdentityTakenBack { at: MORNING, account: link("/account") },
        Letter::RecoveryBegan { at: MORNING, until: later, stop: stop() },
        Letter::RecoveryBegan { at: MORNING, until: MORNING, stop: stop() },
        Letter::AccountRecovered { at: MORNING, stop: stop() },
        Letter::ChangeStopped { at: MORNING, recovery: link("/recovery") },
        Letter::AccountCloses { on: later, keep: link("/account/keep") },
    ];
    for letter in &all {
        // A further letter does not compile before it is here.
        match letter {
            Letter::OneTimeCode { .. }
            | Letter::OpeningCode { .. }
            | Letter::AlreadyAnAccount { .. }
            | Letter::NewDevice { .. }
            | Letter::CredentialAdded { .. }
            | Letter::CredentialRemoved { .. }
            | Letter::CredentialShut { .. }
            | Letter::PasswordChanged { .. }
            | Letter::AddressChanged { .. }
            | Letter::IdentityConfirmed { .. }
            | Letter::IdentityTakenBack { .. }
            | Letter::RecoveryBegan { .. }
            | Letter::AccountRecovered { .. }
            | Letter::ChangeStopped { .. }
            | Letter::AccountCloses { .. } => {}
        }
    }
    all
}

fn sender(help: Option<&str>) -> Sender<'_> {
    Sender { name: "Một Cửa", issuer: ISSUER, help, zone: &ZONE }
}

static ZONE: LazyLock<Zone> = LazyLock::new(Zone::default);

/// A deployment has its own clock: a letter says when it was there.
#[test]
fn a_letter_tells_the_time_of_the_deployment() {
    let letter = Letter::PasswordChanged { at: MORNING, stop: Link::to("/stop").unwrap() };
    for (zone, says) in [("Asia/Ho_Chi_Minh", "10:00 on 24/11/2026"), ("America/Lima", "22:00 on 23/11/2026")] {
        let zone = Zone::named(zone).unwrap();
        let text = letter.mail(Sender { zone: &zone, ..sender(None) }, Lang::En).text;
        assert!(text.contains(says), "{zone}: {text}");
    }
}

/// "letters as text and HTML, both languages, plain and short": every one of them, as it is.
#[test]
fn every_letter_reads_so() {
    let mut whole = String::new();
    for lang in Lang::all() {
        for letter in every_letter() {
            let mail = letter.mail(sender(Some("1900 0000")), lang);
            let sms = letter.sms(sender(None), lang);
            whole.push_str(&format!("=== {}\n\n{}\nSMS: {sms}\n\n", mail.subject, mail.text));
        }
    }
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("letters", whole);
    });
}

#[test]
fn a_letter_names_no_host_but_ours_and_loads_nothing() {
    for lang in Lang::all() {
        for letter in every_letter() {
            let mail = letter.mail(sender(None), lang);
            let html = &mail.html;
            assert!(html.starts_with(&format!("<!doctype html>\n<html lang=\"{}\">", lang.tag())), "{html}");
            for loads in ["<img", "src=", "<link", "url(", "<script", "@import"] {
                assert!(!html.contains(loads), "{loads}: {html}");
            }
            for text in [html, &mail.text, &letter.sms(sender(None), lang)] {
                let urls = text.match_indices("://").map(|(at, _)| &text[at.saturating_sub(5)..]);
                urls.for_each(|url| assert!(url.starts_with(ISSUER), "{url}"));
            }
            assert!(mail.subject.chars().count() <= 80 && !mail.subject.contains(['\n', '\r']), "{}", mail.subject);
            assert!(mail.text.lines().count() <= 22 && html.len() < 8 * 1024, "short");
            assert!(!html.contains("<của>"), "{html}");
        }
    }
}

/// What is to be done stands in the text as in the HTML, and in the message.
#[test]
fn every_form_of_a_letter_says_what_can_be_done() {
    for lang in Lang::all() {
        for letter in every_letter() {
            let (mail, sms) = (letter.mail(sender(None), lang), letter.sms(sender(None), lang));
            match &letter {
                Letter::OneTimeCode { code } | Letter::OpeningCode { code } => {
                    assert!(mail.html.contains(code) && mail.text.contains(code) && sms.starts_with(code.as_str()));
                    assert!(!mail.subject.contains(code), "a locked telephone shows subjects");
                    assert!(sms.ends_with(&format!("\n@id.example #{code}")), "{sms}");
                }
                _ => {
                    let href = mail.html.split("href=\"").nth(1).unwrap().split('"').next().unwrap();
                    let link = href.replace("&#38;", "&");
                    assert!(mail.text.lines().any(|line| line == link) && sms.ends_with(&link), "{link}: {sms}");
                }
            }
        }
    }
}
