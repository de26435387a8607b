//! Where a browser brings something: that of khai, who is signed in, unless somebody else is named.

use http::Method;
use http::StatusCode;
use url::Url;
use url::form_urlencoded;

use super::super::Made;
use super::super::Stage;
use super::super::Whose;
use super::super::stage::BROWSER;
use super::super::stage::DEVICE;
use super::super::stage::SESSION;
use super::super::stage::Texted;
use super::super::stage::guess;
use crate::town::Browser;
use crate::town::Device;
use crate::town::ISSUER;
use crate::town::PASSWORD;
use crate::town::Page;

async fn leads_to_code(browser: &mut Browser, url: &str) -> bool {
    browser.open(url).await.parameter("code").is_some()
}

/// Everything that the object could lack stands beside it.
pub async fn request(stage: &Stage, made: &Made) -> bool {
    leads_to_code(&mut stage.browser(), &stage.rp(Whose::Own).url(&[("request", &made.text)])).await
}

pub async fn request_uri(stage: &Stage, made: &Made) -> bool {
    leads_to_code(&mut stage.browser(), &stage.rp(Whose::Own).url_by_reference(&made.text)).await
}

pub async fn hint(stage: &Stage, made: &Made) -> bool {
    let url = stage.rp(Whose::Own).url(&[("id_token_hint", &made.text), ("prompt", "none")]);
    leads_to_code(&mut stage.browser(), &url).await
}

pub async fn session(stage: &Stage, made: &Made) -> bool {
    let url = stage.rp(Whose::Own).url(&[("prompt", "none")]);
    leads_to_code(&mut with_cookie(stage.town.browser(), SESSION, made), &url).await
}

fn with_cookie(mut browser: Browser, name: &str, made: &Made) -> Browser {
    browser.cookies.insert(name.to_owned(), made.text.clone());
    browser
}

