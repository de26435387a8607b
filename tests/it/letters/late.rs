//! "Mail and SMS gateways that are slow, down or refuse: the person is told and can choose another way; nothing waits for
//! them": on every page that sends a code, and in the same words.

use std::sync::Arc;
use std::time::Duration;

use motcua::i18n::Key;
use motcua::i18n::Lang;
use motcua::i18n::key;
use motcua::i18n::text;
use motcua::parts::letters;
use motcua::parts::letters::Channel;
use motcua::parts::letters::Reach;

use super::BY_MAIL;
use super::BY_SMS;
use super::KHAI;
use super::NUMBER;
use super::code;
use super::write;
use crate::opening;
use crate::town::Browser;
use crate::town::Mood;
use crate::town::PASSWORD;
use crate::town::Page;
use crate::town::Town;

/// Both gateways are down, and were tried.
async fn go_away(town: &Town) {
    town.mailbox().office.be(Mood::Away);
    town.phone().phone.answer(Some((503, "")));
    try_both(town).await;
}

/// Both are back.
async fn come_back(town: &Town) {
    town.mailbox().office.be(Mood::Takes);
    town.phone().phone.answer(Some((200, "")));
    try_both(town).await;
    while town.mailbox().office.take(KHAI).is_some() || town.phone().phone.take(NUMBER).is_some() {}
}

async fn try_both(town: &Town) {
    for (to, channel) in [(BY_MAIL, Channel::Mail), (BY_SMS, Channel::Sms)] {
        write(town, to, &code()).await;
        town.bring(channel).await;
    }
}

/// The page says so, in this language.
fn says(page: &Page, lang: Lang, keys: &[Key]) -> bool {
    keys.iter().all(|key| page.body.contains(&*text(lang, *key)))
}

/// It says nothing of the kind.
fn is_silent(page: &Page, lang: Lang) -> bool {
    [key::LATE_MAIL, key::LATE_SMS, key::LATE_BOTH].into_iter().all(|key| !says(page, lang, &[key]))
}

fn leads_to(page: &Page, href: &str) -> bool {
    page.body.contains(&format!("href=\"{href}"))
}

/// Every page that sends a code, as it stands by now: its name, the page, what it says of which ways, and where another way is.
async fn pages(town: &Town, lang: Lang) -> Vec<(&'static str, Page, [Key; 2], &'static str)> {
    let browser = || town.browser().speaking(lang.tag());
    let mut all = Vec::new();
    let mut opener = browser();
    let page = opener.open("/open-account").await;
    all.push(("open-account", page.clone(), [key::LATE_BOTH, key::LATE_ADDRESS], "/sign-in"));
    let sent = opening::ask(&mut opener, opening::LAN).await;
    all.push(("open-account/code", sent, [key::LATE_MAIL, key::LATE_ADDRESS], "/open-account?login="));
    let mut lost = browser();
    let page = lost.open("/recovery").await;
    all.push(("recovery by mail", page.clone(), [key::LATE_MAIL, key::LATE_WAY], "/sign-in"));
    all.push(("recovery by phone", page.clone(), [key::LATE_SMS, key::LATE_WAY], "/sign-in"));
    for (way, late) in [("mail", key::LATE_MAIL), ("sms", key::LATE_SMS)] {
        let sent = lost.fill(&page, &[("username", "khai"), ("way", way)]).await;
        all.push(("recovery/code", sent, [late, key::LATE_WAY], "/recovery"));
    }
    let mut own = browser();
    let page = own.open("/sign-in").await;
    let page = own.fill(&page, &[("username", "khai"), ("password", PASSWORD)]).await;
    all.push(("sign-in/code", page.clone(), [key::LATE_SMS, key::LATE_ALONE], "/recovery"));
    let page = own.fill(&page, &[("text", "send")]).await;
    all.push(("sign-in/code, sent", page, [key::LATE_SMS, key::LATE_ALONE], "/recovery"));
    let mut at_service = browser();
    let page = at_service.open(&town.rp("portal").url(&[])).await;
    let page = at_service.sign_in(&page, "khai").await;
    all.push(("login/code", page, [key::LATE_SMS, key::LATE_ALONE], "/recovery"));
    all
}

/// Khai, who signs in with a password and codes by SMS.
async fn added(town: &Town, lang: Lang) -> Browser {
    let mut browser = town.browser().speaking(lang.tag());
    town.rp("portal").code(&mut browser, &[]).await;
    let page = browser.open("/account/texts").await;
    let page = browser.fill(&page, &[]).await;
    assert!(is_silent(&page, lang), "{}", page.body);
    let (_, code) = town.phone().next_code_for(NUMBER).await;
    assert_eq!(browser.fill(&page, &[("otp", &code)]).await.path(), "/account/security");
    browser
}

