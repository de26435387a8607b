//! Where an official's browser brings something: that of binh, who signed in of late.

use http::StatusCode;
use uuid::Uuid;

use super::super::Made;
use super::super::Stage;
use super::super::Whose;
use super::browsers::get;
use super::browsers::post;
use crate::office::OFFICE;
use crate::town::Browser;

/// The browser of binh, in which he signs in anew where that was too long ago.
async fn official(stage: &Stage) -> Browser {
    let mut browser = stage.binh[0].borrow().clone();
    browser.open("/office").await;
    if browser.open("/office/rights/give").await.path() == "/office/rights/give" {
        return browser;
    }
    stage.binh_at(Whose::Own).await
}

pub async fn rights(stage: &Stage, made: &Made) -> bool {
    let mut browser = official(stage).await;
    browser.cookies.insert(OFFICE.to_owned(), made.text.clone());
    get(&mut browser, "/office/rights", &[]).await.status == StatusCode::OK
}

pub async fn choose(stage: &Stage, made: &Made) -> bool {
    let fields = [("confirm", made.text.as_str()), ("office", "everywhere")];
    post(&mut official(stage).await, "/office", &fields).await.status == StatusCode::SEE_OTHER
}

/// The form is that of somebody who may, about nothing that is there: that it is not there, or the form again, is said to who
/// brought what counts.
pub async fn submit(stage: &Stage, made: &Made, path: &str) -> bool {
    let nobody = Uuid::nil().to_string();
    let fields = [("confirm", made.text.as_str()), ("id", &nobody), ("reason", "because"), ("decision", "approve")];
    let page = post(&mut official(stage).await, path, &fields).await;
    page.status == StatusCode::NOT_FOUND || page.body.contains(&format!("action=\"{path}\""))
}

/// To nobody who is there.
pub async fn help(stage: &Stage, made: &Made) -> bool {
    let nobody = Uuid::nil().to_string();
    let fields = [("confirm", made.text.as_str()), ("id", &nobody), ("reason", "because"), ("decision", "sign-out")];
    post(&mut official(stage).await, "/office/people/one", &fields).await.status == StatusCode::NOT_FOUND
}
