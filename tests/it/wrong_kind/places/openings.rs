//! The pages on which somebody opens an account.

use http::StatusCode;

use super::super::Made;
use super::super::Stage;
use super::super::stage::nobodys;
use super::browsers::get;
use super::browsers::post;
use super::browsers::unknown;
use crate::town::Device;

/// A form for one address.
pub async fn ask(stage: &Stage, made: &Made) -> bool {
    let fields = [("puzzle", made.text.as_str()), ("solution", "0"), ("address", &nobodys())];
    post(&mut unknown(stage), "/open-account", &fields).await.status == StatusCode::SEE_OTHER
}

/// What was too old begins anew, on another page.
pub async fn open(stage: &Stage, made: &Made, path: &str) -> bool {
    let page = get(&mut unknown(stage), path, &[("opening", &made.text)]).await;
    page.body.contains(&format!("action=\"{path}\""))
}

/// Whatever the form lacks beside: the same page says so.
pub async fn submit(stage: &Stage, made: &Made, path: &str) -> bool {
    let fields = [("opening", made.text.as_str()), ("otp", "no code"), ("name", ""), ("password", "short")];
    post(&mut unknown(stage), path, &fields).await.body.contains(&format!("action=\"{path}\""))
}

pub async fn challenge(stage: &Stage, made: &Made) -> bool {
    let page = post(&mut unknown(stage), "/open-account/passkey", &[("opening", &made.text)]).await;
    page.body.contains("\"ceremony\"")
}

/// For the account that will be whose page made the challenge; for another where it is none.
pub async fn make_passkey(stage: &Stage, made: &Made) -> bool {
    let options = match stage.challenges.borrow().get(&made.text).filter(|options| options["user"].is_object()) {
        Some(options) => options.clone(),
        None => serde_json::json!({"challenge": "AAAA", "user": {"id": "AAAA"}}),
    };
    let (opening, passkey) = (stage.account.borrow().clone(), Device::new().make(&options));
    let fields = [("opening", opening.as_str()), ("ceremony", &made.text), ("passkey", &passkey)];
    post(&mut unknown(stage), "/open-account/key", &fields).await.status == StatusCode::SEE_OTHER
}
