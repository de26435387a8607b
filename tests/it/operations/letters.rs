//! "Every change of a credential is told on every verified channel, with a link that stops it": also when an operator makes it, by
//! command or by a file; a change of an address is told at the former one, too.

use std::time::Duration;

use motcua::base::secret::Secret;
use motcua::flows::admin::people;
use motcua::identity::assurance::Level;
use motcua::parts::letters::Channel;

use crate::letters::KHAI;
use crate::letters::NUMBER;
use crate::town::Browser;
use crate::town::DECLARATION;
use crate::town::PASSWORD;
use crate::town::Page;
use crate::town::Town;

const NEW: &str = "a quiet river at night";
const ELSEWHERE: &str = "khai@elsewhere.example";

/// What the operator's file says of khai instead.
fn file(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(DECLARATION.to_owned(), |file, (was, is)| {
        assert!(file.contains(was), "{was}");
        file.replacen(was, is, 1)
    })
}

/// Follows a letter's link in a browser where nobody is, and confirms; the page that asked.
async fn stop(town: &Town, link: &str) -> (Page, Page) {
    let mut browser = town.browser().speaking("en");
    let page = browser.open(link).await;
    assert!(page.body.contains("If it was not you, stop it"), "{}", page.body);
    let stopped = browser.fill(&page, &[]).await;
    assert!(stopped.body.contains("It is stopped"), "{}", stopped.body);
    (page, stopped)
}

async fn opens(town: &Town, password: &str) -> bool {
    let mut browser = town.browser().speaking("en");
    let page = browser.open("/sign-in").await;
    browser.fill(&page, &[("username", "khai"), ("password", password)]).await.path() != "/sign-in"
}

async fn is_out(browser: &mut Browser) -> bool {
    browser.open("/account").await.path() == "/sign-in"
}

/// Khai, signed in; the letters about the device are read.
async fn signed_in(town: &Town) -> Browser {
    let mut browser = town.browser().speaking("en");
    let page = browser.open("/sign-in").await;
    browser.fill(&page, &[("username", "khai"), ("password", PASSWORD)]).await;
    town.mailbox().next_for(KHAI).await;
    town.phone().next_for(NUMBER).await;
    town.clock.pass(Duration::from_secs(60));
    browser
}

/// Nothing more was written to anybody.
async fn is_silent(town: &Town) -> bool {
    town.bring(Channel::Mail).await;
    town.bring(Channel::Sms).await;
    let more = [KHAI, ELSEWHERE, "an@songlam.example"].map(|to| town.mailbox().office.take(to));
    more.iter().all(Option::is_none) && town.phone().phone.take(NUMBER).is_none()
}

#[tokio::test]
async fn a_password_that_an_operator_sets_is_told_and_can_be_stopped() {
    let town = Town::with_post(|_| {}).await;
    let now = || town.app.clock.now();
    people::set_password(&town.app, "khai", Secret::new(NEW.to_owned()), now()).await.unwrap().unwrap().unwrap();
    let mail = town.mailbox().next_for(KHAI).await;
    assert!(mail.subject.starts_with("Mật khẩu tài khoản"), "{}", mail.subject);
    assert!(town.phone().next_for(NUMBER).await.contains("/stop?stop="));
    assert!(opens(&town, NEW).await);
    stop(&town, &mail.link()).await;
    assert!(!opens(&town, NEW).await && !opens(&town, PASSWORD).await);
    town.leave().await;
}

/// What stays as it is is told to nobody, nor who is entered.
#[tokio::test]
async fn a_file_that_changes_nothing_writes_to_nobody() {
    let town = Town::with_post(|_| {}).await;
    assert!(is_silent(&town).await, "they were entered");
    town.apply(DECLARATION).await;
    town.apply(&file(&[("gender = \"female\"", "gender = \"other\"")])).await;
    town.apply(&file(&[(NUMBER, "0912 000 412")])).await;
    assert!(is_silent(&town).await, "no credential, no other address");
    town.leave().await;
}

#[tokio::test]
async fn a_password_of_a_file_is_told() {
    let town = Town::with_post(|_| {}).await;
    let mut own = signed_in(&town).await;
    town.apply(&file(&[(PASSWORD, NEW)])).await;
    let mail = town.mailbox().next_for(KHAI).await;
    assert!(mail.subject.starts_with("Mật khẩu tài khoản"), "{}", mail.subject);
    assert!(is_out(&mut own).await && opens(&town, NEW).await);
    stop(&town, &mail.link()).await;
    assert!(!opens(&town, NEW).await);
    town.leave().await;
}

