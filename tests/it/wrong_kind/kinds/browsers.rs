//! What browsers carry, and what a sign-out sends: here *foreign* means of another browser, except for the logout token.

use http::Method;
use motcua::parts::sealed::Sealed;
use motcua::parts::stopping::Done;
use motcua::parts::stopping::Stop;

use super::super::Fate;
use super::super::Made;
use super::super::Stage;
use super::super::Whose;
use super::super::stage::BROWSER;
use super::super::stage::SESSION;
use super::super::stage::told_at;
use crate::town::Browser;
use crate::town::Device;
use crate::town::Page;

/// It comes from outside, where a service was told. Nobody uses it up.
pub async fn logout_token(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    fate.or_none(&[Fate::Alive, Fate::Expired])?;
    let (rp, mut browser) = (stage.rp(whose), stage.town.browser());
    let tokens = rp.tokens(&mut browser, &[]).await;
    sign_out(&mut browser).await;
    let told = stage.town.outside.asked(&told_at(&rp.id)).pop().unwrap();
    Some(Made::of(&stage.town, &told.form[0].1, &tokens))
}

async fn sign_out(browser: &mut Browser) {
    let page = browser.open("/logout/confirm").await;
    browser.fill(&page, &[]).await;
    assert!(!browser.cookies.contains_key(SESSION));
}

/// It may come back any number of times until it has waited for too long.
pub async fn login(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    fate.or_none(&[Fate::Alive, Fate::Expired])?;
    Some(Made::text(&stage.login_in(whose.of(&stage.browser, &stage.elsewhere)).await))
}

/// A browser in which nobody is signed in, with the cookie of one in which somebody is.
pub fn unknown(stage: &Stage, whose: Whose) -> Browser {
    let mut browser = stage.town.browser();
    let cookie = whose.of(&stage.browser, &stage.elsewhere).borrow().cookies[BROWSER].clone();
    browser.cookies.insert(BROWSER.to_owned(), cookie);
    browser
}

/// It may come back any number of times until it has waited for too long.
pub async fn own_login(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    fate.or_none(&[Fate::Alive, Fate::Expired])?;
    let page = unknown(stage, whose).open("/sign-in").await;
    Some(Made::text(&field(&page, "login")))
}

/// It says what was typed in one browser, and never ends.
pub async fn refused_login(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    fate.or_none(&[Fate::Alive])?;
    let mut browser = unknown(stage, whose);
    let page = browser.open("/sign-in").await;
    let page = browser.fill(&page, &[("username", "khai"), ("password", "")]).await;
    Some(Made::text(page.body.split("again=").nth(1)?.split('&').next()?))
}

/// It is of one session, and ends with it.
pub async fn consents(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    fate.or_none(&[Fate::Alive])?;
    let mut browser = whose.of(&stage.browser, &stage.elsewhere).borrow().clone();
    // A page has a form where there is something to withdraw.
    let page = browser.open(&stage.rp(Whose::Own).url(&[("prompt", "consent")])).await;
    browser.fill(&page, &[("decision", "allow")]).await;
    Some(Made::text(&field(&browser.open("/consents").await, "confirm")))
}

/// It says what went wrong, to whoever reads it.
pub async fn error_page(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    fate.or_none(&[Fate::Alive])?;
    whose.or_none(Whose::Own)?;
    let page = stage.town.get("/nothing-here").await;
    Some(Made::text(page.body.split("/error?page=").nth(1)?.split('&').next()?))
}

/// One that is spent belongs to a session that ended; with time sessions end too.
pub async fn confirmation(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    let place = whose.of(&stage.leaver, &stage.elsewhere);
    let mut browser = place.borrow().clone();
    let page = browser.open("/logout/confirm").await;
    let confirm = field(&page, "confirm");
    if fate == Fate::Spent {
        sign_out(&mut browser).await;
        stage.rp(Whose::Own).code(&mut browser, &[]).await;
        *place.borrow_mut() = browser;
    }
    Some(Made::text(&confirm))
}

fn field(page: &Page, name: &str) -> String {
    let fields = page.hidden();
    fields.into_iter().find(|(own, _)| own == name).unwrap_or_else(|| panic!("no {name} at {}", page.url)).1
}

/// It says what a service asked for, and binds nobody.
pub async fn logout_request(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    fate.or_none(&[Fate::Alive])?;
    let url = format!("/logout?client_id={}", stage.rp(whose).id);
    let page = stage.browser().request(Method::GET, &url, None).await;
    Some(Made::text(page.location()?.split_once("logout=").unwrap().1))
}

/// It says where one browser goes in the end; it ends nothing, and never ends itself.
pub async fn farewell(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    fate.or_none(&[Fate::Alive])?;
    let mut browser = stage.town.browser();
    let cookie = whose.of(&stage.browser, &stage.elsewhere).borrow().cookies[BROWSER].clone();
    browser.cookies.insert(BROWSER.to_owned(), cookie);
    stage.rp(Whose::Own).code(&mut browser, &[]).await;
    let page = browser.open("/logout/confirm").await;
    let page = browser.fill(&page, &[]).await;
    Some(Made::text(&page.parameter("farewell").unwrap()))
}