#[tokio::test]
async fn every_page_that_sends_a_code_tells_that_it_may_be_late() {
    for lang in Lang::all() {
        let town = Town::with_post(opening::open).await;
        added(&town, lang).await;
        for (name, page, ..) in pages(&town, lang).await {
            assert!(page.status.is_success() && is_silent(&page, lang), "{name}: {}", page.body);
        }
        go_away(&town).await;
        town.clock.pass(Duration::from_secs(3600)); // codes of the next hour
        for (name, page, keys, other) in pages(&town, lang).await {
            assert!(says(&page, lang, &keys) && leads_to(&page, other), "{name}: {}", page.body);
        }
        town.clock.pass(Duration::from_secs(3600));
        come_back(&town).await;
        for (name, page, ..) in pages(&town, lang).await {
            assert!(is_silent(&page, lang), "{name}: {}", page.body);
        }
        town.close().await;
    }
}

/// Before it is added, and where an app stands beside it: the other way is named, and it works.
#[tokio::test]
async fn another_way_is_there_where_text_messages_are_late() {
    let (town, lang) = (Town::with_post(|_| {}).await, Lang::En);
    let mut own = town.browser().speaking("en");
    town.rp("portal").code(&mut own, &[]).await;
    go_away(&town).await;
    let page = own.open("/account/texts").await;
    for page in [page.clone(), own.fill(&page, &[]).await] {
        assert!(says(&page, lang, &[key::LATE_SMS, key::LATE_TEXTS]), "{}", page.body);
        assert!(leads_to(&page, "/account/security"), "{}", page.body);
    }
    town.clock.pass(Duration::from_secs(3600));
    come_back(&town).await;
    added(&town, lang).await;
    let secret = added_app(&town, &mut own).await;
    go_away(&town).await;
    let mut browser = town.browser().speaking("en");
    let page = browser.open("/sign-in").await;
    let page = browser.fill(&page, &[("username", "khai"), ("password", PASSWORD)]).await;
    assert!(says(&page, lang, &[key::LATE_SMS, key::LATE_WAY]), "{}", page.body);
    town.clock.pass(Duration::from_secs(30));
    let code = crate::town::code(&secret, town.app.clock.now());
    assert_eq!(browser.fill(&page, &[("otp", &code)]).await.path(), "/");
    town.close().await;
}

async fn added_app(town: &Town, own: &mut Browser) -> Vec<u8> {
    let page = own.open("/sign-in?to=security").await;
    if page.path() == "/sign-in" {
        let page = own.fill(&page, &[("username", "khai"), ("password", PASSWORD)]).await;
        let page = own.fill(&page, &[("text", "send")]).await;
        let (_, code) = town.phone().next_code_for(NUMBER).await;
        own.fill(&page, &[("otp", &code)]).await;
    }
    own.add_app(town.app.clock.now()).await
}

/// Who has lost everything is offered first what needs no gateway that is late.
#[tokio::test]
async fn a_way_that_works_stands_chosen() {
    let town = Town::with_post(|_| {}).await;
    let chosen = async || {
        let page = town.browser().open("/recovery").await;
        let before = page.body.split("\" checked>").next().unwrap().to_owned();
        before.rsplit("value=\"").next().unwrap().to_owned()
    };
    assert_eq!(chosen().await, "mail");
    town.mailbox().office.be(Mood::Away);
    write(&town, BY_MAIL, &code()).await;
    town.bring(Channel::Mail).await;
    assert_eq!(chosen().await, "sms");
    go_away(&town).await;
    assert_eq!(chosen().await, "official");
    town.close().await;
}

/// What a gateway says of one address says nothing of the others: whoever asks for letters to odd ones changes no page.
#[tokio::test]
async fn what_a_gateway_says_of_one_address_is_no_trouble_and_ends_none() {
    let town = Town::with_post(|_| {}).await;
    let reaches = || [Channel::Mail, Channel::Sms].map(|way| letters::reach(&town.app, way));
    let refuse = || {
        town.mailbox().office.be(Mood::Answers("450 4.2.1 not now"));
        town.phone().phone.answer(Some((422, "")));
    };
    refuse();
    try_both(&town).await;
    assert_eq!(reaches(), [Reach::Works; 2]);
    go_away(&town).await;
    assert_eq!(reaches(), [Reach::Troubled; 2]);
    refuse();
    try_both(&town).await;
    assert_eq!(reaches(), [Reach::Troubled; 2]);
    town.close().await;
}

/// "slow": that a gateway says nothing is known before it is given up.
#[tokio::test]
async fn a_gateway_that_says_nothing_is_late_before_it_is_given_up() {
    let town = Town::with_post(|config| {
        config.mail.timeout = motcua::config::duration::Span::seconds(20);
        config.sms.timeout = motcua::config::duration::Span::seconds(1);
    })
    .await;
    town.phone().phone.answer(None);
    write(&town, BY_SMS, &code()).await;
    let app = Arc::clone(&town.app);
    let trying = tokio::spawn(async move { letters::deliver_due(&app, Channel::Sms).await });
    while letters::reach(&town.app, Channel::Sms) != Reach::Troubled {
        assert!(!trying.is_finished(), "it was given up, and nobody knew before that it is slow");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    trying.await.unwrap().unwrap();
    assert_eq!(letters::reach(&town.app, Channel::Sms), Reach::Troubled);
    assert_eq!(letters::reach(&town.app, Channel::Mail), Reach::Works, "the other way");
    town.close().await;
}