/// The former address, the new one and the telephone: whoever reads one of them can stop it. Nothing goes to the new one then.
#[tokio::test]
async fn another_address_is_told_at_the_former_one_too() {
    let town = Town::with_post(|_| {}).await;
    let mut own = signed_in(&town).await;
    town.apply(&file(&[(KHAI, ELSEWHERE)])).await;
    let mails = [town.mailbox().next_for(KHAI).await, town.mailbox().next_for(ELSEWHERE).await];
    for mail in &mails {
        assert!(mail.subject.starts_with("Đã đổi địa chỉ email của tài khoản"), "{}", mail.subject);
        assert!(!mail.text.contains(KHAI) && !mail.text.contains(ELSEWHERE), "{}", mail.text);
    }
    assert!(town.phone().next_for(NUMBER).await.starts_with("Đã đổi địa chỉ email"));
    let (asked, _) = stop(&town, &mails[0].link()).await;
    assert!(asked.body.contains("An address of your account was changed"), "{}", asked.body);
    assert!(is_out(&mut own).await && opens(&town, PASSWORD).await);
    // No code of a recovery goes there.
    let mut stranger = town.browser();
    let page = stranger.open("/recovery").await;
    stranger.fill(&page, &[("username", "khai"), ("way", "mail")]).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(town.mailbox().try_next_for(ELSEWHERE).await.is_none());
    // The file says it once more: the operator is told of it as of any change, and so is the person.
    town.clock.pass(Duration::from_secs(60));
    town.apply(&file(&[(KHAI, ELSEWHERE)])).await;
    assert!(town.mailbox().next_for(ELSEWHERE).await.subject.starts_with("Đã đổi địa chỉ email"));
    town.leave().await;
}

/// The telephone: a code that is sent goes to no number that the person did not know.
#[tokio::test]
async fn another_number_is_told_at_the_former_one_and_no_code_goes_there_once_it_is_stopped() {
    let town = Town::with_post(|_| {}).await;
    let other = "+84912999999";
    town.apply(&file(&[(NUMBER, other), (PASSWORD, NEW)])).await;
    let mut subjects = [town.mailbox().next_for(KHAI).await, town.mailbox().next_for(KHAI).await];
    subjects.sort_by(|one, other| one.subject.cmp(&other.subject));
    assert!(subjects[1].subject.starts_with("Đã đổi số điện thoại") && subjects[0].subject.starts_with("Mật khẩu"));
    for number in [NUMBER, other] {
        let texts = [town.phone().next_for(number).await, town.phone().next_for(number).await];
        assert!(texts.iter().any(|text| text.starts_with("Đã đổi số điện thoại")), "{texts:?}");
    }
    // One act has one link: the password goes with it, whichever letter was read.
    stop(&town, &subjects[1].link()).await;
    assert!(!opens(&town, NEW).await);
    assert!(subjects[0].link().len() > 40);
    let mut browser = town.browser();
    let page = browser.open("/recovery").await;
    browser.fill(&page, &[("username", "khai"), ("way", "sms")]).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    while let Some(text) = town.phone().try_next_for(other).await {
        assert!(!text.starts_with(|first: char| first.is_ascii_digit()), "{text}");
    }
    town.leave().await;
}

/// What was hers and is his by the same file is his: he does not read of her account.
#[tokio::test]
async fn an_address_that_passes_on_to_somebody_else_is_not_written_to() {
    let town = Town::with_post(|_| {}).await;
    let an = "an@songlam.example";
    let swapped = file(&[(KHAI, ELSEWHERE), (an, KHAI), ("email_verified = false", "email_verified = true")]);
    town.apply(&swapped).await;
    let his = town.mailbox().next_for(KHAI).await;
    assert!(town.mailbox().try_next_for(KHAI).await.is_none(), "his own alone: {}", his.text);
    town.mailbox().next_for(ELSEWHERE).await;
    stop(&town, &his.link()).await;
    assert!(opens(&town, PASSWORD).await, "hers is as it was");
    town.leave().await;
}