/// Whoever has it is this session: there is no foreign one. With time, or when somebody signs out, it ends.
pub async fn session(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    whose.or_none(Whose::Own)?;
    let mut browser = stage.town.browser();
    stage.rp(Whose::Own).code(&mut browser, &[]).await;
    let cookie = browser.cookies[SESSION].clone();
    if fate == Fate::Spent {
        sign_out(&mut browser).await;
    }
    Some(Made::text(&cookie))
}

/// It names a browser, and nothing that could end.
pub async fn browser(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    fate.or_none(&[Fate::Alive])?;
    Some(Made::text(&whose.of(&stage.browser, &stage.elsewhere).borrow().cookies[BROWSER]))
}

/// It waits for a code, which has a time of its own.
pub async fn recovery(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    fate.or_none(&[Fate::Alive])?;
    let (name, mut browser) = (stage.let_in().await.0, unknown(stage, whose));
    let page = browser.open("/recovery").await;
    let page = browser.fill(&page, &[("username", &name), ("way", "official")]).await;
    Some(Made::text(&page.parameter("recovery").unwrap()))
}

/// It stands for a quarter of an hour.
pub async fn recovery_proven(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    fate.or_none(&[Fate::Alive, Fate::Expired])?;
    let (name, _, code) = stage.let_in().await;
    let mut browser = unknown(stage, whose);
    let page = browser.open("/recovery").await;
    let page = browser.fill(&page, &[("username", &name), ("way", "official")]).await;
    let page = browser.fill(&page, &[("otp", &code)]).await;
    Some(Made::text(&page.parameter("proven").unwrap()))
}

/// Whoever has the letter may stop it; another letter's link finds nothing to stop.
pub async fn stop(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    fate.or_none(&[Fate::Alive])?;
    whose.or_none(Whose::Own)?;
    let (app, now) = (&stage.town.app, stage.town.app.clock.now());
    let (_, person, _) = stage.let_in().await;
    let [open] = motcua::store::recoveries::of(&app.db, person, now).await.unwrap().try_into().unwrap();
    Some(Made::text(&Stop { person, at: now, what: Done::Recovery(open.id) }.seal(app, now).unwrap()))
}

/// Our own is that of an; that of khai is foreign. The browser forgets it by itself.
pub async fn device(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    fate.or_none(&[Fate::Alive])?;
    let devices = stage.devices.borrow();
    Some(Made::text(whose.of(&devices[0], &devices[1])))
}

/// It is of one session, and ends with it.
pub async fn account(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    fate.or_none(&[Fate::Alive])?;
    let mut browser = fresh(stage, whose).await;
    Some(Made::text(&field(&browser.open("/account/passkeys/add").await, "confirm")))
}

/// The browser of the stage, in which khai signs in once more: what is of the account is for who did of late.
async fn fresh(stage: &Stage, whose: Whose) -> Browser {
    let place = whose.of(&stage.browser, &stage.elsewhere);
    let mut browser = place.borrow().clone();
    stage.rp(Whose::Own).signed_in_anew(&mut browser).await;
    *place.borrow_mut() = browser.clone();
    browser
}

/// One that is spent was answered.
pub async fn passkey_challenge(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    let mut browser = whose.of(&stage.browser, &stage.elsewhere).borrow().clone();
    let (options, ceremony) = browser.challenge().await;
    stage.challenges.borrow_mut().insert(ceremony.clone(), options.clone());
    if fate == Fate::Spent {
        let answer = stage.device.borrow_mut().answer(&options);
        let login = stage.login_in(whose.of(&stage.browser, &stage.elsewhere)).await;
        browser.cookies.remove(SESSION);
        browser.submit("/login", &[("login", &login), ("ceremony", &ceremony), ("passkey", &answer)]).await;
    }
    Some(Made::text(&ceremony))
}

/// One that is spent made a passkey.
pub async fn passkey_to_make(stage: &Stage, whose: Whose, fate: Fate) -> Option<Made> {
    let mut browser = stage.binh_at(whose).await;
    let page = browser.open("/account/passkeys/add").await;
    let (options, ceremony) = browser.challenge_to_make(&page).await;
    stage.challenges.borrow_mut().insert(ceremony.clone(), options.clone());
    if fate == Fate::Spent {
        let made = Device::new().make(&options);
        let confirm = field(&page, "confirm");
        browser
            .submit("/account/passkeys", &[("confirm", &confirm), ("ceremony", &ceremony), ("passkey", &made)])
            .await;
    }
    Some(Made::text(&ceremony))
}

/// It may be sent any number of times until it has waited for too long.
pub async fn offer(stage: &Stage, whose: Whose, fate: Fate, page: &str) -> Option<Made> {
    fate.or_none(&[Fate::Alive, Fate::Expired])?;
    let mut browser = stage.binh_at(whose).await;
    Some(Made::text(&field(&browser.open(page).await, "offer")))
}