pub async fn get(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Page {
    let url = Url::parse_with_params(&format!("{ISSUER}{path}"), fields).unwrap();
    browser.request(Method::GET, url.as_str(), None).await
}

/// The client names itself: by a foreign hint alone another one would ask.
pub async fn logout_hint(stage: &Stage, made: &Made) -> bool {
    let fields = [("client_id", "desk"), ("id_token_hint", made.text.as_str())];
    get(&mut stage.browser(), "/logout", &fields).await.status == StatusCode::SEE_OTHER
}

pub async fn logout_request(stage: &Stage, made: &Made) -> bool {
    get(&mut stage.browser(), "/logout/confirm", &[("logout", &made.text)]).await.status == StatusCode::OK
}

/// Where nobody is signed in nothing is confirmed: whoever was signed out comes again.
pub async fn confirm_sign_out(stage: &Stage, made: &Made) -> bool {
    let mut browser = stage.leaver.borrow().clone();
    let page = post(&mut browser, "/logout/confirm", &[("confirm", &made.text)]).await;
    let silent = stage.rp(Whose::Own).url(&[("prompt", "none")]);
    let signed_out = !leads_to_code(&mut browser, &silent).await;
    assert_eq!(page.status == StatusCode::SEE_OTHER, signed_out, "{}", page.body);
    if signed_out {
        stage.rp(Whose::Own).code(&mut browser, &[]).await;
        *stage.leaver.borrow_mut() = browser;
    }
    signed_out
}

pub async fn post(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Page {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    browser.request(Method::POST, path, Some(body)).await
}

pub async fn farewell(stage: &Stage, made: &Made) -> bool {
    get(&mut stage.browser(), "/logout/done", &[("farewell", &made.text)]).await.status == StatusCode::OK
}

/// A page of a sign-in in progress, or the way to the one that comes first.
pub async fn open(stage: &Stage, made: &Made, path: &str) -> bool {
    let page = get(&mut stage.browser(), path, &[("login", &made.text)]).await;
    match page.status {
        StatusCode::OK | StatusCode::SEE_OTHER => true,
        StatusCode::BAD_REQUEST => false,
        status => panic!("{status} {}", page.url),
    }
}

/// An answer on a page of a sign-in in progress leads on.
pub async fn submit(stage: &Stage, made: &Made, path: &str, answer: (&str, &str)) -> bool {
    post(&mut stage.browser(), path, &[("login", &made.text), answer]).await.status == StatusCode::SEE_OTHER
}

pub async fn browser(stage: &Stage, made: &Made) -> bool {
    let login = stage.login.borrow().clone();
    let mut browser = with_cookie(stage.town.browser(), BROWSER, made);
    get(&mut browser, "/login", &[("login", &login)]).await.status == StatusCode::OK
}

/// A sign-in renews the session of its browser.
pub async fn sign_in(stage: &Stage, made: &Made) -> bool {
    let mut browser = stage.browser();
    let fields = [("login", made.text.as_str()), ("username", "khai"), ("password", PASSWORD)];
    let taken = post(&mut browser, "/login", &fields).await.status == StatusCode::SEE_OTHER;
    assert_eq!(browser.cookies[SESSION] != stage.browser().cookies[SESSION], taken);
    *stage.browser.borrow_mut() = browser;
    taken
}

/// What was typed stands on the page again.
pub async fn again(stage: &Stage, made: &Made) -> bool {
    let mut browser = stage.browser();
    let asked = browser.open(&stage.rp(Whose::Own).url(&[("prompt", "login")])).await;
    let login = asked.parameter("login").unwrap();
    let page = get(&mut browser, "/login", &[("login", &login), ("again", &made.text)]).await;
    page.body.contains("role=\"alert\"")
}

pub async fn again_by_oneself(stage: &Stage, made: &Made) -> bool {
    let page = get(&mut unknown(stage), "/sign-in", &[("again", &made.text)]).await;
    page.body.contains("role=\"alert\"")
}

pub async fn sign_in_by_oneself(stage: &Stage, made: &Made) -> bool {
    let fields = [("login", made.text.as_str()), ("username", "khai"), ("password", PASSWORD)];
    post(&mut unknown(stage), "/sign-in", &fields).await.status == StatusCode::SEE_OTHER
}

/// The browser of khai, before anybody signed in.
pub fn unknown(stage: &Stage) -> Browser {
    let cookie = stage.browser().cookies[BROWSER].clone();
    with_cookie(stage.town.browser(), BROWSER, &Made { text: cookie, grant: None })
}

/// Of nobody: what was agreed to stays.
pub async fn withdraw(stage: &Stage, made: &Made) -> bool {
    let fields = [("confirm", made.text.as_str()), ("client", "nobody")];
    post(&mut stage.browser(), "/consents", &fields).await.status == StatusCode::SEE_OTHER
}

/// The form names nobody's sign-in: every one goes on.
pub async fn end_elsewhere(stage: &Stage, made: &Made) -> bool {
    let fields = [("confirm", made.text.as_str()), ("end", "nobody's")];
    post(&mut stage.browser(), "/account/sessions", &fields).await.status == StatusCode::SEE_OTHER
}

/// The language in which khai is written to already.
pub async fn choose_language(stage: &Stage, made: &Made) -> bool {
    let fields = [("confirm", made.text.as_str()), ("letters", "vi")];
    post(&mut stage.browser(), "/account/language", &fields).await.status == StatusCode::SEE_OTHER
}

pub async fn export(stage: &Stage, made: &Made) -> bool {
    post(&mut stage.browser(), "/account/export", &[("confirm", &made.text)]).await.status == StatusCode::OK
}

pub async fn error_page(stage: &Stage, made: &Made) -> bool {
    get(&mut stage.browser(), "/error", &[("page", &made.text)]).await.status == StatusCode::NOT_FOUND
}

/// A browser in which an signed in before is not slowed down by who guesses elsewhere.
pub async fn device(stage: &Stage, made: &Made) -> bool {
    let (guesser, page) = stage.guesser.borrow().clone().unwrap();
    guess(&mut with_cookie(guesser, DEVICE, made), &page).await
}

/// A page of one's own sign-in, or the way to the one that comes first.
pub async fn second_by_oneself(stage: &Stage, made: &Made) -> bool {
    get(&mut unknown(stage), "/sign-in/code", &[("login", &made.text)]).await.status == StatusCode::SEE_OTHER
}

pub async fn submit_second_by_oneself(stage: &Stage, made: &Made) -> bool {
    let fields = [("login", made.text.as_str()), ("otp", "000000")];
    post(&mut unknown(stage), "/sign-in/code", &fields).await.status == StatusCode::SEE_OTHER
}

/// The device of binh answers the challenge, or another one where it is none.
pub async fn passkey(stage: &Stage, made: &Made, path: &str) -> bool {
    let mut browser = unknown(stage);
    let options = match stage.challenges.borrow().get(&made.text) {
        Some(options) => options.clone(),
        None => serde_json::json!({"challenge": "AAAA"}),
    };
    let answer = stage.device.borrow_mut().answer(&options);
    let login = match path.starts_with("/sign-in") {
        true => browser_field(&mut browser, "/sign-in", "login").await,
        false => stage.login_in(&stage.browser).await,
    };
    let fields = [("login", login.as_str()), ("ceremony", &made.text), ("passkey", &answer)];
    let page = post(&mut browser, path, &fields).await;
    let signed_in = browser.cookies.contains_key(SESSION);
    assert!(!signed_in || page.status == StatusCode::SEE_OTHER, "{}", page.body);
    signed_in
}

async fn browser_field(browser: &mut Browser, path: &str, name: &str) -> String {
    browser.open(path).await.hidden_value(name)
}

/// Whatever the form lacks beside: a page of the account answers, or what it gives to its script.
pub async fn account(stage: &Stage, made: &Made, path: &str) -> bool {
    let page = post(&mut stage.browser(), path, &[("confirm", &made.text)]).await;
    let leads = page.location().is_some_and(|location| location == "/account/security");
    leads || page.status == StatusCode::OK || page.body.contains("action=\"/account/")
}

/// Who keeps what does not close is led on.
pub async fn keep_account(stage: &Stage, made: &Made) -> bool {
    let page = post(&mut stage.browser(), "/account/close", &[("confirm", &made.text), ("decision", "keep")]).await;
    page.location().is_some_and(|location| location == "/account")
}

pub async fn make_passkey(stage: &Stage, made: &Made) -> bool {
    let mut browser = stage.binh_at(Whose::Own).await;
    let options = match stage.challenges.borrow().get(&made.text).filter(|options| options["user"].is_object()) {
        Some(options) => options.clone(),
        None => serde_json::json!({"challenge": "AAAA", "user": {"id": "AAAA"}}),
    };
    let confirm = browser_field(&mut browser, "/account/passkeys/add", "confirm").await;
    let passkey = Device::new().make(&options);
    let fields = [("confirm", confirm.as_str()), ("ceremony", &made.text), ("passkey", &passkey)];
    post(&mut browser, "/account/passkeys", &fields).await.status == StatusCode::SEE_OTHER
}

/// The page is shown again for the same app: the code is wrong on purpose.
pub async fn add_app(stage: &Stage, made: &Made) -> bool {
    let mut browser = stage.binh_at(Whose::Own).await;
    let confirm = browser_field(&mut browser, "/account/totp", "confirm").await;
    let fields = [("confirm", confirm.as_str()), ("offer", &made.text), ("otp", "no code")];
    let page = post(&mut browser, "/account/totp", &fields).await;
    page.body.contains("aria-invalid")
}

pub async fn make_codes(stage: &Stage, made: &Made) -> bool {
    let mut browser = stage.binh_at(Whose::Own).await;
    let confirm = browser_field(&mut browser, "/account/recovery-codes", "confirm").await;
    let fields = [("confirm", confirm.as_str()), ("offer", &made.text)];
    post(&mut browser, "/account/recovery-codes", &fields).await.status == StatusCode::OK
}

pub async fn recovery(stage: &Stage, made: &Made) -> bool {
    get(&mut unknown(stage), "/recovery/code", &[("recovery", &made.text)]).await.status == StatusCode::OK
}

pub async fn recovery_code(stage: &Stage, made: &Made) -> bool {
    let fields = [("recovery", made.text.as_str()), ("otp", "000000")];
    post(&mut unknown(stage), "/recovery/code", &fields).await.status == StatusCode::OK
}

pub async fn recovery_password(stage: &Stage, made: &Made) -> bool {
    let page = get(&mut unknown(stage), "/recovery/password", &[("proven", &made.text)]).await;
    page.body.contains("name=\"new\"")
}

/// The new password is none on purpose.
pub async fn recover(stage: &Stage, made: &Made) -> bool {
    let page = post(&mut unknown(stage), "/recovery/password", &[("proven", &made.text), ("new", "x")]).await;
    page.body.contains("name=\"new\"")
}

pub async fn stop_page(stage: &Stage, made: &Made) -> bool {
    let page = get(&mut unknown(stage), "/stop", &[("stop", &made.text)]).await;
    page.body.contains("action=\"/stop\"")
}

pub async fn stop(stage: &Stage, made: &Made) -> bool {
    post(&mut unknown(stage), "/stop", &[("stop", &made.text)]).await.status == StatusCode::OK
}

/// Whoever was sent a code enters it where they proved their password; what came to nobody is entered by somebody else who was sent one.
pub async fn text(stage: &Stage, made: &Made, path: &str) -> bool {
    let known = stage.texts.borrow().get(&made.text).cloned();
    let (name, code, mut browser) = match known {
        Some(Texted { name, code, mut own }) => {
            own.cookies.remove(SESSION);
            (name, code, own)
        }
        None => (stage.texter.borrow().clone(), "000000".to_owned(), unknown(stage)),
    };
    let url = if path == "/login" { stage.rp(Whose::Own).url(&[]) } else { path.to_owned() };
    let page = browser.open(&url).await;
    let fields = [("login", &*page.hidden_value("login")), ("username", &name), ("password", PASSWORD)];
    let page = browser.submit(path, &fields).await;
    let Some(login) = page.parameter("login") else { return false };
    let fields = [("login", login.as_str()), ("sent", &made.text), ("otp", &code)];
    post(&mut browser, &format!("{path}/code"), &fields).await.status == StatusCode::SEE_OTHER
}

pub async fn add_texts(stage: &Stage, made: &Made) -> bool {
    let known = stage.texts.borrow().get(&made.text).cloned();
    let Some(Texted { code, mut own, .. }) = known else { return false };
    let confirm = own.open("/account/texts").await.hidden().into_iter().find(|(name, _)| name == "confirm");
    let Some((_, confirm)) = confirm else { return false };
    let fields = [("confirm", confirm.as_str()), ("sent", &made.text), ("otp", &code)];
    post(&mut own, "/account/texts", &fields).await.status == StatusCode::SEE_OTHER
}