#[tokio::test]
async fn a_proofing_is_told_and_can_be_stopped() {
    let town = Town::with_post(|_| {}).await;
    let record = async |level| {
        let (method, evidence, agency) = ("in-person".into(), "chip card".into(), "commune-1".into());
        let seen = motcua::flows::admin::proofing::Seen { level, method, evidence, agency };
        motcua::flows::admin::proofing::record(&town.app, "khai", &seen, town.app.clock.now()).await.unwrap().unwrap()
    };
    let level = async || {
        let shown = people::show(&town.app, "khai", town.app.clock.now()).await.unwrap().unwrap();
        motcua::store::proofings::level(&town.app.db, shown.row.id).await.unwrap()
    };
    town.clock.pass(Duration::from_secs(60));
    record(Level::Two).await;
    let mail = town.mailbox().next_for(KHAI).await;
    assert!(mail.subject.contains("đã được xác nhận"), "{}", mail.subject);
    assert!(town.phone().next_for(NUMBER).await.contains("/stop?stop="));
    town.clock.pass(Duration::from_secs(60));
    let (asked, _) = stop(&town, &mail.link()).await;
    assert!(asked.body.contains("Your identity was confirmed"), "{}", asked.body);
    assert_eq!(level().await, Level::Zero);
    assert!(town.mailbox().next_for(KHAI).await.subject.contains("đã được dừng lại"));
    assert!(town.phone().next_for(NUMBER).await.contains("đã được dừng lại"));
    town.clock.pass(Duration::from_secs(60));
    record(Level::Two).await;
    town.mailbox().next_for(KHAI).await;
    town.phone().next_for(NUMBER).await;
    // Services are as sure of her as before, whatever else is recorded.
    for same in [Level::One, Level::Two] {
        town.clock.pass(Duration::from_secs(60));
        record(same).await;
        assert_eq!(level().await, Level::Two);
        assert!(is_silent(&town).await, "{same:?} beside two");
    }
    town.clock.pass(Duration::from_secs(60));
    record(Level::Zero).await;
    let mail = town.mailbox().next_for(KHAI).await;
    assert!(mail.subject.contains("không còn được xác nhận") && mail.link().ends_with("/account"), "{}", mail.text);
    town.phone().next_for(NUMBER).await;
    record(Level::Zero).await;
    assert!(is_silent(&town).await, "nothing is left to take back");
    town.leave().await;
}

/// What is known of khai by now.
async fn khai_is(town: &Town) -> people::ShownPerson {
    people::show(&town.app, "khai", town.app.clock.now()).await.unwrap().unwrap()
}

/// Whether her mail address, and her number, are known to be hers.
async fn trusts(town: &Town) -> [bool; 2] {
    let claims = khai_is(town).await.data.claims;
    ["email_verified", "phone_number_verified"].map(|claim| claims.get(claim).unwrap().as_bool().unwrap())
}

/// "What was changed goes": all of it, where it is two addresses.
#[tokio::test]
async fn of_two_addresses_that_a_file_moved_neither_stays_once_it_is_stopped() {
    let town = Town::with_post(|_| {}).await;
    let other = "+84912999999";
    for to in [KHAI, ELSEWHERE] {
        town.apply(DECLARATION).await;
        while town.mailbox().try_next_for(KHAI).await.is_some() {}
        town.clock.pass(Duration::from_secs(60));
        town.apply(&file(&[(KHAI, ELSEWHERE), (NUMBER, other)])).await;
        assert_eq!(trusts(&town).await, [true, true]);
        stop(&town, &town.mailbox().next_for(to).await.link()).await;
        assert_eq!(trusts(&town).await, [false, false], "by the letter to {to}");
        while town.mailbox().try_next_for(ELSEWHERE).await.is_some() {}
        town.clock.pass(Duration::from_secs(60));
    }
    town.leave().await;
}

/// An address and a proofing do not go with an earlier change: whoever stops that as well has them gone, and is told no lie.
#[tokio::test]
async fn an_address_and_a_proofing_are_stopped_for_themselves() {
    let town = Town::with_post(|_| {}).await;
    let now = || town.app.clock.now();
    let minute = || town.clock.pass(Duration::from_secs(60));
    people::set_password(&town.app, "khai", Secret::new(NEW.to_owned()), now()).await.unwrap().unwrap().unwrap();
    let password = town.mailbox().next_for(KHAI).await.link();
    minute();
    let (method, evidence, agency) = ("in-person".into(), "chip card".into(), "commune-1".into());
    let seen = motcua::flows::admin::proofing::Seen { level: Level::Two, method, evidence, agency };
    motcua::flows::admin::proofing::record(&town.app, "khai", &seen, now()).await.unwrap().unwrap();
    let proofing = town.mailbox().next_for(KHAI).await.link();
    minute();
    town.apply(&file(&[(PASSWORD, NEW), (KHAI, ELSEWHERE)])).await;
    let address = town.mailbox().next_for(KHAI).await.link();
    minute();
    stop(&town, &password).await;
    minute();
    let (asked, _) = stop(&town, &address).await;
    assert!(asked.body.contains("An address of your account was changed"), "{}", asked.body);
    assert_eq!(trusts(&town).await, [false, true]);
    stop(&town, &proofing).await;
    let level = motcua::store::proofings::level(&town.app.db, khai_is(&town).await.row.id).await.unwrap();
    assert_eq!(level, Level::Zero);
    let mut browser = town.browser().speaking("en");
    for link in [password, address, proofing] {
        let page = browser.open(&link).await;
        assert!(page.body.contains("It is stopped already"), "{}", page.body);
    }
    town.leave().await;
}

