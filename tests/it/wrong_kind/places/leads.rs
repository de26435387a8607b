//! Where a sign-in with a password leads before it goes on.

use http::Method;
use http::StatusCode;
use motcua::base::secret::from_base64url;
use url::form_urlencoded;
use uuid::Uuid;

use super::super::Made;
use super::super::Stage;
use super::super::Whose;
use super::super::stage::SESSION;
use crate::store::execute;
use crate::town::Browser;
use crate::town::Device;
use crate::town::Page;

/// The session of a browser leads somewhere, as if its person had typed a password that is too short.
async fn lead(stage: &Stage, browser: &Browser) {
    let cookie = from_base64url(&browser.cookies[SESSION]).unwrap();
    let id = Uuid::from_slice(&cookie[..16]).unwrap();
    let is_postgres = stage.town.database_url().starts_with("postgres");
    let literal = if is_postgres { format!("'{id}'") } else { format!("x'{}'", id.simple()) };
    execute(&stage.town.app.db, &format!("UPDATE sessions SET lead = 'factor' WHERE id = {literal}")).await;
    let read = stage.town.app.cache.read_session(&stage.town.app.db, id).await.unwrap();
    assert!(read.is_some_and(|live| live.session.lead().is_some()));
}

async fn send(stage: &Stage, browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Page {
    lead(stage, browser).await;
    let login = stage.login_in(&browser.clone().into()).await;
    let where_to = if path.starts_with("/login") { ("login", login.as_str()) } else { ("to", "account") };
    let fields = [fields, &[where_to]].concat();
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    browser.request(Method::POST, path, Some(body)).await
}

/// The page of the app is shown again, whose code is wrong: nobody else's form gets so far.
pub async fn confirm(stage: &Stage, made: &Made, path: &str) -> bool {
    let fields = [("confirm", made.text.as_str()), ("choice", "app"), ("otp", "no code")];
    send(stage, &mut stage.browser(), path, &fields).await.status == StatusCode::BAD_REQUEST
}

pub async fn make_passkey(stage: &Stage, made: &Made, path: &str) -> bool {
    let mut browser = stage.binh_at(Whose::Own).await;
    let options = match stage.challenges.borrow().get(&made.text).filter(|options| options["user"].is_object()) {
        Some(options) => options.clone(),
        None => serde_json::json!({"challenge": "AAAA", "user": {"id": "AAAA"}}),
    };
    let confirm = browser.open("/account/passkeys/add").await.hidden_value("confirm");
    let passkey = Device::new().make(&options);
    let fields = [("confirm", confirm.as_str()), ("ceremony", &made.text), ("passkey", &passkey)];
    send(stage, &mut browser, path, &fields).await.status == StatusCode::SEE_OTHER
}

/// The page is shown again for the same app: the code is wrong on purpose.
pub async fn add_app(stage: &Stage, made: &Made, path: &str) -> bool {
    let mut browser = stage.binh_at(Whose::Own).await;
    let confirm = browser.open("/account/totp").await.hidden_value("confirm");
    let fields = [("confirm", confirm.as_str()), ("choice", "app"), ("offer", &made.text), ("otp", "no code")];
    send(stage, &mut browser, path, &fields).await.body.contains("aria-invalid")
}