/// Who read at an address that was hers by a mistake has no say over the right one.
#[tokio::test]
async fn a_stranger_stops_nothing_once_the_address_is_put_right() {
    let town = Town::with_post(|_| {}).await;
    let (mistyped, mut own) = ("khia@elsewhere.example", signed_in(&town).await);
    town.apply(&file(&[(KHAI, mistyped)])).await;
    let strangers = town.mailbox().next_for(mistyped).await.link();
    town.clock.pass(Duration::from_secs(86_400));
    town.apply(&file(&[(KHAI, ELSEWHERE)])).await;
    let mut own_again = town.browser().speaking("en");
    let page = own_again.open("/sign-in").await;
    own_again.fill(&page, &[("username", "khai"), ("password", PASSWORD)]).await;
    let mut stranger = town.browser().speaking("en");
    let page = stranger.open(&strangers).await;
    assert!(page.body.contains("This can no longer be stopped"), "{}", page.body);
    assert_eq!(trusts(&town).await, [true, true]);
    assert!(!is_out(&mut own_again).await);
    // Hers is told to herself as well: at what she had before, by which nobody but she is reached.
    stop(&town, &town.mailbox().next_for(KHAI).await.link()).await;
    assert_eq!(trusts(&town).await, [false, true]);
    assert!(is_out(&mut own_again).await && is_out(&mut own).await);
    town.leave().await;
}

/// The same address written otherwise is the same, and his whether or not it is known to be.
#[tokio::test]
async fn an_address_that_passes_on_written_otherwise_is_not_written_to() {
    let an = "email = \"an@songlam.example\"\nemail_verified = false";
    for (his, letters) in [("email_verified = true", 1), ("email_verified = false", 0)] {
        let town = Town::with_post(|_| {}).await;
        town.apply(&file(&[(KHAI, "Lan@x.example")])).await;
        town.mailbox().next_for("Lan@x.example").await;
        town.clock.pass(Duration::from_secs(60));
        town.apply(&file(&[(KHAI, ELSEWHERE), (an, &format!("email = \"lan@x.example\"\n{his}"))])).await;
        town.mailbox().next_for(ELSEWHERE).await;
        assert!(town.mailbox().try_next_for("Lan@x.example").await.is_none(), "with {his}");
        let (mut own, mut count) = (town.browser().speaking("en"), 0);
        let page = own.open("/sign-in").await;
        own.fill(&page, &[("username", "khai"), ("password", PASSWORD)]).await;
        while let Some(mail) = town.mailbox().try_next_for("lan@x.example").await {
            count += 1;
            stop(&town, &mail.link()).await;
        }
        assert!(count == letters && !is_out(&mut own).await && trusts(&town).await == [true, true], "with {his}");
        town.leave().await;
    }
}

/// Nor is it another address of her own: one letter is enough.
#[tokio::test]
async fn an_address_that_is_only_written_otherwise_is_told_of_once() {
    let town = Town::with_post(|_| {}).await;
    let written = "Khai@songlam.example";
    town.apply(&file(&[(KHAI, written), (PASSWORD, NEW)])).await;
    assert!(town.mailbox().next_for(written).await.subject.starts_with("Mật khẩu"));
    for address in [written, KHAI] {
        assert!(town.mailbox().try_next_for(address).await.is_none(), "{address}");
    }
    town.leave().await;
}

/// Somebody who may not sign in by now will know when they may again.
#[tokio::test]
async fn a_disabled_account_is_told_too() {
    let town = Town::with_post(|_| {}).await;
    let now = || town.app.clock.now();
    people::disable(&town.app, "khai", now()).await.unwrap().unwrap();
    people::set_password(&town.app, "khai", Secret::new(NEW.to_owned()), now()).await.unwrap().unwrap().unwrap();
    let mail = town.mailbox().next_for(KHAI).await;
    assert!(mail.subject.starts_with("Mật khẩu tài khoản"), "{}", mail.subject);
    assert!(town.phone().next_for(NUMBER).await.contains("/stop?stop="));
    people::enable(&town.app, "khai", now()).await.unwrap().unwrap();
    stop(&town, &mail.link()).await;
    assert!(!opens(&town, NEW).await);
    town.leave().await;
}
